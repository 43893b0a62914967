"""Forwarding and do-not-disturb as keys of Asterisk's database, which the dialplan obeys.

Asterisk tells of no change of them. They are read after each login, and after each call that was dialled by
hand at the phone, which may have been a feature code.
"""

from __future__ import annotations

from collections.abc import Callable

from offhook.call import Command, DoNotDisturb, Forward, Forwarding, ForwardWhen
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.originate import ADDRESS
from offhook.switch.asterisk.plan import SET
from offhook.switch.asterisk.session import Fields
from offhook.switch.asterisk.work import Work
from offhook.switch.base import ForwardingChanged, invalid_address, unsupported

ON = "YES"
"""The value of a do-not-disturb that is on; any value means so."""

AGAIN_S = 0.05
"""After so long it is looked again whether the dialplan has written a key."""


class Keys:
    """What is in force for each terminal, as last read; `tell` is called with each change."""

    def __init__(
        self, settings: AsteriskSettings, work: Work, tell: Callable[[ForwardingChanged], None]
    ) -> None:
        self._work, self._tell = work, tell
        self._forward = {
            ForwardWhen.ALWAYS: settings.forward_always_key,
            ForwardWhen.BUSY: settings.forward_busy_key,
            ForwardWhen.NO_ANSWER: settings.forward_no_answer_key,
        }
        self._quiet = settings.do_not_disturb_key
        self._known: dict[str, ForwardingChanged] = {}

    @property
    def used(self) -> bool:
        """Is any key configured?"""
        return bool(self._quiet or any(self._forward.values()))

    async def read(self, command: Command[object], terminal: str) -> None:
        """Read what is in force for the terminal, and tell it if it is new. Raises `CallError`."""
        found = []
        for when, key in self._forward.items():
            if key and (number := await self._get(command, key, terminal)):
                found.append(Forwarding(when, number))
        quiet = bool(self._quiet and await self._get(command, self._quiet, terminal))
        now = ForwardingChanged(terminal, tuple(found), quiet)
        if now != self._known.get(terminal, ForwardingChanged(terminal)):
            self._known[terminal] = now
            self._tell(now)

    async def forward(self, command: Forward) -> None:
        """See `offhook.switch.base.Switch.forward`. How long it rings before is the dialplan's."""
        wanted = {one.when: one.address for one in command.forwardings}
        for when, address in wanted.items():
            if not self._forward[when]:
                raise unsupported(command)
            if not ADDRESS.fullmatch(address) or address == command.terminal:
                raise invalid_address(command.terminal, address)
        async with self._work.at(command, command.terminal):
            for when, key in self._forward.items():
                if key:
                    await self._put(command, key, command.terminal, wanted.get(when, ""))
            await self.read(command, command.terminal)

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        """See `offhook.switch.base.Switch.do_not_disturb`."""
        async with self._work.at(command, command.terminal):
            await self._put(command, self._quiet, command.terminal, ON if command.on else "")
            await self.read(command, command.terminal)

    async def _get(self, command: Command[object], key: str, terminal: str) -> str:
        reply = await self._work.query(command, "DBGet", _place(key, terminal))
        return reply.items[0].get("val") if reply.good and reply.items else ""

    async def _put(self, command: Command[object], key: str, terminal: str, value: str) -> None:
        """Write the key, or delete it if there is no value; done once Asterisk has it so."""
        if await self._get(command, key, terminal) == value:
            return
        if self._work.abilities.writes_keys:
            action = "DBPut" if value else "DBDel"
            await self._work.ask(
                command, action, [*_place(key, terminal), *([("Val", value)] if value else [])]
            )
            return
        fields = [
            ("Channel", f"Local/{'put' if value else 'delete'}@{SET}/n"),
            *(("Application", "NoOp"), ("Async", "true")),
            ("Variable", f"OFFHOOK_KEY={key.replace('{terminal}', terminal)}"),
            ("Variable", f"OFFHOOK_VALUE={value}"),
        ]
        await self._work.ask(command, "Originate", fields)
        while await self._get(command, key, terminal) != value:
            await self._work.pause(AGAIN_S)


def _place(key: str, terminal: str) -> Fields:
    family, _, name = key.replace("{terminal}", terminal).partition("/")
    return [("Family", family), ("Key", name)]
