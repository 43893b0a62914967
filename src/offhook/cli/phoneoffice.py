"""Where `offhook phone` does what it is told: in the state folder of this machine, or at a Call Manager
elsewhere. Both do it by `offhook.manager.phonedesk`."""

from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from typing import Protocol

from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor
from offhook.config import Config
from offhook.errors import PhoneError
from offhook.manager.phonedesk import PhoneDesk
from offhook.manager.principal import LOCAL


class PhoneOffice(Protocol):
    """What the command asks for. All methods raise `CallError`."""

    async def phones(self) -> PhoneList: ...

    async def phone_models(self) -> Sequence[PhoneVendor]: ...

    async def order_phone(self, order: PhoneOrder) -> PhoneDone: ...


class _LocalState:
    """The state folder of this machine."""

    def __init__(self, desk: PhoneDesk) -> None:
        self._desk = desk

    async def phones(self) -> PhoneList:
        return await self._desk.all(LOCAL)

    async def phone_models(self) -> Sequence[PhoneVendor]:
        return await self._desk.models(LOCAL)

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        return await self._desk.carry_out(LOCAL, order)


@asynccontextmanager
async def office(config: Config, options: Namespace) -> AsyncIterator[PhoneOffice]:
    """By the configuration: with `sscp.url` the Call Manager there. Raises `ConfigError`, `CallError`."""
    if config.sscp.url:
        from offhook.cli.managersession import config_for_login, manager

        async with manager(config_for_login(options)) as client:
            yield client
        return
    from offhook.assembly.database import open_phones
    from offhook.assembly.phonefiles import known_models
    from offhook.common.statefolder import make_folder
    from offhook.provisioning.desk import PhoneFile

    make_folder(config.state.dir, serving=False)
    with closing(open_phones(config, config.state.dir)) as store:
        terminals = [one.id for one in config.terminals]
        yield _LocalState(
            PhoneDesk(file=PhoneFile(store, known_models(config), terminals, lambda: _address(config)))
        )


def _address(config: Config) -> str:
    """Where phones fetch their files, as they are told."""
    from offhook.common.network import host_port

    settings = config.provisioning
    listen = settings.tls_listen or settings.listen
    if listen is None:
        raise PhoneError("phones can fetch nothing", "set [provisioning] listen, and restart `offhook up`")
    host = settings.host or listen.host
    if host in ("", "0.0.0.0", "::"):
        raise config.error(
            "provisioning.host",
            "is missing: it is not known by which name or address phones reach this machine",
            "set it",
        )
    return f"{'http' if settings.tls_listen is None else 'https'}://{host_port(host, listen.port)}/"
