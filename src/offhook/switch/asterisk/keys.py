"""Forwarding and do-not-disturb as keys of Asterisk's database, which the dialplan obeys.

Asterisk tells of no change of them. They are read after each login, and after each call that was dialled by
hand at the phone, which may have been a feature code.

They are set by writing the key, or by the site's own feature code, which may do more: light a lamp, or say
something. Then the key shows that it is done.
"""

from __future__ import annotations

import re
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

CODED = re.compile(r"[0-9A-Za-z+._-]{1,64}")
"""What may stand for {number} in a code: nothing that could be another code."""

USUAL_S = 20
"""What stands for {seconds} if nobody says how long the phone is to ring before: some five times."""

LISTENS_S = 2
"""A code may say something for so long; most hang up by themselves, and nobody listens."""

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
        self._codes, self._context = dict(settings.codes), settings.context
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
            allowed = CODED if f"forward-{when.value}" in self._codes else ADDRESS
            if not allowed.fullmatch(address) or address == command.terminal:
                raise invalid_address(command.terminal, address)
        rings = {one.when: one.after_s for one in command.forwardings}
        async with self._work.at(command, command.terminal):
            for when, key in self._forward.items():
                if key:
                    address = wanted.get(when, "")
                    code = self._code(f"forward-{when.value}", on=bool(address))
                    seconds = str(max(1, round(rings.get(when, 0) or USUAL_S)))
                    code = code.replace("{number}", address).replace("{seconds}", seconds)
                    await self._put(command, key, command.terminal, address, code)
            await self.read(command, command.terminal)

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        """See `offhook.switch.base.Switch.do_not_disturb`."""
        async with self._work.at(command, command.terminal):
            code = self._code("do-not-disturb", on=command.on)
            await self._put(command, self._quiet, command.terminal, ON if command.on else "", code)
            await self.read(command, command.terminal)

    def _code(self, name: str, *, on: bool) -> str:
        return self._codes.get(name if on else f"{name}-off", "")

    async def _get(self, command: Command[object], key: str, terminal: str) -> str:
        reply = await self._work.query(command, "DBGet", _place(key, terminal))
        return reply.items[0].get("val") if reply.good and reply.items else ""

    async def _put(self, command: Command[object], key: str, terminal: str, value: str, code: str) -> None:
        """Write the key, or delete it if there is no value; done once Asterisk has it so.

        With a code that is dialled instead, and the dialplan writes it: of a key that is only on or off any
        value will do.
        """

        def is_so(found: str) -> bool:
            return bool(found) == bool(value) if key == self._quiet else found == value

        if is_so(await self._get(command, key, terminal)):
            return
        if code:
            await self._work.ask(command, "Originate", self._dialled(code, terminal))
            while not is_so(await self._get(command, key, terminal)):
                await self._work.pause(AGAIN_S)
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

    def _dialled(self, code: str, terminal: str) -> Fields:
        """The Originate that dials a code as the terminal's phone would. Nobody hears what it says."""
        return [
            ("Channel", f"Local/{code}@{self._context}/n"),
            *(("Application", "Wait"), ("Data", str(LISTENS_S)), ("Async", "true")),
            ("CallerID", f"<{terminal}>"),
        ]


def _place(key: str, terminal: str) -> Fields:
    family, _, name = key.replace("{terminal}", terminal).partition("/")
    return [("Family", family), ("Key", name)]
