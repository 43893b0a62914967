"""Phones with keys that show whether colleagues speak: `SUBSCRIBE` with `Event: dialog` (RFC 6665, RFC 4235).

A phone is told whether it rings at the colleague's, or whether he speaks, and not with whom. Each change is
one document with the whole state; changes that follow each other at once are told together. Sans-IO.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from offhook.common.network import bracketed
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Endpoint, Failure, Flow, ServerTransaction
from offhook.sip.message import Request, Response, SipParseError, Uri, make_response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.useragent import contact_of
from offhook.switch.embedded.contact import seconds

PACKAGE: Final = "dialog"
CONTENT: Final = "application/dialog-info+xml"

RINGING, BUSY, IDLE = "early", "confirmed", "terminated"
"""What a key shows, as RFC 4235 calls the state of the one dialog that is told of."""

MAX_S, MIN_S = 600, 60
"""How long a subscription lasts. A phone that has missed a restart of the switch comes back after that."""

MAX_OF_ONE = 400
"""Subscriptions of one terminal: eight phones with fifty keys each."""

MAX_EVENT = 100
"""Characters of an Event that is repeated in each NOTIFY."""

TICK_S = 0.1
"""A call that is answered at once is told as one change; no phone is told of more than ten in a second."""


class Watch:
    """One key of a phone."""

    def __init__(self, watcher: str, watched: str, event: str, dialog: Dialog) -> None:
        self.watcher, self.watched, self.event, self.dialog = watcher, watched, event, dialog
        self.until = 0.0
        self.expiry: Timer | None = None
        self.version = 0
        self.told = ""
        self.asked = False
        """A NOTIFY is under way; the next one waits for its answer."""
        self.ended = ""
        """Why it is over."""


class Watchers:
    """All keys of all phones.

    `authenticate` gives the terminal that sends a request, `allows` says whether it may send more just
    now: otherwise both have answered. `reach` says how a phone with that Contact is reached, `flow_to` a
    flow the address of ours from which its remote is reached, `flow_for` the flow by which a terminal's phone
    is reached in a dialog now.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        authenticate: Callable[[ServerTransaction, float], str | None],
        allows: Callable[[str, str, ServerTransaction], bool],
        may_watch: Callable[[str, str], bool],
        state_of: Callable[[str], str],
        reach: Callable[[Uri, Flow], Flow],
        flow_to: Callable[[Flow], Flow],
        flow_for: Callable[[str, Dialog], Flow],
    ) -> None:
        self._endpoint, self._authenticate, self._allows = endpoint, authenticate, allows
        self._may_watch, self._state_of = may_watch, state_of
        self._reach, self._flow_to, self._flow_for = reach, flow_to, flow_for
        self._watches: dict[tuple[str, str, str], Watch] = {}
        self._at: dict[str, dict[tuple[str, str, str], Watch]] = {}
        self._of: Counter[str] = Counter()
        self._changed: set[str] = set()

    def __len__(self) -> int:
        return len(self._watches)

    def subscribe(self, transaction: ServerTransaction, now: float) -> None:
        """Answer a SUBSCRIBE."""
        user = self._authenticate(transaction, now)
        if user is None or not self._allows(user, "SUBSCRIBE", transaction):
            return
        request = transaction.request
        try:
            found = self._subscribed(transaction, user)
        except SipParseError as error:
            found = make_response(request, error.status)
        if isinstance(found, Response):
            self._endpoint.respond(transaction, found, now)
            return
        response = make_response(request, 200)
        response.headers.set("Expires", str(max(0, round(found.until - now))))
        response.headers.set("Contact", found.dialog.contact)
        self._endpoint.respond(transaction, response, now)
        self._notify(found)

    def is_watched(self, terminal: str) -> bool:
        """Does any phone want to know of it?"""
        return terminal in self._at

    def changed(self, terminal: str) -> None:
        """Something may have changed there."""
        if terminal in self._at and terminal not in self._changed:
            self._changed.add(terminal)
            self._endpoint.after(TICK_S, partial(self._tell, terminal))

    def leave(self, watcher: str) -> None:
        """A phone of this terminal may log in no more: all of them have to ask anew."""
        for watch in [one for one in self._watches.values() if one.watcher == watcher]:
            self._end(watch, "deactivated")

    # What phones ask for

    def _subscribed(self, transaction: ServerTransaction, user: str) -> Watch | Response:
        request = transaction.request
        event = request.headers.get("Event") or ""
        if event.partition(";")[0].strip().lower() != PACKAGE or len(event) > MAX_EVENT:
            response = make_response(request, 489)
            response.headers.set("Allow-Events", PACKAGE)
            return response
        lasts = min(seconds(request.headers.get("Expires"), MAX_S), MAX_S)
        if 0 < lasts < MIN_S:
            response = make_response(request, 423)
            response.headers.set("Min-Expires", str(MIN_S))
            return response
        accepted = request.headers.all("Accept")
        if accepted and not any(one.partition(";")[0].strip().lower() in _TAKES for one in accepted):
            return make_response(request, 406)
        contact, flow = request.contact, transaction.flow
        reach = self._flow_to(flow if contact is None else self._reach(contact.uri, flow))
        found = self._known(request, user) if request.to_tag else self._new(transaction, user, event)
        if isinstance(found, int):
            return make_response(request, found)
        found.dialog.flow = reach  # where it has spoken from last
        self._last(found, lasts)
        return found

    def _known(self, request: Request, user: str) -> Watch | int:
        watch = self._watches.get(dialog_key(request))
        if watch is None or watch.ended:
            return 481
        if watch.watcher != user:
            return 403
        return watch.dialog.receive_request(request) or watch

    def _new(self, transaction: ServerTransaction, user: str, event: str) -> Watch | int:
        watched = transaction.request.target.user
        if not self._may_watch(user, watched):
            return 403
        if self._of[user] >= MAX_OF_ONE:
            return 503
        flow = self._flow_to(transaction.flow)
        watch = Watch(user, watched, event, Dialog.uas(transaction, contact_of(flow, watched)))
        self._watches[watch.dialog.key] = self._at.setdefault(watched, {})[watch.dialog.key] = watch
        self._of[user] += 1
        return watch

    def _last(self, watch: Watch, lasts: int) -> None:
        if watch.expiry is not None:
            watch.expiry.cancel()
        watch.told = ""  # each SUBSCRIBE is answered with the state, whether it has changed or not
        watch.until = self._endpoint.now + lasts
        if lasts:
            watch.expiry = self._endpoint.after(lasts, lambda _now: self._end(watch, "timeout"))
        else:
            watch.ended = "timeout"

    # What they are told

    def _tell(self, terminal: str, _now: float) -> None:
        self._changed.discard(terminal)
        for watch in list(self._at.get(terminal, {}).values()):
            self._notify(watch)

    def _end(self, watch: Watch, why: str) -> None:
        watch.ended, watch.told = why, ""
        self._notify(watch)

    def _notify(self, watch: Watch) -> None:
        """Send what has changed, unless the phone has still to answer."""
        state = self._state_of(watch.watched)
        if watch.asked or state == watch.told:
            return
        watch.asked, watch.told = True, state
        dialog, flow = watch.dialog, self._flow_for(watch.watcher, watch.dialog)
        request = dialog.request("NOTIFY", _document(watch, state, flow.local[0]), CONTENT)
        request.headers.set("Event", watch.event)
        left = max(0, round(watch.until - self._endpoint.now))
        over = f"terminated;reason={watch.ended}"
        request.headers.set("Subscription-State", over if watch.ended else f"active;expires={left}")
        watch.version += 1
        if watch.ended:
            self._forget(watch)
        self._endpoint.request(
            *(request, flow, self._endpoint.now),
            partial(self._answered, watch),
            partial(self._failed, watch),
        )

    def _answered(self, watch: Watch, response: Response) -> None:
        if response.status < 200:
            return
        watch.asked = False
        if response.status >= 300:
            self._forget(watch)
        elif watch.dialog.key in self._watches:
            self._notify(watch)

    def _failed(self, watch: Watch, _failure: Failure) -> None:
        self._forget(watch)

    def _forget(self, watch: Watch) -> None:
        if self._watches.pop(watch.dialog.key, None) is None:
            return
        if watch.expiry is not None:
            watch.expiry.cancel()
        there = self._at[watch.watched]
        del there[watch.dialog.key]
        if not there:
            del self._at[watch.watched]
        self._of[watch.watcher] -= 1
        if not self._of[watch.watcher]:
            del self._of[watch.watcher]


_TAKES = frozenset({CONTENT, "application/*", "*/*"})


def _document(watch: Watch, state: str, host: str) -> bytes:
    """The whole state, with the one dialog that there is; one that has ended is a colleague without any."""
    from xml.sax.saxutils import quoteattr  # with an HTTP client; few phones watch others

    watched = quoteattr(f"sip:{watch.watched}@{bracketed(host)}")
    direction = ' direction="recipient"' if state == RINGING else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"'
        f' version="{watch.version}" state="full" entity={watched}>\n'
        f"<dialog id={quoteattr(watch.watched)}{direction}>\n"
        f"<state>{state}</state>\n"
        "</dialog>\n"
        "</dialog-info>\n"
    ).encode()
