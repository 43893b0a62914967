"""Builds and starts what phones fetch their configuration from."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from offhook.address import is_emergency
from offhook.assembly.directory import address_rules
from offhook.assembly.files import FETCHING
from offhook.assembly.phonebook import Contacts, PhoneBook
from offhook.assembly.phonefiles import (
    asking_network,
    check_provisioning,
    is_one_address,
    known_models,
    shown_to_phones,
    templates_folder,
    told_host,
    told_zone,
)
from offhook.assembly.phoneswitch import phone_switch
from offhook.call.provisioned import PhoneState
from offhook.common.arrivals import Arrivals
from offhook.common.listening import bind_problem
from offhook.common.network import RateLimitKeys, host_port
from offhook.common.openfiles import Interface, room_for
from offhook.common.tally import Tally
from offhook.common.tlspair import WatchedPair
from offhook.config import Config, Listen
from offhook.errors import PhoneError, Refusal, UnavailableError
from offhook.http.listener import Listener
from offhook.manager.audit import OK, Event
from offhook.manager.phones import DONE, ProvisionedPhone
from offhook.manager.ports import AuditLog
from offhook.manager.stores.phones import StoredPhones
from offhook.provisioning.desk import PhoneFile, state_of
from offhook.provisioning.door import Door
from offhook.provisioning.phones import Phones
from offhook.provisioning.plugandplay import PlugAndPlay, PlugAndPlayListener
from offhook.provisioning.render import Templates
from offhook.provisioning.site import Site
from offhook.provisioning.values import Key, Transport
from offhook.switch.base import Switch
from offhook.switch.embedded.pickedbyhand import PicksByHand
from offhook.switch.embedded.watchable import Watchable

logger = logging.getLogger(__name__)

FROM_ONE_HOST = 20
"""Connections of one host that have not been given anything; one more, and its oldest is shed."""

MAX_KEYS = 40
"""Keys of a phone: more than any has on itself, and fewer than the smallest with a module beside it."""


class PhoneProvisioning:
    """`start` lets phones log in and has to come before the switch's, `listen` after it.

    Raises `ConfigError`."""

    def __init__(
        self,
        config: Config,
        switch: Switch,
        audit: AuditLog,
        places: RateLimitKeys,
        stranger: Callable[[PhoneState], None] = lambda _phone: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._config, self._audit, self._places = config, audit, places
        self._switch = phone_switch(switch, config)
        check_provisioning(config)
        self._models, self._templates = known_models(config), Templates(templates_folder(config))
        self._stranger, self._changed = stranger, changed
        self._phones: Phones | None = None
        self._base = ""
        self._note: Callable[[str, str], None] = lambda _what, _host: None

    async def start(self, stack: AsyncExitStack, store: StoredPhones) -> None:
        """Read the phones, and let them log in."""
        stack.enter_context(contextlib.closing(store))
        phones = Phones(
            store,
            dismissed=self._switch.dismiss_phone,
            ordered=self._carry_out,
            stranger=lambda phone: self._stranger(state_of(phone, time.time())),
            changed=self._changed,
            acts=self._switch.acts_for,
        )
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
            pair = shown_to_phones(self._config)
            stack.callback(asyncio.create_task(pair.follow()).cancel)
            await self._open(stack, site, book, "provisioning.tls_listen", settings.tls_listen, pair)
        if settings.plug_and_play:
            await self._plug_and_play(stack)

    def administered(self, stack: AsyncExitStack, store: StoredPhones) -> PhoneFile:
        """What administrators do from afar, once it is known where phones fetch their files. It has the store
        for itself, as `offhook phone` beside it has: what it changes is found there."""
        stack.enter_context(contextlib.closing(store))
        terminals = frozenset(terminal.id for terminal in self._config.terminals)
        return PhoneFile(store, self._models, terminals, self._told_base)

    async def look(self) -> None:
        """Take over now what was changed; that it cannot be is logged when it is looked for the next time."""
        assert self._phones is not None
        with contextlib.suppress(UnavailableError, OSError):
            await self._phones.look()

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
        host = site.host or (listen.host if is_one_address(listen.host) else "")
        if host:
            self._base = f"{'http' if pair is None else 'https'}://{host_port(host, listener.port)}/"

    def _told_base(self) -> str:
        if not self._base:
            raise PhoneError(
                "it is not known by which name or address phones reach this machine", "set provisioning.host"
            )
        return self._base

    async def _plug_and_play(self, stack: AsyncExitStack) -> None:
        host = asking_network(self._config)
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
        transports: list[Transport] = ["udp", "tcp"] if embedded.tls_listen is None else ["udp", "tcp", "tls"]
        ports = {transport: self._switch.port(transport) for transport in transports}
        short = [f"{number:0{digits}d}" for digits in (2, 3) for number in range(10**digits)]
        return Site(
            settings=settings,
            host=told_host(config),
            ports=ports,
            names={terminal.id: terminal.name for terminal in config.terminals},
            zone=told_zone(config),
            country=config.address.country,
            emergency_numbers=tuple(one for one in short if is_emergency(one, rules)),
            extension_lengths=config.address.extension_lengths,
            outside_prefix=config.address.outside_prefix,
            keys=_keys(config),
        )

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
