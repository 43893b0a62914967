"""Whether a SIP PBX takes the accounts that are configured; for `offhook check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offhook.common.finding import Finding, Level
from offhook.config import Listen, PbxSettings, TerminalSettings
from offhook.switch.pbx.switch import PbxSwitch

WHAT = "SIP PBX"


async def examine(settings: PbxSettings, accounts: Sequence[TerminalSettings]) -> list[Finding]:
    """One finding for the servers, one for each phone. Asks as the driver does, and registers nothing."""
    # A port of its own: the Call Manager may be running beside.
    settings = replace(settings, listen=Listen(settings.listen.host, 0), register=False)
    switch = PbxSwitch(accounts, settings)
    await switch.start()
    try:
        server = switch.servers.current
        if server is None or not server.up:
            problem, fix = switch.servers.problem
            return [
                Finding(
                    WHAT,
                    f"{switch.servers.names} over {settings.transport.upper()}: {problem}",
                    fix,
                    Level.FAIL,
                )
            ]
        found = [Finding(WHAT, f"{switch.servers.names} answers ({server})")]
        return found + [_phone(switch, one.id) for one in accounts]
    finally:
        await switch.stop()


def _phone(switch: PbxSwitch, terminal: str) -> Finding:
    what = f"phone {terminal}"
    problem = switch.problem(terminal)
    if problem is not None:
        return Finding(what, problem.what, problem.fix, Level.FAIL)
    if not switch.in_service(terminal):
        return Finding(what, "is not registered", "register it at the PBX; check that it is on", Level.WARN)
    if not switch.is_watched(terminal):
        return Finding(
            what,
            "is registered; the PBX does not tell of calls made by hand",
            "allow dialog events (RFC 4235, BLF) for the extension, or set switch.pbx.dialog_events = false",
            Level.WARN,
        )
    return Finding(what, "is registered")
