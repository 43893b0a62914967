"""The first run of the window: what its wizard asks for is done as `offhook init` does it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from offhook.address import AddressRules, explain
from offhook.call import Terminal
from offhook.cli.candidate import candidate
from offhook.cli.desktopprogram import certificate
from offhook.cli.firstrun.choices import (
    FIRST_PHONES,
    Choices,
    read_country,
    read_phones,
    usual_country,
    write,
)
from offhook.cli.managersession import manager
from offhook.common.listening import own_addresses, phone_hosts
from offhook.config import Config
from offhook.config.edit import edited, save
from offhook.desktop.firstrun.beginning import Account, Announced, Beginning, PhoneSettings, Site
from offhook.desktop.trust import CertificateQuestion

LOOK_S = 3.0
"""How long Call Managers are listened for: one that runs answers within a second."""

SIP_PORT = 5060


def beginning(file: Path) -> Beginning:
    """What the wizard does, for a configuration that will be this file."""

    def found_as(account: Account) -> Config:
        text = edited("", file, {"sscp.url": account.url, "sscp.user": account.user or "-"})
        config = candidate(text, file)
        return replace(config, sscp=replace(config.sscp, password=account.password))

    async def look(url: str) -> CertificateQuestion | None:
        return await certificate(await asyncio.to_thread(found_as, Account(url, "", "")))

    async def log_in(account: Account) -> Sequence[Terminal]:
        config = await asyncio.to_thread(found_as, account)
        async with manager(config) as client:
            return await client.terminals()

    def join(account: Account, terminal: str) -> None:
        save(file, {"sscp.url": account.url, "sscp.user": account.user, "tsp.terminal": terminal})

    return Beginning(
        find=_find,
        certificate=look,
        log_in=log_in,
        join=join,
        addresses=own_addresses(),
        usual=Site("", SIP_PORT, FIRST_PHONES, usual_country()),
        example=_example,
        make=lambda site: write(file, _choices(site)),
    )


def phone_settings(config: Config) -> list[PhoneSettings]:
    """What is typed into each phone of the embedded switch. `config` has been read with its secrets."""
    listen = config.switch.embedded.listen
    servers = phone_hosts(listen.host) or [listen.host]
    return [
        PhoneSettings(one.id, one.name, servers, listen.port, one.password, listen.loopback)
        for one in config.terminals
    ]


async def _find() -> list[Announced]:
    from offhook.sscp.discovery import find  # imported by the one page that looks

    return [Announced(one.name, one.url) for one in await find(LOOK_S)]


def _choices(site: Site) -> Choices:
    """Raises `InitError`."""
    return Choices(
        host=site.host,
        port=site.port,
        phones=read_phones(site.phones),
        country=read_country(site.country),
        area=site.area,
        outside_prefix=site.outside_prefix,
    )


def _example(site: Site, text: str) -> str:
    """Raises `InitError`, `AddressError`."""
    choices = _choices(site)
    lengths = tuple(sorted({len(phone.id) for phone in choices.phones if phone.id.isdecimal()}))
    rules = AddressRules(
        country=choices.country,
        area=choices.area,
        outside_prefix=choices.outside_prefix,
        extension_lengths=lengths,
    )
    reading = explain(text, rules)
    if reading.error is not None:
        raise reading.error
    return reading.dialled
