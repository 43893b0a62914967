"""Which phones can be rung: Asterisk's device states of the terminals' phones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

AWAY = frozenset({"UNAVAILABLE", "INVALID"})
"""Not registered; no such phone. UNKNOWN is of technologies that cannot tell, whose phones are tried."""


class Devices:
    """The state of each terminal's phone, "" while it is not known. `tell` hears of changes of service."""

    def __init__(self, devices: Mapping[str, str], tell: Callable[[str, bool], None]) -> None:
        """`devices`: by terminal."""
        self._terminals = {device.lower(): terminal for terminal, device in devices.items()}
        self._states = dict.fromkeys(devices, "")
        self._tell = tell
        self._told = dict.fromkeys(devices, False)
        self._connected = False

    def in_service(self, terminal: str) -> bool:
        """Can it be rung?"""
        state = self._states.get(terminal, "")
        return self._connected and bool(state) and state not in AWAY

    def state(self, terminal: str) -> str:
        """As Asterisk calls it, like `NOT_INUSE`."""
        return self._states.get(terminal, "")

    def changed(self, device: str, state: str) -> None:
        """A device has this state now; those of nobody are passed over."""
        terminal = self._terminals.get(device.lower())
        if terminal is not None:
            self._states[terminal] = state.upper()
            self._say(terminal)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._states = dict.fromkeys(self._states, "")

    def unknown(self) -> Iterable[str]:
        """The terminals of whose phones nothing was heard."""
        return [terminal for terminal, state in self._states.items() if not state]

    def connected(self, connected: bool) -> None:
        """Without a connection nobody can be rung."""
        self._connected = connected
        for terminal in self._states:
            self._say(terminal)

    def _say(self, terminal: str) -> None:
        now = self.in_service(terminal)
        if now is not self._told[terminal]:
            self._told[terminal] = now
            self._tell(terminal, now)
