"""The driver for any SIP PBX with a running one, as a `tests.switch.site.Site`."""

from __future__ import annotations

import asyncio

from offhook.common.dnssrv import AskSrv
from offhook.config import Listen, PbxSettings, TerminalSettings
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.transaction import Timing, Transport
from offhook.switch.base import SwitchEvent, TerminalChanged
from offhook.switch.pbx import PbxSwitch
from tests.peers.program import LIMIT_S, renewing
from tests.switch.site import LEAVE_S, NAMES, PATIENCE_S, Site, ringing_for

ACCOUNTS = [TerminalSettings(id, name, f"secret-{id}") for id, name in NAMES.items()]
TIMING = Timing(t1=0.1, t2=0.4, t4=0.5, d=3.2)
"""A fifth of SIP's own: what waits for a silent peer waits 6.4 s."""


class PbxSite(Site):
    """A site with phones registered at the PBX: `phone` waits until the switch knows of it."""

    switch: PbxSwitch

    def __init__(self, switch: PbxSwitch, pbx: tuple[str, int]) -> None:
        def make_phone(terminal: str, behaviour: Behaviour | None) -> Phone:
            password = f"secret-{terminal}"
            host = "::1" if ":" in pbx[0] else "127.0.0.1"
            name = NAMES.get(terminal, terminal)
            return Phone(pbx, terminal, password, behaviour=behaviour, name=name, host=host, leave_s=LEAVE_S)

        self.pbx = pbx
        self._service = asyncio.Event()
        super().__init__(switch, make_phone)
        switch.subscribe(self._on_terminal)

    async def phone(self, terminal: str, behaviour: Behaviour | None = None) -> Phone:
        phone = await super().phone(terminal, behaviour)
        await self.service(terminal, True)
        await self.watched(terminal)
        return phone

    async def watched(self, terminal: str) -> None:
        """Wait until the PBX tells of the terminal's dialogs, where it is asked to; no event says so."""
        async with asyncio.timeout(LIMIT_S):
            while not self.switch.is_watched(terminal):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def service(self, terminal: str, wanted: bool) -> None:
        """Wait until the terminal is in service, or out of it."""
        async with asyncio.timeout(LIMIT_S):
            while terminal in self.switch.accounts and self.switch.in_service(terminal) is not wanted:
                self._service.clear()
                await self._service.wait()

    def _on_terminal(self, event: SwitchEvent) -> None:
        if isinstance(event, TerminalChanged):
            self._service.set()


def settings(server: str, *, transport: Transport = "udp", **more: object) -> PbxSettings:
    """The PBX is asked often, so that no test waits for it."""
    values: dict[str, object] = {
        "servers": (server,),
        "transport": transport,
        "listen": Listen("127.0.0.1", 0),
        **ringing_for(PATIENCE_S),
        "silent_s": PATIENCE_S,
        "watch_s": 0.1,
        "dialog_events": False,
    }
    return PbxSettings(**{**values, **more})  # type: ignore[arg-type]


async def pbx_site(
    pbx: tuple[str, int],
    *,
    accounts: list[TerminalSettings] = ACCOUNTS,
    server: str = "",
    ask_srv: AskSrv | None = None,
    **more: object,
) -> PbxSite:
    """The driver towards this PBX, started. `server` is its name, `ask_srv` the name server."""
    wanted = settings(server or f"{pbx[0]}:{pbx[1]}", **more)  # type: ignore[arg-type]
    switch = PbxSwitch(accounts, wanted, ask_srv, TIMING)
    site = PbxSite(switch, pbx)
    try:
        await switch.start()
    except BaseException:
        await site.close()
        raise
    return site


async def close(site: PbxSite) -> None:
    """Once its phones have hung up, nothing may be left of any call or phone.

    When something is, this test fails, and those to come have a PBX that was started anew.
    """
    try:
        await site.close_when(lambda: _idle(site))
        if site.pbx in renewing:  # and not one that a test has ended
            site.check_left()
    except BaseException:
        if site.pbx in renewing:
            await asyncio.to_thread(renewing[site.pbx])
        raise


async def _idle(site: PbxSite) -> None:
    try:
        async with asyncio.timeout(LIMIT_S):
            while not site.switch.idle:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(
            f"there is still something of calls: {list(site.switch.legs.values())}"
        ) from None
