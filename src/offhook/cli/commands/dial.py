"""`offhook dial`: has to ask the Smart Messenger within 150 ms of its start, so imports nothing heavy."""

import json
import time
from argparse import ArgumentParser, Namespace

from offhook.call import Call, CallState, Party
from offhook.cli.common import FAILED, INTERRUPTED, OK, add_config, add_json, complain, read_config
from offhook.cli.show import STATE_LABELS, cause_words, safe
from offhook.cli.tspsession import TspSession, refused
from offhook.config import Config
from offhook.errors import AddressError, Refusal, UnavailableError
from offhook.tsp.framing import fits
from offhook.tsp.messages import (
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Notify,
)

SUMMARY = """Call a number from your phone: your own phone rings first (or lifts by itself), then the
number is called. The number may be written in any way."""

EXAMPLES = """\
  offhook dial 4001
  offhook dial "+82 (2) 568-3848" --wait
  offhook dial tel:+82-2-568-3848 --terminal 4000"""

TOLD_S = 0.5
"""How long to wait for the new call to be told of: it comes with the Response, as a rule."""

AT_ONCE_S = 0.05
"""A call to somebody who cannot be called ends within this, and one that goes on says so within it."""

DROP_LIMIT_S = 3.0
"""How long an interrupted --wait stays for the end of the call that it drops."""

SILENT_S = 6.0
"""After so long without a change somebody asks what for; phones say within a second that they ring."""

SILENCE = {
    CallState.OFF_HOOK: "your phone rings: lift it, or have it answer by itself (auto-answer)",
    CallState.PROCEED: "{callee} says nothing: a phone that was cut off is given up within half a minute",
}
"""What may be behind it, in each state in which it should not last."""

LABELS = STATE_LABELS | {CallState.OFF_HOOK: "ringing your phone", CallState.RING_BACK: "rings"}
"""Who dials is told of the own phone, and then of whose phone rings."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("address", metavar="ADDRESS", help="the number to call, or a tel: or sip: link")
    parser.add_argument(
        "--wait",
        action="store_true",
        help="show each state until the call is over; 0 if it was connected, else 1. Ctrl-C drops the call",
    )
    parser.add_argument("--terminal", metavar="T", default="", help="call from this phone")
    add_config(parser)
    add_json(parser, "print the call, or with --wait each of its states, as one line of JSON")


def run(options: Namespace) -> int:
    """Raises `CallError` when the call is refused, `UnavailableError` when nobody takes it."""
    dial = Dial(short(options.address))
    config = read_config(options)
    begun = time.monotonic()
    with TspSession.open(config, options.terminal) as session:
        response = session.ask(dial)
        if isinstance(response, Fail):
            _explain(config, dial.address, response)
            raise refused(options, response, f"calling {options.address}")
        if not options.wait:
            over = _tell(session, dial.address, options.json, begun)
            if over is None:
                return OK
            from offhook.cli.whynot import why_over

            why = why_over(options, _over(over, connected=False), safe(_name(over.callee)))
            complain(f"no connection: {why}")
            return FAILED
        wait = _Wait(session, options.json, begun)
        code = wait.until_over()
    if code == FAILED:
        complain(f"no connection: {wait.reason(options)}")
    return code


def _explain(config: Config, address: str, response: Fail) -> None:
    """Raises `AddressError`, with who may have been meant, when the address is what was refused."""
    if response.reason == Refusal.INVALID_ADDRESS.value:
        from offhook.cli.meant import advice  # it takes its time, and nothing is dialled any more

        if words := advice(config, address):
            raise AddressError(words)


def _tell(session: TspSession, address: str, as_json: bool, begun: float) -> CallStateNotify | None:
    """Whom the new call goes to, as the Smart Messenger tells; else the address as it was given. Its end, if
    it has come to nothing at once."""
    notify = _first(session)
    if as_json:
        call = {"elapsed_s": round(time.monotonic() - begun, 3), "state": None, "address": address}
        fields = call if notify is None else _fields(notify, time.monotonic() - begun)
        print(json.dumps(fields, ensure_ascii=False))
    else:
        print(f"calling {safe(_name(notify.callee)) if notify is not None else address}")
    return None if notify is None else _end_at_once(session, notify)


def _end_at_once(session: TspSession, begun: Notify) -> CallStateNotify | None:
    """The end of the call, if that is what is told next: nobody could be called."""
    if isinstance(begun, CallStateNotify) and begun.state is CallState.ON_HOOK:
        return begun
    until = time.monotonic() + AT_ONCE_S
    try:
        while (left := until - time.monotonic()) > 0:
            notify = session.notify(left)
            if notify.call_id == begun.call_id and isinstance(notify, CallStateNotify):
                return notify if notify.state is CallState.ON_HOOK else None
    except UnavailableError:
        pass
    return None


def _first(session: TspSession) -> Notify | None:
    """What is told of the new call with its callee, None when that takes too long."""
    until = time.monotonic() + TOLD_S
    try:
        while (left := until - time.monotonic()) > 0:
            notify = session.notify(left)
            if notify.call_id not in session.earlier and notify.callee.id:
                return notify
    except UnavailableError:
        pass
    return None


def short(address: str) -> str:
    """The address's first line; of one that does not fit into a message, as a long link, the number.

    Raises `AddressError` when there is none.
    """
    address = (address.strip().splitlines() or [""])[0]
    if fits(address):
        return address
    from offhook.address import clean  # knows all countries' numbers, which takes its time

    return clean(address)


class _Wait:
    """Follows the call that this session dialled: the first one that is new after the Response."""

    def __init__(self, session: TspSession, as_json: bool, begun: float) -> None:
        self._session, self._json, self._begun = session, as_json, begun
        self._earlier = session.earlier
        self._call_id = ""
        self._connected = False
        self._last: CallStateNotify | None = None
        self._explained: CallStateNotify | None = None

    def until_over(self) -> int:
        try:
            while not self._take(self._next()):
                pass
        except KeyboardInterrupt:
            self._drop()
            return INTERRUPTED
        return OK if self._connected else FAILED

    def _next(self) -> Notify:
        """What is told next; who waits for that for long is told what for, once in each state."""
        last = self._last
        words = SILENCE.get(last.state, "") if last is not None and not self._json else ""
        if last is not None and words and last is not self._explained and self._session.quiet_for(SILENT_S):
            self._explained = last
            words = words.format(callee=safe(_name(last.callee)))
            print(f"{time.monotonic() - self._begun:8.3f} s  {words}", flush=True)
        return self._session.notify()

    def reason(self, options: Namespace) -> str:
        """Why there was no connection, and what to do about it."""
        if self._last is None:
            return "no reason was given"
        from offhook.cli.whynot import why_over  # it takes its time, and the call is over

        return why_over(options, _over(self._last, connected=False), safe(_name(self._last.callee)))

    def _take(self, notify: Notify) -> bool:
        """True once the call is over."""
        if not self._call_id and notify.call_id not in self._earlier:
            self._call_id = notify.call_id
        if notify.call_id != self._call_id or not isinstance(notify, CallStateNotify):
            return False
        self._show(notify)
        self._connected |= notify.state is CallState.CONNECTED
        self._last = notify
        return notify.state is CallState.ON_HOOK

    def _show(self, notify: CallStateNotify) -> None:
        elapsed = time.monotonic() - self._begun
        if self._json:
            print(json.dumps(_fields(notify, elapsed), ensure_ascii=False), flush=True)
            return
        who = "" if notify.state in (CallState.OFF_HOOK, CallState.ON_HOOK) else f"  {_name(notify.callee)}"
        cause = f" ({self._words(notify)})" if notify.cause else ""
        print(f"{elapsed:8.3f} s  {LABELS[notify.state]}{who}{cause}", flush=True)

    def _words(self, notify: CallStateNotify) -> str:
        return cause_words(_over(notify, connected=self._connected))

    def _drop(self) -> None:
        """Drop the call and see it end; a second Ctrl-C does not wait for that."""
        response = self._session.ask(Drop(self._call_id))
        if isinstance(response, Fail):
            return
        try:
            while not self._take(self._session.notify(DROP_LIMIT_S)):
                pass
        except UnavailableError:
            complain("the call was dropped; its end was not told in time")


def _fields(notify: Notify, elapsed: float) -> dict[str, object]:
    cause = notify.cause if isinstance(notify, CallStateNotify) else None
    return {
        "elapsed_s": round(elapsed, 3),
        "state": notify.state.value,
        "terminal": notify.terminal,
        "call": notify.call_id,
        "caller": {"name": notify.caller.name, "id": notify.caller.id},
        "callee": {"name": notify.callee.name, "id": notify.callee.id},
        "cause": cause.value if cause else None,
    }


def _over(notify: CallStateNotify, *, connected: bool) -> Call:
    """The call as far as the session tells of it."""
    when = 0.0 if connected else None
    return Call(
        *(notify.call_id, notify.terminal, notify.state, notify.caller, notify.callee, 0.0),
        connected=when,
        cause=notify.cause,
    )


def _name(party: Party) -> str:
    return f"{party.name} ({party.id})" if party.name else party.id
