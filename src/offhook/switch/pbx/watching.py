"""Watches the dialogs of all terminals at the PBX, for the calls that people make by hand.

The PBX reports every dialog of a phone, also those of calls that were made through us: they are told apart
here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from offhook.call import Call, Party
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.dialoginfo import PhoneDialog
from offhook.switch.pbx.handcalls import HandCalls
from offhook.switch.pbx.subscription import Key, Subscription
from offhook.switch.upstream.servers import Servers

MAX_CALL_IDS = 20_000
"""Call-IDs of ours that are remembered, two for each call: those of the last minutes."""

SETTLED_S = 2.0
"""For so long after a call of ours at a terminal, what the PBX reports there may still be about that call."""

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
        self._live: dict[str, int] = {}  # how many calls of ours are at a terminal
        self._ended_at: dict[str, float] = {}  # when the last one was over
        self._hand: dict[str, HandCalls] = {}
        self._by_user: dict[str, HandCalls] = {}  # by what our Contacts are called
        self._subscriptions: dict[str, Subscription] = {}
        self._by_dialog: dict[Key, Subscription] = {}
        for account in accounts:
            hand = HandCalls(account, name_of, self._asker(account.id), publish, lambda: endpoint.now)
            self._hand[account.id] = self._by_user[account.user] = hand
            self._subscriptions[account.id] = Subscription(
                account, endpoint, servers, self._by_dialog, hand.apply, hand.end_all
            )

    def is_active(self, terminal: str) -> bool:
        """Does the PBX report this terminal's dialogs?"""
        return terminal in self._subscriptions and self._subscriptions[terminal].active

    def start(self) -> None:
        """Subscribe, one after another."""
        for at, subscription in enumerate(self._subscriptions.values()):
            self._endpoint.after(at * PACE_S, subscription.subscribe)

    def stop(self) -> None:
        """Unsubscribe. The calls made by hand are told as over, as nothing more is heard of them."""
        for hand in self._hand.values():
            hand.end_all()
        for subscription in self._subscriptions.values():
            subscription.stop()

    def flow_changed(self) -> None:
        """The PBX reaches us at another address now."""
        for at, subscription in enumerate(self._subscriptions.values()):
            self._endpoint.after(at * PACE_S, subscription.flow_changed)

    def notified(self, transaction: ServerTransaction, request: Request, expected: Expected) -> bool:
        """Answer a NOTIFY; False when it belongs to no subscription."""
        subscription = self._by_dialog.get((request.call_id, request.to_tag))
        if subscription is None:
            return False
        if expected(transaction, subscription.dialog):
            subscription.notified(transaction, request)
        else:
            self._endpoint.respond(transaction, make_response(request, 403), self._endpoint.now)
        return True

    def announced(self, request: Request) -> None:
        """The PBX has sent an INVITE to us where we are registered: its phone rings, too."""
        hand = self._by_user.get(request.target.user)
        if hand is not None:
            hand.announced(request, self._endpoint.now)

    def is_by_hand(self, call_id: str) -> bool:
        """Is this a live call that was made by hand?"""
        return self.call(call_id) is not None

    def call(self, call_id: str) -> Call | None:
        """The live call with this id, if it was made by hand."""
        calls = (call for hand in self._hand.values() for call in hand.calls)
        return next((call for call in calls if call.id == call_id), None)

    def ringing(self, terminal: str) -> Call | None:
        """Of the calls made by hand that ring at the terminal, the oldest."""
        hand = self._hand.get(terminal)
        return next((call for call in hand.calls if call.rings_here), None) if hand is not None else None

    def note_taken(self, call: Call, by: Party | None) -> None:
        """Somebody is picking this call up; None: the attempt has failed."""
        self._hand[call.terminal].note_taken(call.id, by)

    def note_call_id(self, call_id: str) -> None:
        """A call of ours goes to the PBX with this Call-ID."""
        self._call_ids[call_id] = None
        if len(self._call_ids) > MAX_CALL_IDS:
            self._call_ids.popitem(last=False)

    def note_begun(self, terminal: str) -> None:
        """A call of ours is at this terminal."""
        self._live[terminal] = self._live.get(terminal, 0) + 1

    def note_over(self, terminal: str) -> None:
        """A call of ours is not at this terminal any more."""
        self._live[terminal] = max(self._live.get(terminal, 0) - 1, 0)
        self._ended_at[terminal] = self._endpoint.now

    def _asker(self, terminal: str) -> Callable[[PhoneDialog], bool]:
        return lambda dialog: self._is_ours(terminal, dialog)

    def _is_ours(self, terminal: str, dialog: PhoneDialog) -> bool:
        if dialog.call_id in self._call_ids:
            self._end_to_end = True
            return True
        if self._end_to_end:
            return False
        # A PBX that is a B2BUA gives its calls Call-IDs of its own: then only the time tells them apart.
        if self._live.get(terminal):
            return True
        return self._endpoint.now - self._ended_at.get(terminal, -SETTLED_S) < SETTLED_S
