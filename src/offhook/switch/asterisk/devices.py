"""Which phones can be rung: Asterisk's device states of the terminals' phones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

AWAY = frozenset({"UNAVAILABLE", "INVALID"})
"""Not registered; no such phone. UNKNOWN is said of technologies that cannot tell: their phones are tried."""


class Devices:
    """The state of each terminal's phone, "" while it is not known. `on_change`: can it be rung now?"""

    def __init__(self, devices: Mapping[str, str], on_change: Callable[[str, bool], None]) -> None:
        """`devices`: by terminal."""
        self._terminals = {device.lower(): terminal for terminal, device in devices.items()}
        self._states = dict.fromkeys(devices, "")
        self._on_change = on_change
        self._reported = dict.fromkeys(devices, False)
        self._connected = False

    def in_service(self, terminal: str) -> bool:
        """Can it be rung?"""
        state = self._states.get(terminal, "")
        return self._connected and bool(state) and state not in AWAY

    def state(self, terminal: str) -> str:
        """Its state in Asterisk's words, like `NOT_INUSE`."""
        return self._states.get(terminal, "")

    def state_changed(self, device: str, state: str) -> None:
        """A device has this state now; devices of no terminal are ignored."""
        terminal = self._terminals.get(device.lower())
        if terminal is not None:
            self._states[terminal] = state.upper()
            self._report(terminal)

    def forget(self) -> None:
        """Forget all states: they are asked for again."""
        self._states = dict.fromkeys(self._states, "")

    def unknown(self) -> Iterable[str]:
        """The terminals whose phones' states are not known."""
        return [terminal for terminal, state in self._states.items() if not state]

    def connected(self, connected: bool) -> None:
        """Without a connection nobody can be rung."""
        self._connected = connected
        for terminal in self._states:
            self._report(terminal)

    def _report(self, terminal: str) -> None:
        now = self.in_service(terminal)
        if now is not self._reported[terminal]:
            self._reported[terminal] = now
            self._on_change(terminal, now)
