"""A Smart Messenger of version 3 by script, with a telephone system behind it that does what it is asked.

It is written after docs/tsp-session.md alone; tests/tspi_host/test_switchboard.py reads what it says by
the codec of the package."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

from tests.tspi_host.messenger import CONNECTED, OFF_HOOK, PROCEED, RING_BACK, Messenger, Session

ALL = (
    "dial drop answer reject redirect hold retrieve swap transfer consult complete dtmf park pickup unpark"
    " forward do-not-disturb complete-ringing complete-any forward-busy forward-no-answer pickup-group"
    " park-at by-hand"
)
"""Capabilities of a line that can do everything with calls of two."""

LARGE = ALL + " conference conference-8"
"""The same, and conferences that grow."""

ON_HOOK = "OnHookState"
Values = dict[str, str]

BEGIN_A_CALL = ("dial", "consult", "pickup", "unpark")


class WholeSession(Session):
    """One connection that speaks version 3."""

    def __init__(self, messenger: "Switchboard", peer: socket.socket) -> None:
        super().__init__(messenger, peer)
        self.board = messenger
        self.begun = False

    def _hear(self, message: str) -> None:
        kind, number, *rest = message.split("%")
        if kind != "Request":
            super()._hear(message)
            if kind == "Action" and number == "Login":
                self.begin()
            return
        name, values = rest[0], dict(field.partition("=")[::2] for field in rest[1:])
        self.board.note(self, f"{name} " + " ".join(f"{key}={value}" for key, value in values.items()))
        self.board.asked(self, int(number), name, values)

    def begin(self) -> None:
        """What follows the response to the login."""
        with self.board.lock:
            self.begun = True
            self.tell_line()
            for call in self.board.calls.values():
                self.tell_call(call)
            self.say("Notify%Ready")

    def tell_line(self) -> None:
        """What the line can do."""
        self.notify("Line", self.board.line)

    def tell_call(self, call: Values) -> None:
        self.notify("Call", call)

    def notify(self, kind: str, values: Values) -> None:
        with suppress(OSError):  # who has gone is told of it after the next login
            self._notify(kind, values)

    def _notify(self, kind: str, values: Values) -> None:
        self.say("%".join([f"Notify%{kind}", *(f"{name}={value}" for name, value in values.items())]))


class Switchboard(Messenger):
    """`calls` are the live ones by id, as they are told; `line` is what is told of the line.

    `refusals` has the reason for a request that is not done, by its name; those in `silent` wait, in
    `waiting`, for `answer` to be called."""

    def __init__(self, capabilities: str = ALL) -> None:
        super().__init__()
        self.login = ("Success%3%4000",)
        self.line: Values = {
            "terminal": "4000",
            "name": "Kim 철수",
            "reachable": "yes",
            "in-service": "yes",
            "capabilities": capabilities,
        }
        self.calls: dict[str, Values] = {}
        self.dialled: tuple[str, ...] = (OFF_HOOK, PROCEED, RING_BACK, CONNECTED)
        self.reconnects = True
        self.refusals: dict[str, str] = {}
        self.silent: set[str] = set()
        self.waiting: list[tuple[WholeSession, int, str, Values]] = []
        self.lock = threading.RLock()
        """Whoever looks at the calls and changes them does so at one moment."""
        self._ids = count(1)

    def new_session(self, peer: socket.socket) -> Session:
        return WholeSession(self, peer)

    # What happens at the switch.

    def incoming(self, caller: str = "01012345678", name: str = "Lee 이민호", **more: str) -> str:
        """A call comes in; its id."""
        call = {
            "call": f"in-{next(self._ids)}",
            "state": RING_BACK,
            "direction": "inbound",
            "caller-id": caller,
            "caller-name": name,
            "callee-id": "4000",
            **{key.replace("_", "-"): value for key, value in more.items()},
        }
        return self.begin(call)

    def by_hand(self, callee: str = "4001", state: str = OFF_HOOK) -> str:
        """The user dials at his phone."""
        call = {"call": f"hand-{next(self._ids)}", "state": state, "by-hand": "yes", "caller-id": "4000"}
        return self.begin({**call, "callee-id": callee})

    def begin(self, call: Values) -> str:
        with self.lock:
            self.calls[call["call"]] = call
            self.tell(call["call"])
            return call["call"]

    def tell(self, *ids: str) -> None:
        for session in self.all_sessions():
            for id_ in ids:
                session.tell_call(self.calls[id_])

    def change(self, id_: str, **values: str) -> None:
        """The call is otherwise now."""
        with self.lock:
            self.calls[id_].update({key.replace("_", "-"): value for key, value in values.items()})
            self.tell(id_)

    def change_line(self, **values: str) -> None:
        self.line.update({key.replace("_", "-"): value for key, value in values.items()})
        for session in self.all_sessions():
            session.tell_line()

    def end(self, id_: str, cause: str = "normal", **values: str) -> None:
        """The call is over."""
        with self.lock:
            self.change(id_, state=ON_HOOK, cause=cause, **values)
            call = self.calls.pop(id_)
            other = self.calls.get(call.get("related", ""))
            if other:
                other.pop("related", None)
                other.pop("consultation", None)
                back = [other["call"]]
                if call.get("consultation") and cause == "dropped" and self.reconnects:
                    self._hold_others(other["call"])
                    back = self._together(other["call"])
                    for each in back:
                        self.calls[each]["held"] = ""
                self.tell(*back)
        with self._changed:
            self._changed.notify_all()

    def all_sessions(self) -> list[WholeSession]:
        with self._changed:
            return [
                session for session in self.sessions if isinstance(session, WholeSession) and session.begun
            ]

    # Requests.

    def asked(self, session: WholeSession, number: int, name: str, values: Values) -> None:
        if name in self.silent:
            with self._changed:
                self.waiting.append((session, number, name, values))
                self._changed.notify_all()
        else:
            self._do(session, number, name, values)

    def answer(self, name: str) -> None:
        """Go on with the oldest request of this name that waits."""
        self.wait(lambda: any(asked[2] == name for asked in self.waiting), f"a request {name}")
        with self._changed:
            at = next(at for at, asked in enumerate(self.waiting) if asked[2] == name)
            session, number, _, values = self.waiting.pop(at)
        self._do(session, number, name, values)

    def _do(self, session: WholeSession, number: int, name: str, values: Values) -> None:
        with self.lock:
            self._done(session, number, name, values)

    def _done(self, session: WholeSession, number: int, name: str, values: Values) -> None:
        reason = self.refusals.get(name)
        id_ = values.get("call", "")
        if reason is None and id_ and id_ not in self.calls:
            reason = "no-such-call"
        if reason is None and name in ("complete", "conference"):
            alone = not (values.get("other") or self.calls[id_].get("related"))
            reason = "not-possible-now" if alone else None
        if reason:
            session.say(f"Result%{number}%Fail%reason={reason}%text=not now")
        elif name in BEGIN_A_CALL:
            self._begin(session, number, name, values)
        else:
            action: Callable[[str, Values], str | None] = getattr(self, "_" + name.replace("-", "_"))
            result = action(id_, values)
            with suppress(OSError):  # as of what begins a call
                session.say(f"Result%{number}%Success" + (f"%{result}" if result else ""))

    def _begin(self, session: WholeSession, number: int, name: str, values: Values) -> None:
        id_ = f"c{next(self._ids)}"
        call = {"call": id_, "caller-id": "4000", "callee-id": values.get("address", "")}
        steps = self.dialled
        if name == "consult":
            call.update({"related": values["call"], "consultation": "yes"})
            self.calls[values["call"]].update({"related": id_})
            for left in self._together(values["call"]):
                self.calls[left].update({"held": "yes"})
        elif name in ("pickup", "unpark"):
            reason = {"pickup": "picked-up", "unpark": "unparked"}[name]
            call.update({"direction": "inbound", "caller-id": "01099", "callee-id": "4001", "reason": reason})
            steps = (CONNECTED,)
        self.calls[id_] = call
        with suppress(OSError):  # whoever has asked may be gone, and the call goes on
            session.say(f"Result%{number}%Success%call={id_}")
        if name == "consult":
            self.tell(*self._together(values["call"]))
        for state in steps:
            if state == CONNECTED:
                self._hold_others(id_)
            self.change(id_, state=state)

    def _alive(self, id_: str, values: Values) -> None:
        pass

    def _drop(self, id_: str, values: Values) -> None:
        self.end(id_, "dropped")

    def _reject(self, id_: str, values: Values) -> None:
        self.end(id_, "rejected")

    def _redirect(self, id_: str, values: Values) -> None:
        self.end(id_, "forwarded", redirected_to_id=values["address"])

    def _transfer(self, id_: str, values: Values) -> None:
        self.end(id_, "transferred", redirected_to_id=values["address"])

    def _answer(self, id_: str, values: Values) -> None:
        self._hold_others(id_)
        self.change(id_, state=CONNECTED)

    def _hold(self, id_: str, values: Values) -> None:
        self.change(id_, held="yes")

    def _retrieve(self, id_: str, values: Values) -> None:
        self._hold_others(id_)
        for each in self._together(id_):
            self.change(each, held="")

    def _swap(self, id_: str, values: Values) -> None:
        taken = self._together(id_)
        others = [other for other in self.calls if other not in taken and not self.calls[other].get("held")]
        for each in taken:
            self.change(each, held="")  # in the order in which TAPI does not want to hear of it
        for other in others:
            self.change(other, held="yes")

    def _complete(self, id_: str, values: Values) -> None:
        call = self.calls[id_]
        other = values.get("other") or call["related"]
        call.pop("related", None)
        for each in (other, id_):
            self.end(each, "transferred")

    def _conference(self, id_: str, values: Values) -> None:
        other = values.get("other") or self.calls[id_]["related"]
        name = self.calls[other].get("conference") or self.calls[id_].get("conference") or f"conf-{id_}"
        everybody = list(dict.fromkeys([*self._together(id_), *self._together(other)]))
        for each in map(self.calls.__getitem__, everybody):
            each.update({"held": "", "conference": name})
            each.pop("related", None)
            each.pop("consultation", None)
        self.tell(*everybody)

    def _together(self, id_: str) -> list[str]:
        """The call, and those that are in a conference with it."""
        name = self.calls[id_].get("conference")
        return [
            other
            for other, call in self.calls.items()
            if other == id_ or (name and call.get("conference") == name)
        ]

    def _dtmf(self, id_: str, values: Values) -> None:
        pass

    def _park(self, id_: str, values: Values) -> str:
        self.end(id_, "parked")
        return f"slot={values.get('slot') or '71'}"

    def _forward(self, id_: str, values: Values) -> None:
        self.change_line(**{"always": "", "busy": "", "no-answer": "", "after": "", **values})

    def _do_not_disturb(self, id_: str, values: Values) -> None:
        self.change_line(do_not_disturb=values["on"])

    def _hold_others(self, id_: str) -> None:
        together = self._together(id_)
        for other, call in self.calls.items():
            if other not in together and call["state"] == CONNECTED and not call.get("held"):
                self.change(other, held="yes")

    @contextmanager
    def holding_back(self, *names: str) -> Iterator[None]:
        """Requests of these names get no result within."""
        self.silent |= set(names)
        try:
            yield
        finally:
            self.silent -= set(names)
