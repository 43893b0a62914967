"""Builds the configured switch. No other module names a concrete driver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offhook.common.finding import Finding
from offhook.config import Config
from offhook.switch.base import Switch

if TYPE_CHECKING:
    from offhook.address import AddressRules
    from offhook.manager.stores.postgresql.server import Server
    from offhook.switch.b2bua.forwardings import ForwardingStore
    from offhook.switch.b2bua.texts import Texts

SipAddress = Callable[[], tuple[str, int] | None]
"""The address where phones register, after the switch has started; None: at a PBX."""

Keep = Callable[[str, bool], "Texts"]
"""Where things of this kind are kept for another Call Manager; True: they are good whoever wrote them."""


@dataclass(frozen=True)
class Driver:
    """A driver of a switch. Its settings are the section of the same name (`offhook.config.DRIVERS`)."""

    open: Callable[[Config, Server | None, Keep | None], tuple[Switch, SipAddress]]
    """The switch, not yet started. It keeps its calls and phones in files, or where `Keep` says. Raises
    `ConfigError`."""

    examine: Callable[[Config], Awaitable[list[Finding]]]
    """Examine the PBX: what is missing there."""

    connections_per_phone: int | None
    """How many SIP connections a phone may have here at once; None: nobody connects to this switch."""


def open_switch(config: Config, database: Server | None = None) -> tuple[Switch, SipAddress]:
    """The switch, not yet started; what it keeps of terminals is in the `database`, if there is one.

    Raises `ConfigError`.
    """
    driver = DRIVERS[config.switch.driver]
    return _of_cluster(config, driver, database) if config.cluster.on else driver.open(config, database, None)


def _forwardings(config: Config, database: Server | None, keep: Keep | None) -> ForwardingStore:
    if database is None and keep is not None:
        from offhook.switch.b2bua.forwardingtexts import TextForwardings

        return TextForwardings(keep("forwarding", True))
    if database is None:
        from offhook.switch.b2bua.forwardingfile import FileForwardings

        return FileForwardings(config.state.dir / "forwardings.json")
    from offhook.manager.stores.postgresql.terminals import PostgresForwardings
    from offhook.switch.b2bua.forwardingtexts import TextForwardings

    return TextForwardings(PostgresForwardings(database))


def _of_cluster(config: Config, driver: Driver, database: Server | None) -> tuple[Switch, SipAddress]:
    """The driver as several Call Managers use it, each in its turn."""
    if config.provisioning.on:
        raise config.error(
            "cluster.node",
            "cannot be set with [provisioning]: phones can be set up by one Call Manager alone yet",
            "take one of them out",
        )
    from offhook.cluster.bus import tls_of
    from offhook.cluster.kept import KeptTexts, Shelf
    from offhook.cluster.node import Node
    from offhook.cluster.switch import UNIT, ClusterSwitch

    driver.open(
        config, database, None
    )  # what is wrong with its settings is found now, not when its turn comes
    own = config.cluster
    node = Node(own, [UNIT], tls=tls_of(own), stays=True)
    ids = [terminal.id for terminal in config.terminals]

    def keep(kind: str, lasting: bool) -> Texts:
        return KeptTexts(Shelf(node, UNIT, kind, lasting=lasting))

    driver.open(
        config, database, keep
    )  # what is wrong with its settings is found now, not when its turn comes

    return ClusterSwitch(lambda: driver.open(config, database, keep)[0], node, own.site, ids), lambda: None


async def examine(config: Config) -> list[Finding]:
    """What is missing at the configured PBX, or at the providers of trunks, and what joins several Call
    Managers. Raises `ConfigError`."""
    found = await DRIVERS[config.switch.driver].examine(config)
    if config.cluster.on:
        from offhook.cluster.examine import examine as look

        found += await look(config.cluster)
    return found


# A driver is imported when it is used, so that the command line starts fast.


def _embedded(config: Config, database: Server | None, keep: Keep | None) -> tuple[Switch, SipAddress]:
    from offhook.assembly.directory import address_rules
    from offhook.switch.b2bua.calltexts import TextCalls
    from offhook.switch.embedded import EmbeddedSwitch
    from offhook.switch.embedded.bindings import FileRegistrations
    from offhook.switch.embedded.callfiles import FileCalls
    from offhook.switch.embedded.texts import TextRegistrations
    from offhook.switch.trunk.usagefile import FileUsage
    from offhook.switch.trunk.usagetexts import TextUsage

    settings = replace(
        config.switch.embedded,
        local_networks=config.auth.local_networks,
    )
    rules = address_rules(config)
    if config.trunks:
        _check_emergency(config, rules)
    switch = EmbeddedSwitch(
        config.terminals,
        settings,
        registrations=FileRegistrations(config.state.dir / "registrations.json")
        if keep is None
        else TextRegistrations(keep("phone", True)),
        forwardings=_forwardings(config, database, keep),
        calls=FileCalls(config.state.dir / "live") if keep is None else TextCalls(keep("call", False)),
        groups=config.groups,
        trunks=config.trunks,
        usage=FileUsage(config.state.dir / "trunks.json") if keep is None else TextUsage(keep("trunk", True)),
        incoming=config.incoming,
        rules=rules,
        media=config.media,
    )
    return switch, switch.address


def _check_emergency(config: Config, rules: AddressRules) -> None:
    """No terminal takes the calls for help that a trunk is there for, and nobody is sent on to those."""
    from offhook.address import is_emergency, outside

    for place, one in enumerate(config.incoming, 1):
        found = outside(one.otherwise, rules) if one.leads_outside else None
        if one.leads_outside and (found is None or found.emergency):
            raise config.error(
                f"incoming[{place}].otherwise",
                f"is {one.otherwise}, which is no number that a caller may be sent on to",
                "name another one",
            )
    for place, terminal in enumerate(config.terminals, 1):
        if is_emergency(terminal.id, rules):
            raise config.error(
                f"terminal[{place}].id",
                f"is {terminal.id}, a number for help, which has to go out by the [[trunk]]",
                "give the phone another id",
            )


async def _examine_embedded(config: Config) -> list[Finding]:
    found, seen = list[Finding](), set[str]()
    if config.trunks:
        from offhook.assembly.directory import address_rules
        from offhook.switch.trunk.examine import examine as look

        rules, host = address_rules(config), config.switch.embedded.listen.host
        found += await look(config.trunks, rules, host, seen)
    if config.media.rtpengine:
        from offhook.switch.media.examine import examine as look_at_engines

        outwards = not config.switch.embedded.listen.loopback
        found += await look_at_engines(config.media, seen, outwards=outwards)
    return found


def _asterisk(config: Config, database: Server | None, keep: Keep | None) -> tuple[Switch, SipAddress]:
    from offhook.switch.asterisk import AsteriskSwitch

    return AsteriskSwitch(config.terminals, config.switch.asterisk), lambda: None


async def _examine_asterisk(config: Config) -> list[Finding]:
    from offhook.switch.asterisk.examine import examine as look

    return await look(config.switch.asterisk, config.terminals)


def _pbx(config: Config, database: Server | None, keep: Keep | None) -> tuple[Switch, SipAddress]:
    from offhook.switch.b2bua.calltexts import TextCalls
    from offhook.switch.pbx import PbxSwitch

    if keep is not None and config.switch.pbx.mode == "refer":
        raise config.error(
            "cluster.node",
            'cannot be set with switch.pbx.mode = "refer": calls that phones make by themselves cannot be'
            " taken over by another Call Manager",
            'take it out, or set mode = "calls"',
        )
    kept = _forwardings(config, database, keep)
    calls = None if keep is None else TextCalls(keep("call", False))
    return PbxSwitch(config.terminals, config.switch.pbx, forwardings=kept, calls=calls), lambda: None


async def _examine_pbx(config: Config) -> list[Finding]:
    from offhook.switch.pbx.examine import examine as look

    return await look(config.switch.pbx, config.terminals)


DRIVERS = {
    "embedded": Driver(
        _embedded, _examine_embedded, connections_per_phone=2
    ),  # a second one when its network changes
    "asterisk": Driver(_asterisk, _examine_asterisk, connections_per_phone=None),
    "pbx": Driver(_pbx, _examine_pbx, connections_per_phone=0),  # the PBX connects, not the phones
}
"""Every driver, by its name in the configuration."""
