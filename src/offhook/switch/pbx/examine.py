"""What a SIP PBX has against the accounts that are configured; for `offhook check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offhook.config import Listen, PbxSettings, TerminalSettings
from offhook.switch.base import Remark
from offhook.switch.pbx.switch import PbxSwitch

WHAT = "SIP PBX"


async def examine(settings: PbxSettings, accounts: Sequence[TerminalSettings]) -> list[Remark]:
    """One remark for the servers, one for each phone. Asks as the driver does, and registers nothing."""
    # A port of its own: the Call Manager may be running beside.
    settings = replace(settings, listen=Listen(settings.listen.host, 0), register=False)
    switch = PbxSwitch(accounts, settings)
    await switch.start()
    try:
        server = switch.servers.current
        if server is None or not server.up:
            problem, fix = switch.servers.problem
            return [
                Remark(
                    WHAT,
                    f"{switch.servers.names} over {settings.transport.upper()}: {problem}",
                    fix,
                    severe=True,
                )
            ]
        remarks = [Remark(WHAT, f"{switch.servers.names} answers ({server})")]
        return remarks + [_phone(switch, one.id) for one in accounts]
    finally:
        await switch.stop()


def _phone(switch: PbxSwitch, terminal: str) -> Remark:
    what = f"phone {terminal}"
    problem, _, fix = switch.problem(terminal).partition("; ")
    if problem:
        return Remark(what, problem, fix, severe=True)
    if not switch.in_service(terminal):
        return Remark(what, "is not registered", "register it at the PBX; check that it is on")
    if not switch.is_watched(terminal):
        return Remark(
            what,
            "is registered; the PBX does not tell of calls made by hand",
            "allow dialog events (RFC 4235, BLF) for the extension, or set switch.pbx.dialog_events = false",
        )
    return Remark(what, "is registered")
