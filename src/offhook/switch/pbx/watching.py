"""All terminals' dialogs: who is subscribed to, and which dialogs are of calls that were made through us."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from offhook.call import Call
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.dialoginfo import PhoneDialog
from offhook.switch.pbx.handcalls import HandCalls
from offhook.switch.pbx.servers import Servers
from offhook.switch.pbx.subscription import Subscription

MAX_CALL_IDS = 20_000
"""Call-IDs of ours that are remembered: of two for each call, those of the last minutes."""

SETTLED_S = 2.0
"""What a PBX says of a terminal so shortly after a call of ours there may still be about that call."""

PACE_S = 0.02
"""Between two subscriptions."""


Expected = Callable[[ServerTransaction, Dialog | None], bool]
"""May a request come from there inside of this dialog?"""


class Watching:
    """The calls that people make by hand. `publish` is told of each change."""

    def __init__(
        self,
        accounts: Iterable[Account],
        endpoint: Endpoint,
        servers: Servers,
        name_of: Callable[[str], str],
        publish: Callable[[Call], None],
    ) -> None:
        self._endpoint = endpoint
        self._call_ids: OrderedDict[str, None] = OrderedDict()
        self._end_to_end = False
        self._ours: dict[str, int] = {}
        self._ended: dict[str, float] = {}
        self._hand: dict[str, HandCalls] = {}
        self._subscriptions: dict[str, Subscription] = {}
        for account in accounts:
            hand = HandCalls(account, name_of, self._asker(account.id), publish)
            self._hand[account.id] = hand
            self._subscriptions[account.id] = Subscription(account, endpoint, servers, hand.take, hand.lost)

    @property
    def problems(self) -> Mapping[str, int]:
        """The status with which the PBX refuses to tell, by terminal; 0 where it tells."""
        return {terminal: one.problem for terminal, one in self._subscriptions.items()}

    def tells(self, terminal: str) -> bool:
        """Does the PBX tell of this terminal's dialogs?"""
        return terminal in self._subscriptions and self._subscriptions[terminal].active

    def start(self) -> None:
        """Subscribe, one after another."""
        for at, subscription in enumerate(self._subscriptions.values()):
            self._endpoint.after(at * PACE_S, subscription.subscribe)

    def stop(self) -> None:
        """Every call that is shown is over for us; unsubscribe."""
        for hand in self._hand.values():
            hand.lost()
        for subscription in self._subscriptions.values():
            subscription.stop()

    def moved(self) -> None:
        """The PBX reaches us at another address now."""
        for at, subscription in enumerate(self._subscriptions.values()):
            self._endpoint.after(at * PACE_S, subscription.moved)

    def notified(self, transaction: ServerTransaction, request: Request, expected: Expected) -> bool:
        """Take a NOTIFY; False when it belongs to no subscription."""
        key = (request.call_id, request.to_tag)
        found = next((one for one in self._subscriptions.values() if one.key == key), None)
        if found is not None and not expected(transaction, found.dialog):
            self._endpoint.respond(transaction, make_response(request, 403), self._endpoint.now)
        elif found is not None:
            found.notified(transaction, request)
        return found is not None

    def is_by_hand(self, call_id: str) -> bool:
        """Is this a live call that was made by hand?"""
        return any(call.id == call_id for hand in self._hand.values() for call in hand.calls)

    def note_call_id(self, call_id: str) -> None:
        """A call of ours goes to the PBX with this Call-ID."""
        self._call_ids[call_id] = None
        if len(self._call_ids) > MAX_CALL_IDS:
            self._call_ids.popitem(last=False)

    def note_begun(self, terminal: str) -> None:
        """A call of ours is at this terminal."""
        self._ours[terminal] = self._ours.get(terminal, 0) + 1

    def note_over(self, terminal: str) -> None:
        """It is no more."""
        self._ours[terminal] = max(self._ours.get(terminal, 0) - 1, 0)
        self._ended[terminal] = self._endpoint.now

    def _asker(self, terminal: str) -> Callable[[PhoneDialog], bool]:
        return lambda dialog: self._is_ours(terminal, dialog)

    def _is_ours(self, terminal: str, dialog: PhoneDialog) -> bool:
        if dialog.call_id in self._call_ids:
            self._end_to_end = True
            return True
        if self._end_to_end:
            return False
        # A PBX that makes calls of its own out of ours: all that can be told is when it happens.
        if self._ours.get(terminal):
            return True
        return self._endpoint.now - self._ended.get(terminal, -SETTLED_S) < SETTLED_S
