"""Programs as they are written for TAPI, each after the ways of a real kind.

They know only what they are told of, read it then and once, and press only what is offered.
"""

from typing import Protocol

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    INTERACTIVEVOICE,
    LINE_FEATURE_MAKECALL,
    AddressState,
    Feature,
    LineState,
    State,
)
from tests.tspi_host.host import Host
from tests.tspi_host.switchboard import Switchboard


class Program(Protocol):
    """A program that has opened the line."""

    modes: int
    """Of which media modes it owns calls; 0: of none, it only monitors."""

    def told(self, call: Call, state: State) -> None:
        """Within the event."""
        ...


class Desk:
    """A customer database upon a common TAPI library for .NET: owner and monitor, for all media modes that
    the line has. It reads the features of the line when it has opened it, and again only if it is told that
    they have changed; who calls at the first event of a call, the call's features at each."""

    def __init__(self, host: Host, line: Line) -> None:
        self.host, self.line = host, line
        self.modes = host.device_caps(line.device)["dwMediaModes"]
        self.callers: dict[int, str | None] = {}
        self.buttons: dict[int, Feature] = {}
        self._news = line.news_of_features()
        self._can_dial = self._read_line()

    def told(self, call: Call, state: State) -> None:
        if call.ht not in self.callers:
            self.callers[call.ht] = call.info().text("CallerID")
        self.buttons[call.ht] = call.features

    @property
    def can_dial(self) -> bool:
        """Is the button to dial one that can be pressed?"""
        news = self.line.news_of_features()
        if news != self._news:
            self._news, self._can_dial = news, self._read_line()
        return self._can_dial

    def _read_line(self) -> bool:
        return bool(self.line.status()["dwLineFeatures"] & LINE_FEATURE_MAKECALL)

    def comes_to_dial(self, can: bool) -> None:
        self.host.wait(lambda: self.can_dial is can, f"the button to dial to be {can}")

    def has(self, call: Call, button: Feature) -> None:
        """Wait until the button is there."""
        self.host.wait(
            lambda: bool(self.buttons.get(call.ht, Feature(0)) & button), f"{button!r}, in {call.state!r}"
        )

    def _has_none(self, call: Call) -> None:
        self.host.wait(lambda: self.buttons[call.ht] == 0, "no button of a call that is over")

    def presses(self, call: Call, button: Feature, name: str, *arguments: object) -> None:
        """A button that is there; the request is completed."""
        self.has(call, button)
        assert call.does(name, *arguments) == 0, self.host.story()

    def tidies_up(self) -> None:
        """Every call has come to IDLE, and is let go then."""
        for call in list(self.host.calls.values()):
            call.reaches(State.IDLE)
            self._has_none(call)
            call.close()


class Dialler:
    """An office program that dials, and shows whether the line is busy: it only monitors, wants to hear of
    ringing and of nothing else of the line, and calls with no parameters."""

    modes = 0

    def __init__(self, host: Host, line: Line) -> None:
        self.host, self.line = host, line
        self.rang: set[int] = set()
        self.idle: set[int] = set()

    def told(self, call: Call, state: State) -> None:
        if state == State.OFFERING:
            self.rang.add(call.ht)
        if state == State.IDLE:
            self.idle.add(call.ht)

    @property
    def live(self) -> bool:
        """Is the line shown as one that works?"""
        return self.line.is_in_service() is True


NAMES = {
    **{State.OFFERING: "offering", State.ACCEPTED: "offering", State.CONNECTED: "connected"},
    **{State.ONHOLD: "hold", State.ONHOLDPENDTRANSFER: "hold"},
    **{State.DISCONNECTED: "disconnected", State.IDLE: "disconnected"},
}
"""What TAPI 3 makes of the states of TAPI 2."""


class Phone3:
    """A program upon TAPI 3, which makes its own states of those of TAPI 2, and passes over one that comes
    again: calls of one media type, with number and name as they are when the call is offered."""

    modes = INTERACTIVEVOICE

    def __init__(self) -> None:
        self.states: dict[int, list[str]] = {}
        self.who: dict[int, tuple[str | None, str | None]] = {}

    def told(self, call: Call, state: State) -> None:
        states = self.states.setdefault(call.ht, [])
        name = NAMES.get(state, "in progress")
        if states[-1:] != [name]:
            states.append(name)
        if name == "offering" and call.ht not in self.who:
            info = call.info()
            self.who[call.ht] = info.text("CallerID"), info.text("CallerIDName")


def opened(host: Host) -> Line:
    """The line as TAPI opens it for the first program."""
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    return line


def settled(line: Line, board: Switchboard) -> Line:
    """When nothing of the login is still to be told.

    The line is in service before the events that say so and what it can do are delivered. They are delivered
    in order: what is told of a change there and back is the last of them.
    """

    def told() -> int:
        return sum(bool(states & AddressState.FORWARD) for states in line.address_states)

    def goes(always: str) -> None:
        before = told()
        board.change_line(always=always)
        line.host.wait(lambda: told() > before, f"to be told that calls go to {always!r}")

    goes("4009")
    goes("")
    return line


def run(host: Host, line: Line, *programs: Program) -> None:
    """They are told from now on, one after the other, and the provider what they want together."""

    def told(call: Call, state: int) -> None:
        for program in programs:
            program.told(call, State(state))

    host.on_state = told
    modes = 0
    for program in programs:
        modes |= program.modes
    line.wants_calls(modes)
