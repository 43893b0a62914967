"""Whose channels they are, and what is known of a call that comes in before it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from offhook.call import Call, CallState, Direction, Party, Privacy, Reason, new_call
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.channels import Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost
from offhook.switch.asterisk.session import Reply

PRESENTATION, NUMBER, NAME, REASON = (
    "CONNECTEDLINE(num-pres)",
    "REDIRECTING(from-num)",
    "REDIRECTING(from-name)",
    "REDIRECTING(reason)",
)
"""What Asterisk is asked for when a phone rings; the events do not have it."""

NOT_SENT: tuple[Reason, Party | None, Party | None] = (Reason.DIRECT, None, None)

REASONS = {
    "cfb": Reason.FORWARDED_BUSY,
    "cfnr": Reason.FORWARDED_NO_ANSWER,
    "cfu": Reason.FORWARDED_ALWAYS,
    "deflection": Reason.REDIRECTED,
}
"""Asterisk's names of the reasons of RFC 5806; the others have none here."""


class Callers:
    """Knows the terminals by their phones' channels, and asks Asterisk who calls."""

    def __init__(
        self,
        terminals: Mapping[str, str],
        settings: AsteriskSettings,
        channels: Channels,
        host: ExchangeHost,
    ) -> None:
        self._terminals, self._channels, self._host = terminals, channels, host
        self._devices = {settings.device(terminal).lower(): terminal for terminal in terminals}
        self._outside = frozenset(settings.external_contexts)
        self._asked: dict[str, Callable[[], None]] = {}
        self.sent: dict[str, tuple[Reason, Party, Party | None]] = {}
        """Channels that were sent on from here, by their ids: how, by whom, and whom they had called if that
        stays so."""

    def party(self, number: str) -> Party:
        """Somebody by number, with the name if it is a terminal."""
        return Party(self._terminals.get(number, ""), number)

    def terminal(self, channel: Channel) -> str | None:
        """The terminal whose phone the channel belongs to."""
        return self._devices.get(channel.device.lower())

    def of(self, channel: Channel) -> Party:
        """Whose channel it is."""
        terminal = self.terminal(channel)
        number, name = channel.caller
        return self.party(terminal) if terminal else Party(self._terminals.get(number) or name, number)

    def external(self, channel: Channel | None) -> bool | None:
        """Does the channel lead out of the site? None if that is not known."""
        if channel is None:
            return None
        if self.terminal(channel) is not None:
            return False
        return channel.began_in in self._outside if self._outside else None

    def ask(self, channel: Channel, then: Callable[[Call], None], terminal: str) -> None:
        """Ask who calls, and have `then` called once with the call; at once where nobody can be asked."""
        if channel.id in self._asked:
            return

        def known(reply: Reply | None) -> None:
            if self._asked.pop(channel.id, None) is not None:
                call = self.inbound(channel, terminal)
                then(call if reply is None else self._detailed(call, reply))

        self._asked[channel.id] = lambda: known(None)
        names = ",".join((PRESENTATION, NUMBER, NAME, REASON))
        if not self._host.act("Status", [("Channel", channel.id), ("Variables", names)], known):
            known(None)

    def asking(self, linked: str) -> bool:
        """Is it still asked who calls in a call of these channels?"""
        return any((one := self._channels.get(of)) is not None and one.linked == linked for of in self._asked)

    def asking_at(self, terminal: str) -> bool:
        """Is it still asked who calls the terminal?"""
        asked = (self._channels.get(of) for of in self._asked)
        return any(one is not None and self.terminal(one) == terminal for one in asked)

    def hurry(self, channel: Channel) -> None:
        """The channel is about to go: what is asked for of it will not come any more."""
        waiting = self._asked.get(channel.id)
        if waiting is not None:
            waiting()
        self.sent.pop(channel.id, None)

    def forget_questions(self) -> None:
        """The connection was lost, and with it the answers."""
        self._asked.clear()

    def inbound(self, channel: Channel, terminal: str) -> Call:
        """The call of a phone that rings, from what the events have told."""
        peers = self._channels.peers(channel)
        source = peers[0] if len(peers) == 1 else None
        caller = self.of(source) if source is not None else Party()
        if caller.id not in self._terminals and channel.connected[0]:
            number, name = channel.connected
            caller = Party(self._terminals.get(number) or name, number)
        reason, by, callee = self.sent.get(source.id if source is not None else "", NOT_SENT)
        called = callee or self.party(terminal)
        return new_call(
            *(terminal, CallState.RING_BACK, caller, called, self._host.now()),
            id=channel.new_call_id(terminal),
            direction=Direction.INBOUND,
            reason=reason,
            redirecting=by,
            external=self.external(source),
        )

    def _detailed(self, call: Call, reply: Reply) -> Call:
        """The call with what Asterisk has answered."""
        if not reply.items:
            return call
        values = dict(_pair(line) for line in reply.items[0].all("variable"))
        presentation = values.get(PRESENTATION, "")
        if presentation.startswith("prohib"):
            call = replace(call, caller=Party(privacy=Privacy.WITHHELD))
        elif presentation == "unavailable" and not call.caller.id:
            call = replace(call, caller=replace(call.caller, privacy=Privacy.UNAVAILABLE))
        number = values.get(NUMBER, "")
        if number and call.redirecting is None:
            by = Party(self._terminals.get(number) or values.get(NAME, ""), number)
            reason = REASONS.get(values.get(REASON, ""), Reason.UNKNOWN)
            call = replace(call, redirecting=by, reason=reason)
        return call


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name, value
