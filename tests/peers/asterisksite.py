"""The Asterisk driver with a running Asterisk, as a `tests.switch.site.Site`."""

from __future__ import annotations

import asyncio

from offhook.config import AsteriskSettings, TerminalSettings
from offhook.demo.phone import Behaviour, Phone
from offhook.switch.asterisk import AsteriskSwitch
from offhook.switch.base import SwitchEvent, TerminalChanged
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.program import LIMIT_S
from tests.switch.site import LEAVE_S, NAMES, PATIENCE_S, Site, ringing_for

EMPTY_S = 20.0
"""How long Asterisk may go on to say that the phones of the test before are there, which it has heard leave.
Less than a test may take: one that is ended for its time cannot say what is wrong."""

TERMINALS = [TerminalSettings(id, name) for id, name in NAMES.items()]


class AsteriskSite(Site):
    """A site with phones registered at Asterisk: `phone` waits until the switch knows of it."""

    switch: AsteriskSwitch
    waits_for_transferors = True  # for a minute
    tells_all = False  # what one end can do depends on what a command does with the channels of the other

    def __init__(self, switch: AsteriskSwitch, asterisk: Asterisk) -> None:
        def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
            password = f"secret-{terminal}"
            return Phone(
                asterisk.sip,
                terminal,
                password,
                behaviour=behaviour,
                name=NAMES.get(terminal, terminal),
                leave_s=LEAVE_S,
            )

        self.asterisk = asterisk
        self._service = asyncio.Event()
        super().__init__(switch, make_phone)
        switch.subscribe(self._on_terminal)

    async def phone(self, terminal: str, behaviour: Behaviour | None = None) -> Phone:
        phone = await super().phone(terminal, behaviour)
        await self.service(terminal, True)
        return phone

    async def settled(self, own: Phone, callee: Phone) -> None:
        await bridged(self, own.user)

    async def service(self, terminal: str, wanted: bool, limit_s: float = LIMIT_S) -> None:
        """Wait until the terminal is in service, or out of it."""
        try:
            async with asyncio.timeout(limit_s):
                while terminal in self.switch.terminals and self.switch.in_service(terminal) is not wanted:
                    self._service.clear()
                    await self._service.wait()
        except TimeoutError:
            about = await asyncio.to_thread(self.asterisk.about, terminal)
            raise AssertionError(
                f"{terminal} is {'not ' * wanted}in service; Asterisk says\n{about}"
            ) from None

    def _on_terminal(self, event: SwitchEvent) -> None:
        if isinstance(event, TerminalChanged):
            self._service.set()


def settings(asterisk: Asterisk, **more: object) -> AsteriskSettings:
    values: dict[str, object] = {
        "user": USER,
        "secret": PASSWORD,
        "context": CONTEXT,
        "host": asterisk.ami[0],
        "port": asterisk.ami[1],
        "do_not_disturb_key": "DND/{terminal}",
        "forward_always_key": "CF/{terminal}",
        **ringing_for(PATIENCE_S),
        "settle_s": 0.2,
    }
    return AsteriskSettings(**{**values, **more})  # type: ignore[arg-type]


async def asterisk_site(asterisk: Asterisk, *, empty: bool = True, **more: object) -> AsteriskSite:
    """The driver towards this Asterisk, started; if `empty`, no phone of before is registered any more.

    When one still is, this test fails, and those to come have an Asterisk that was started anew.
    """
    switch = AsteriskSwitch(TERMINALS, settings(asterisk, **more))
    site = AsteriskSite(switch, asterisk)
    try:
        await switch.start()
        for terminal in switch.terminals if empty else ():
            await site.service(terminal, False, EMPTY_S)
    except BaseException:
        await site.close()
        await asyncio.to_thread(asterisk.renew)
        raise
    return site


async def bridged(site: AsteriskSite, terminal: str) -> None:
    """Wait until Asterisk has joined each of the terminal's calls with somebody, which no event of ours says.

    It answers before it joins: what is asked of it in between may go wrong there.
    """
    async with asyncio.timeout(LIMIT_S):
        while not all(  # noqa: ASYNC110
            leg.partner for leg in site.switch.exchange.calls.legs.values() if leg.call.terminal == terminal
        ):
            await asyncio.sleep(0.01)


async def idle(site: AsteriskSite) -> None:
    """Wait until no channel is left; the last event of a channel does not reach the driver."""
    exchange = site.switch.exchange
    try:
        async with asyncio.timeout(LIMIT_S):
            while not site.switch.idle:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    except TimeoutError:
        left = exchange.calls.legs, exchange.phones.clearing, exchange.phones.helpers, list(exchange.channels)
        raise AssertionError(f"there is still something of calls: {left}") from None


async def close(site: AsteriskSite) -> None:
    """Once its phones have hung up, nothing may be left of any call or phone, here or in Asterisk.

    When something is, this test fails, and those to come have an Asterisk that was started anew.
    """
    try:
        await site.close_when(lambda: idle(site))
        site.check_left()
        await _without_channels(site.asterisk)
    except BaseException:
        await asyncio.to_thread(site.asterisk.renew)
        raise


async def _without_channels(asterisk: Asterisk) -> None:
    """Wait for the last of them: a conference has one of its own, of which events of calls do not tell."""
    left: list[str] = []
    try:
        async with asyncio.timeout(LIMIT_S):
            while left := await asyncio.to_thread(asterisk.channels):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"Asterisk still has the channels {left}") from None
