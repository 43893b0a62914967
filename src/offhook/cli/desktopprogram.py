"""What the window is given: the configuration, the Smart Messenger to show, tests of settings."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.address import NumberError, explain, normalise, show, writings
from offhook.assembly.access import dial_rules
from offhook.assembly.directory import address_rules
from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running
from offhook.assembly.startable import check_startable
from offhook.cli.candidate import candidate
from offhook.cli.common import read_config
from offhook.cli.restart import own_command, with_config
from offhook.cli.updates import updates
from offhook.common.finding import Finding, Level
from offhook.config import Config
from offhook.desktop.program import Login, Program
from offhook.desktop.refusals import reason_text
from offhook.desktop.settings.trying import NumberReading
from offhook.errors import UnavailableError
from offhook.manager.principal import LOCAL

if TYPE_CHECKING:
    from offhook.desktop.trust import CertificateQuestion

EXAMPLES = ("+82 (2) 568-3848", "02-568-3848", "4001")
"""Numbers that the test of the dialling rules shows."""


def program(options: Namespace, file: Path, instance: str) -> Program:
    """The program that the window runs for this command line."""
    return Program(
        file=file,
        load=lambda: read_config(options, secrets=True),
        start=_start,
        show=_show,
        testers={
            "account": lambda text: _look(text, file, ("Call Manager", "phone")),
            "tsp": lambda text: _look(text, file, ("Smart Messenger",)),
            "directory": lambda text: _read_directory(text, file),
            "rules": lambda text: _try_rules(text, file),
        },
        command=own_command(),
        instance=instance,
        options=with_config(options),
        certificate=certificate,
        trial=lambda text, number: _try_number(text, file, number),
        check=lambda text: check_startable(candidate(text, file)),
        updates=updates,
        writings=_writings,
    )


@asynccontextmanager
async def _start(
    config: Config, login: Login | None, on_token: Callable[[str], None]
) -> AsyncIterator[MessengerParts]:
    credentials = None
    if login is not None:
        from offhook.sscp.client import Credentials  # for a Call Manager elsewhere

        credentials = Credentials(login.user, login.password, login.token)
    async with messenger_running(config, credentials, on_token) as parts:
        yield parts


def _writings(config: Config) -> Callable[[str], tuple[str, str]]:
    rules = address_rules(config)
    return lambda number: writings(number, rules)


async def certificate(config: Config) -> CertificateQuestion | None:
    """The first certificate that has to be confirmed, of the Call Managers that answer.

    Raises `UnavailableError` when none does.
    """
    if not config.sscp.url.startswith("wss") or config.sscp.ca_file is not None:
        return None
    from offhook.certificates.pins import Known, confirm, look
    from offhook.desktop.trust import CertificateQuestion
    from offhook.sscp.places import Places

    found, problem = None, None
    for url in sorted(await Places(config.sscp.url).all()):
        try:
            presented = await look(url, config.state.dir)
        except UnavailableError as error:
            problem = problem or error
            continue
        problem = None
        if presented.known in (Known.NEW, Known.CHANGED):
            found = presented
            break
    if problem is not None and found is None:
        raise problem
    if found is None:
        return None
    shown = found.shown

    def trust() -> None:
        confirm(found, config.state.dir)

    return CertificateQuestion(
        shown.fingerprint,
        shown.name,
        found.server.hosts,
        shown.until,
        found.known is Known.CHANGED,
        trust,
    )


def _show(config: Config) -> Callable[[str], str]:
    rules = address_rules(config)
    return lambda number: show(number, rules)


async def _look(text: str, file: Path, about: Sequence[str]) -> list[Finding]:
    """The findings of `offhook check` on these parts, with the configuration as it would be saved."""
    from offhook.cli.checks.site import look_around  # when somebody asks

    config = await asyncio.to_thread(candidate, text, file)
    found = await asyncio.to_thread(lambda: list(look_around(config)))
    return [one for one in found if one.what.startswith(tuple(about))]


async def _read_directory(text: str, file: Path) -> list[Finding]:
    from offhook.cli.checks.directory import look_at_directory

    config = await asyncio.to_thread(candidate, text, file)
    return await asyncio.to_thread(lambda: list(look_at_directory(config)))


async def _try_rules(text: str, file: Path) -> list[Finding]:
    rules = address_rules(await asyncio.to_thread(candidate, text, file))
    found = []
    for example in EXAMPLES:
        try:
            found.append(Finding("", f"{example}  →  {normalise(example, rules)}"))
        except NumberError as error:
            found.append(Finding(example, reason_text(error), level=Level.FAIL))
    return found


async def _try_number(text: str, file: Path, number: str) -> NumberReading:
    """As `offhook number` does it, with the configuration as it would be saved."""
    config = await asyncio.to_thread(candidate, text, file)
    reading = explain(number, address_rules(config))
    allowed = bool(reading.dialled) and dial_rules(config).allow(LOCAL, config.tsp.terminal, reading.dialled)
    return NumberReading(reading, allowed)
