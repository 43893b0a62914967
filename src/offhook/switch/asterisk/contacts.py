"""Whether phones are registered, asked where the state of their devices may not be what is so.

Asterisk keeps the state of a device as it has computed it last, and tells that. It computes one anew when a
phone comes or goes, from a snapshot that another of its threads renews (`main/devicestate.c`, and in
`res_pjsip` `ast_sip_persistent_endpoint_update_state`): when that thread is late, the state stays wrong until
the phone's next change. What it rings are the phone's contacts, and those it says as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from offhook.config import AsteriskSettings
from offhook.switch.asterisk.channels import Channels
from offhook.switch.asterisk.devices import AWAY, Devices
from offhook.switch.asterisk.session import Answer, Fields, Reply

ENDPOINT = re.compile(r"PJSIP/([A-Za-z0-9_.+-]+)", re.IGNORECASE)
"""The device of an endpoint's own contacts; `PJSIP/4000@gateway` is another's."""


class Contacts:
    """Asks for one phone after the other: however many there are, Asterisk has one question at a time."""

    def __init__(
        self,
        settings: AsteriskSettings,
        devices: Devices,
        channels: Channels,
        act: Callable[[str, Fields, Answer], bool],
    ) -> None:
        self._settings, self._devices, self._channels, self._act = settings, devices, channels, act
        self._waiting: dict[str, None] = {}
        self._asks = False

    def look(self, *terminals: str) -> None:
        """Ask for these, and put right what is known of their phones."""
        self._waiting.update(dict.fromkeys(filter(self._endpoint, terminals)))
        if not self._asks:
            self._next()

    def forget(self) -> None:
        """The connection is gone, and with it the answers."""
        self._waiting.clear()
        self._asks = False

    def _endpoint(self, terminal: str) -> str:
        """The name of the phone's endpoint; "" if its channels are of another kind."""
        found = ENDPOINT.fullmatch(self._settings.device(terminal))
        return found[1] if found else ""

    def _next(self) -> None:
        self._asks = False
        if not self._waiting:
            return
        terminal = next(iter(self._waiting))
        del self._waiting[terminal]

        def answer(reply: Reply) -> None:
            if reply.good:
                self._said(terminal, bool(reply.response.get("value")))
            self._next()

        variable = f"PJSIP_DIAL_CONTACTS({self._endpoint(terminal)})"
        self._asks = self._act("Getvar", [("Variable", variable)], answer)

    def _said(self, terminal: str, registered: bool) -> None:
        """INVALID stays: it is no endpoint that this could be asked of."""
        state, device = self._devices.state(terminal), self._settings.device(terminal)
        if registered and state == "UNAVAILABLE":
            self._devices.state_changed(device, "NOT_INUSE")
        elif not registered and state and state not in AWAY and not self._in_call(device):
            self._devices.state_changed(device, "UNAVAILABLE")

    def _in_call(self, device: str) -> bool:
        return any(channel.device.lower() == device.lower() for channel in self._channels)
