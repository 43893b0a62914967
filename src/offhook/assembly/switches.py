"""Builds the configured switch. No other module names a concrete driver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from offhook.common.finding import Finding
from offhook.config import Config
from offhook.switch.base import Switch

if TYPE_CHECKING:
    from offhook.address import AddressRules
    from offhook.cluster.kept import KeptItems
    from offhook.cluster.node import Node
    from offhook.cluster.part import Plan
    from offhook.manager.stores.postgresql.server import Server
    from offhook.switch.b2bua.forwardings import ForwardingStore

SipAddress = Callable[[], tuple[str, int] | None]
"""The address where phones register, after the switch has started; None: at a PBX."""

Keep = Callable[[str, bool], "KeptItems"]
"""Where things of this kind are kept for another Call Manager; True: they are good whoever wrote them."""


Peek = Callable[[], Awaitable[Mapping[str, str]]]
"""What reads all that is kept of one kind, at a node that does not own it. Raises `UnavailableError`."""


@dataclass(frozen=True)
class Driver:
    """A driver of a switch. Its settings are the section of the same name (`offhook.config.DRIVERS`)."""

    open: Callable[[Config, Server | None, Keep | None], tuple[Switch, SipAddress]]
    """The switch, not yet started. It keeps its calls and phones in files, or where `Keep` says. Raises
    `ConfigError`."""

    examine: Callable[[Config], Awaitable[list[Finding]]]
    """Examine the PBX: what is missing there."""

    knock: Callable[[Config, Callable[[str], Peek]], Callable[[], Awaitable[bool]]]
    """What asks whether the PBX, or phones, answer from here; it may look at what the owner has kept of a
    kind."""

    connections_per_phone: int | None
    """How many SIP connections a phone may have here at once; None: nobody connects to this switch."""

    own: bool = False
    """Is it the node's own, and are the phones what is reached or not?"""


def open_switch(config: Config, database: Server | None = None) -> tuple[Switch, SipAddress]:
    """The switch, not yet started; what it keeps of terminals is in the `database`, if there is one.

    Raises `ConfigError`.
    """
    if config.cluster.on:
        return _of_cluster(config, database), lambda: None
    return DRIVERS[config.switch.driver].open(config, database, None)


def _forwardings(config: Config, database: Server | None, keep: Keep | None) -> ForwardingStore:
    if database is None and keep is not None:
        from offhook.switch.b2bua.forwardingtexts import TextForwardings

        return TextForwardings(keep("forwarding", True).blocking())
    if database is None:
        from offhook.switch.b2bua.forwardingfile import FileForwardings

        return FileForwardings(config.state.dir / "forwardings.json")
    from offhook.manager.stores.postgresql.terminals import PostgresForwardings
    from offhook.switch.b2bua.forwardingtexts import TextForwardings

    # Those of other telephone systems of the cluster stand there, too.
    own = frozenset(one.id for one in config.terminals) if len(config.cluster.parts) > 1 else None
    return TextForwardings(PostgresForwardings(database), own)


def _of_cluster(config: Config, database: Server | None) -> Switch:
    """The telephone systems as several Call Managers use them, each in its turn."""
    from offhook.cluster.bus import tls_of
    from offhook.cluster.node import Node
    from offhook.cluster.part import unit_of
    from offhook.cluster.placing import at_home, staying
    from offhook.cluster.switch import ClusterSwitch
    from offhook.cluster.witness import Witness

    own, systems = config.cluster, config.systems
    place = at_home({unit_of(part.name): part.nodes for part in own.parts}) if own.parts else staying
    phones = {unit_of(one.part): [phone.id for phone in config.only(one).terminals] for one in systems}
    node = Node(own, phones, tls=tls_of(own), place=place, phones=phones, witness=Witness(own))
    plans = [_plan(config.only(system), database, node, system.part) for system in systems]
    return ClusterSwitch(plans, node, own.site)


def _plan(config: Config, database: Server | None, node: Node, part: str) -> Plan:
    """One of them, with what is configured for it alone."""
    from offhook.cluster.kept import KeptItems
    from offhook.cluster.part import Plan, unit_of

    driver = DRIVERS[config.switch.driver]

    def keep(kind: str, lasting: bool) -> KeptItems:
        return KeptItems(node, unit_of(part), f"{kind}-{part}" if part else kind, lasting=lasting)

    driver.open(config, database, keep)  # what is wrong with its settings is found now, not in its turn
    ids = [terminal.id for terminal in config.terminals]
    knock = driver.knock(config, lambda kind: keep(kind, False).peek)
    names = {terminal.id: terminal.name for terminal in config.terminals if terminal.name}
    return Plan(lambda: driver.open(config, database, keep)[0], ids, part, knock, driver.own, names)


async def examine(config: Config) -> list[Finding]:
    """What is missing at the configured PBX, or at the providers of trunks, and what joins several Call
    Managers. Raises `ConfigError`."""
    found: list[Finding] = []
    for system in config.systems:
        of_it = await DRIVERS[system.switch.driver].examine(config.only(system))
        found += [replace(one, what=f"{one.what} ({system.part})") for one in of_it] if system.part else of_it
    if config.cluster.on:
        from offhook.cluster.examine import between
        from offhook.cluster.examine import examine as look

        found += await look(config.cluster)
        found += between(config.systems)
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
        else TextRegistrations(keep("phone", True).blocking()),
        forwardings=_forwardings(config, database, keep),
        calls=FileCalls(config.state.dir / "live") if keep is None else TextCalls(keep("call", False)),
        groups=config.groups,
        trunks=config.trunks,
        usage=FileUsage(config.state.dir / "trunks.json")
        if keep is None
        else TextUsage(keep("trunk", True).blocking()),
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


def _knock_at_phones(config: Config, kept: Callable[[str], Peek]) -> Callable[[], Awaitable[bool]]:
    from offhook.switch.embedded.answering import knock

    return knock(config.switch.embedded, kept("phone"))


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


def _knock_at_asterisk(config: Config, _kept: object) -> Callable[[], Awaitable[bool]]:
    from offhook.switch.asterisk.knock import knock

    return knock(config.switch.asterisk)


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


def _knock_at_pbx(config: Config, _kept: object) -> Callable[[], Awaitable[bool]]:
    from offhook.switch.pbx.knock import knock

    return knock(config.switch.pbx)


DRIVERS = {
    "embedded": Driver(
        _embedded, _examine_embedded, _knock_at_phones, connections_per_phone=2, own=True
    ),  # a second one when its network changes
    "asterisk": Driver(_asterisk, _examine_asterisk, _knock_at_asterisk, connections_per_phone=None),
    "pbx": Driver(
        _pbx, _examine_pbx, _knock_at_pbx, connections_per_phone=0
    ),  # the PBX connects, not the phones
}
"""Every driver, by its name in the configuration."""
