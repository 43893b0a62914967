"""Builds and starts what phones fetch their configuration from."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from ipaddress import IPv4Address
from pathlib import Path

from offhook.address import is_emergency
from offhook.assembly.directory import address_rules
from offhook.assembly.files import FETCHING
from offhook.assembly.phonebook import Contacts, PhoneBook
from offhook.common.arrivals import Arrivals
from offhook.common.listening import bind_problem
from offhook.common.network import RateLimitKeys, host_port
from offhook.common.openfiles import Interface, room_for
from offhook.common.tally import Tally
from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import Config, Listen
from offhook.errors import PhoneError, Refusal
from offhook.http.listener import Listener
from offhook.manager.audit import OK, Event
from offhook.manager.phones import DONE, ProvisionedPhone
from offhook.manager.ports import AuditLog
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.door import Door
from offhook.provisioning.models import Models
from offhook.provisioning.phones import Phones
from offhook.provisioning.plugandplay import PlugAndPlay, PlugAndPlayListener
from offhook.provisioning.render import Templates
from offhook.provisioning.site import Site
from offhook.provisioning.timezones import time_zone
from offhook.provisioning.values import Key, Transport
from offhook.switch.base import Switch
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.pickedbyhand import PicksByHand
from offhook.switch.embedded.watchable import Watchable

logger = logging.getLogger(__name__)

FROM_ONE_HOST = 20
"""Connections of one host that have not been given anything; one more, and its oldest is shed."""

MAX_KEYS = 40
"""Keys of a phone: more than any has on itself, and fewer than the smallest with a module beside it."""


def open_phones(folder: Path, *, fault_tolerant: bool = False) -> SqlitePhones:
    """The phones in this state folder. Raises `ConfigError`."""
    return SqlitePhones(folder / "phones.sqlite", fault_tolerant=fault_tolerant)


def known_models(config: Config) -> Models:
    """Those of the package and of the site. Raises `ConfigError`."""
    return Models(_templates(config))


class PhoneProvisioning:
    """`start` lets phones log in and has to come before the switch's, `listen` after it.

    Raises `ConfigError`."""

    def __init__(self, config: Config, switch: Switch, audit: AuditLog, places: RateLimitKeys) -> None:
        assert isinstance(switch, EmbeddedSwitch), "the configuration has no other with provisioning"
        self._config, self._switch, self._audit, self._places = config, switch, audit, places
        self._models, self._templates = known_models(config), Templates(_templates(config))
        self._phones: Phones | None = None
        self._base = ""
        self._note: Callable[[str, str], None] = lambda _what, _host: None

    async def start(self, stack: AsyncExitStack, state: Path) -> None:
        """Read the phones, and let them log in."""
        store = stack.enter_context(contextlib.closing(open_phones(state, fault_tolerant=True)))
        phones = Phones(store, dismissed=self._switch.dismiss_phone, ordered=self._carry_out)
        stack.push_async_callback(phones.stop)
        await phones.start()
        self._switch.admit_phones(phones)
        self._phones = phones

    async def listen(self, stack: AsyncExitStack, contacts: Contacts) -> None:
        """Let phones fetch their files, now that it is known where they register, and look people up."""
        settings = self._config.provisioning
        site = self._site()
        book = PhoneBook(site.names, contacts, address_rules(self._config))
        if settings.listen is not None:
            await self._open(stack, site, book, "provisioning.listen", settings.listen, None)
        if settings.tls_listen is not None:
            pair = self._pair()
            stack.callback(asyncio.create_task(pair.follow()).cancel)
            await self._open(stack, site, book, "provisioning.tls_listen", settings.tls_listen, pair)
        if settings.plug_and_play:
            await self._plug_and_play(stack)

    async def _open(
        self,
        stack: AsyncExitStack,
        site: Site,
        book: PhoneBook,
        key: str,
        listen: Listen,
        pair: WatchedPair | None,
    ) -> None:
        assert self._phones is not None
        note = Tally(logger.warning, asyncio.get_running_loop().call_later).note
        most = room_for(Interface.PROVISIONING, FETCHING) // 2
        arrivals = Arrivals(
            tls=pair is not None,
            most=most,
            most_open=most,
            most_here=min(FROM_ONE_HOST, most),
            place=self._places.of,
            note=note,
        )
        door = Door(
            *(self._phones, self._models, self._templates, site),
            people=book,
            places=self._places,
            heard=arrivals.heard,
            note=note,
            audit=self._asked,
        )
        self._note = note
        listener = Listener(door, None if pair is None else pair.context)
        stack.push_async_callback(listener.stop)
        try:
            await listener.start(*listen, arrivals)
        except OSError as error:
            raise self._config.error(key, *bind_problem(error, *listen, key)) from error
        logger.info("phones fetch their configuration at %s port %d", listen.host or "*", listener.port)
        self._base = f"{'http' if pair is None else 'https'}://{host_port(site.host, listener.port)}/"

    async def _plug_and_play(self, stack: AsyncExitStack) -> None:
        settings, embedded = self._config.provisioning, self._config.switch.embedded
        listens = (settings.tls_listen, settings.listen, embedded.listen)
        host = next((one.host for one in listens if one is not None and _is_one_address(one.host)), None)
        if host is None or sys.platform == "win32":
            raise self._config.error(
                "provisioning.plug_and_play",
                "is set, but Windows does not let two programs have SIP's port"
                if host is not None
                else "is set, but it is not known in which network phones ask",
                "use DHCP's option 66" if host is not None else "set listen to an IPv4 address of it",
            )
        listener = PlugAndPlayListener(PlugAndPlay(self._address_for, self._note), host)
        stack.callback(listener.stop)
        try:
            await listener.start()
        except OSError as error:
            raise self._config.error(
                "provisioning.plug_and_play",
                f"cannot be: {error.strerror or error}",
                "let switch.embedded.listen name one address, and this machine have multicast there",
            ) from error
        logger.info("phones that ask the network of %s are told %s", host, self._base)

    def _address_for(self, mac: str) -> str | None:
        """Where a phone is to ask for its files, if it is one of ours."""
        phone = None if self._phones is None else self._phones.of_mac(mac)
        if phone is None:
            return None
        try:
            return self._models.find(phone.model)[0].told(self._base, mac)
        except PhoneError:
            return None

    def _site(self) -> Site:
        config, rules = self._config, address_rules(self._config)
        settings, embedded = config.provisioning, config.switch.embedded
        host = settings.host or embedded.listen.host
        if not settings.host and embedded.listen.host in ("", "0.0.0.0", "::"):
            raise config.error(
                "provisioning.host",
                "is missing: phones have to be told where to register, and the switch listens everywhere",
                "set it to this machine's name or address in the phones' network",
            )
        ports: dict[Transport, int] = {"udp": self._switch.address("udp")[1]}
        ports["tcp"] = self._switch.address("tcp")[1]
        if embedded.tls_listen is not None:
            ports["tls"] = self._switch.address("tls")[1]
        elif settings.transport == "tls":
            raise config.error(
                "provisioning.transport", "is tls, but the switch has none", "set switch.embedded.tls_listen"
            )
        try:
            zone = time_zone(settings.time_zone)
        except PhoneError as error:
            raise config.error("provisioning.time_zone", error.what, error.fix) from error
        short = [f"{number:0{digits}d}" for digits in (2, 3) for number in range(10**digits)]
        return Site(
            settings=settings,
            host=host,
            ports=ports,
            names={terminal.id: terminal.name for terminal in config.terminals},
            zone=zone,
            country=config.address.country,
            emergency_numbers=tuple(one for one in short if is_emergency(one, rules)),
            extension_lengths=config.address.extension_lengths,
            outside_prefix=config.address.outside_prefix,
            keys=_keys(config),
        )

    def _pair(self) -> WatchedPair:
        settings = self._config.provisioning
        assert settings.tls_certificate is not None
        try:
            return WatchedPair(
                settings.tls_certificate, settings.tls_key, client_ca=settings.client_authorities
            )
        except OSError as error:
            raise self._config.error(
                "provisioning.tls_certificate",
                f"cannot be used: {error_text(error)}",
                "Give readable PEM files",
            ) from error

    def _asked(self, phone: ProvisionedPhone, source: str, given: bool) -> None:
        self._audit.record(
            *(Event.PHONE, OK if given else Refusal.NOT_ALLOWED.value),
            door="provisioning",
            source=source,
            terminal=phone.terminal,
            number=phone.mac,
        )

    def _carry_out(self, phone: ProvisionedPhone, done: Callable[[str], None]) -> None:
        """Tell the phone to fetch again, or to start anew."""
        try:
            vendor, _ = self._models.find(phone.model)
        except PhoneError as error:
            done(str(error))
            return
        event = vendor.reboot if phone.order == "reboot" else vendor.resync
        if not event:
            done(f"a {vendor.title} cannot be told to; restart it by hand")
            return

        def told(status: int) -> None:
            done(DONE if status < 300 else f"it has answered {status}" if status != 408 else "no answer")

        if not self._switch.tell_phone(phone.terminal, phone.mac, event, told):
            done("it is not registered; restart it by hand")


def _is_one_address(host: str) -> bool:
    try:
        return not IPv4Address(host).is_unspecified
    except ValueError:
        return False


def _keys(config: Config) -> Callable[[str], tuple[Key, ...]]:
    """A key for each colleague whom a terminal's phone may watch; calls of its groups it may take."""
    names = {terminal.id: terminal.name for terminal in config.terminals}
    code = config.switch.embedded.pickup_code
    watchable, picks = Watchable(names, config.groups), PicksByHand(names, config.groups, code)

    def keys(terminal: str) -> tuple[Key, ...]:
        group = picks.group_of(terminal)
        return tuple(
            Key(one, names[one] or one, f"{code}{one}" if code and one in group else None)
            for one in watchable.by(terminal)[:MAX_KEYS]
        )

    return keys


def _templates(config: Config) -> Path | None:
    folder = config.provisioning.templates
    return None if folder == Path() else folder
