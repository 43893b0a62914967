"""From TOML's tables to the tree of settings, with the checks that concern more than one section."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from offhook.common.network import is_loopback
from offhook.config.kinds import Address, OptionalAddress
from offhook.config.listen import Listen
from offhook.config.model import MAIN_SECTIONS, Config
from offhook.config.places import site_folder
from offhook.config.secrets import exposed
from offhook.config.sections.access import read_auth, read_dial
from offhook.config.sections.cluster import read_cluster
from offhook.config.sections.directory import read_directory
from offhook.config.sections.group import read_groups
from offhook.config.sections.incoming import read_incoming
from offhook.config.sections.part import PartSettings, part_of, read_parts, together
from offhook.config.sections.pop import read_pops
from offhook.config.sections.site import StateSettings
from offhook.config.sections.switch import SwitchSettings, needs_passwords, read_switch
from offhook.config.sections.terminal import TerminalSettings
from offhook.config.sections.trunk import read_trunks
from offhook.config.sections.tsp import TspSettings
from offhook.config.sections.webhook import read_webhooks
from offhook.config.setting import read_section, settings_of
from offhook.config.table import Source, Table

TABLES = (*MAIN_SECTIONS, "dial")


def read(data: object, source: Source, file: Path | None) -> Config:
    """The tree of settings in `data`, TOML's tables. Raises `ConfigError`."""
    root = Table(data, source)
    tables = {name: root.table(name) for name in TABLES}
    elsewhere = tables["sscp"].has("url")
    drivers: dict[str, object] = {"": tables["switch"].take("driver", SwitchSettings.driver)}
    parts: tuple[PartSettings, ...] = ()
    if tables["cluster"].has("part"):
        read_switch(tables["switch"], needed=False)  # what is wrong for all is told with its own key
        parts = read_parts(tables["cluster"], tables["switch"])
        drivers = {part.name: part.switch.driver for part in parts}
    provisioned = tables["provisioning"].has("listen") or tables["provisioning"].has("tls_listen")
    terminals = _terminals(root, drivers, elsewhere=elsewhere, provisioned=provisioned)
    groups = read_groups(root, [one.id for one in terminals], elsewhere=elsewhere)
    trunks = read_trunks(root, drivers, elsewhere=elsewhere)
    incoming = read_incoming(
        root, [one.id for one in terminals], groups, trunks=bool(trunks), elsewhere=elsewhere
    )
    webhooks = read_webhooks(root, [one.id for one in terminals], elsewhere=elsewhere)
    pops = read_pops(root)
    root.finish()  # before the rest: a mistyped key is often what else would be complained about
    state = _state(tables["state"])
    directory = read_directory(tables["directory"])
    special: dict[str, Callable[[], object]] = {  # what takes more than `read_section`
        "tsp": lambda: _tsp(tables["tsp"], terminals, state, elsewhere=elsewhere),
        "switch": lambda: read_switch(tables["switch"], needed=not parts),
        "cluster": lambda: read_cluster(tables["cluster"], parts, elsewhere=elsewhere),
        "directory": lambda: directory,
        "auth": lambda: read_auth(tables["auth"], directory),
        "state": lambda: state,
    }
    sections: dict[str, Any] = {
        name: special[name]() if name in special else read_section(section, tables[name])
        for name, section in MAIN_SECTIONS.items()
    }
    config = Config(
        **sections,
        terminals=terminals,
        dial=read_dial(tables["dial"]),
        groups=groups,
        trunks=trunks,
        incoming=incoming,
        webhooks=webhooks,
        pops=pops,
        file="" if file is None else str(file),
        origins=dict(source.origins),
        aliases=dict(source.aliases),
    )
    _check_parts(config, source)
    _check_ports(config, source)
    _check_trunks(config, source)
    _check_music(config, source)
    _check_media(config, source)
    _check_http(config, source)
    _check_metrics(config, source)
    _check_provisioning(config, source)
    if file is not None and source.holds_secret and exposed(file):
        source.warn_exposed(file, "holds passwords")
    return replace(config, warnings=tuple(source.warnings))


def _terminals(
    root: Table, drivers: Mapping[str, object], *, elsewhere: bool, provisioned: bool
) -> tuple[TerminalSettings, ...]:
    parts = [name for name in drivers if name]
    password_of = {name: needs_passwords(driver) and not elsewhere for name, driver in drivers.items()}
    terminals: dict[str, TerminalSettings] = {}
    numbers: dict[str, str] = {}
    for table in root.tables("terminal"):
        terminal = read_section(TerminalSettings, table)
        if terminal.id in terminals:
            raise table.error("id", f"{terminal.id!r} is already used above", "give each its own")
        part = part_of(
            table, terminal.part, parts, f"which part has phone {terminal.id}?", elsewhere=elsewhere
        )
        if part != terminal.part:
            terminal = replace(terminal, part=part)
        if (
            password_of.get(part)
            and not provisioned
            and not (table.has("password") or table.has("password_file"))
        ):
            what = f"is missing: phone {terminal.id} could not register"
            raise table.error("password", what, "set it or password_file")
        if terminal.number and terminal.number in numbers:
            what = f"{terminal.number} is already that of {numbers[terminal.number]}"
            raise table.error("number", what, "give each its own")
        numbers[terminal.number] = terminal.id
        terminals[terminal.id] = terminal
    return tuple(terminals.values())


def _tsp(
    table: Table, terminals: tuple[TerminalSettings, ...], state: StateSettings, *, elsewhere: bool
) -> TspSettings:
    tsp = read_section(TspSettings, table)
    known = [terminal.id for terminal in terminals]
    if not table.has("token_file"):
        tsp = replace(tsp, token_file=state.dir / tsp.token_file)
    if not table.has("terminal"):
        return replace(tsp, terminal=known[0] if known else "")
    if tsp.terminal not in known and not elsewhere:
        fix = f"take one of: {', '.join(known) or 'none yet'}"
        raise table.error("terminal", f"{tsp.terminal!r} is not a [[terminal]]", fix)
    return tsp


def _state(table: Table) -> StateSettings:
    state = read_section(StateSettings, table)
    if table.has("dir"):
        return state
    folder = site_folder()
    if folder is not None and table.source.base == folder:
        return StateSettings(folder / "state")
    from platformdirs import user_state_path  # only where the file does not say

    return replace(state, dir=user_state_path("offhook", appauthor=False))


def _check_http(config: Config, source: Source) -> None:
    """Off loopback it takes a certificate, its own or that of `[sscp]`."""
    listen = config.http.listen
    if listen is None or listen.loopback or config.http.tls_certificate or config.sscp.tls_certificate:
        return
    raise source.error(
        "http.tls_certificate",
        f"is missing while {listen} is open to other machines",
        "set tls_certificate and tls_key, here or in [sscp], or listen on 127.0.0.1",
    )


def _check_metrics(config: Config, source: Source) -> None:
    """Off loopback they take a certificate, their own or that of `[sscp]`, and a token."""
    own, listen = config.metrics, config.metrics.listen
    if listen is None or listen.loopback:
        return
    if not (own.tls_certificate or config.sscp.tls_certificate):
        raise source.error(
            "metrics.tls_certificate",
            f"is missing while {listen} is open to other machines",
            "set tls_certificate and tls_key, here or in [sscp], or listen on 127.0.0.1",
        )
    if source.secrets and not own.token:
        raise source.error(
            "metrics.token_file",
            f"is missing while {listen} is open to other machines",
            "name a file that holds a long random word, or listen on 127.0.0.1",
        )


def _check_provisioning(config: Config, source: Source) -> None:
    """Phones of a PBX get its passwords, which only the PBX knows."""
    if config.provisioning.on and config.switch.chosen.registrar is None and not config.sscp.url:
        raise source.error(
            "provisioning.listen" if config.provisioning.listen else "provisioning.tls_listen",
            f"is set, but phones register at the telephone system ({config.switch.driver}), not here",
            "remove it, and provision the phones there",
        )


def _check_trunks(config: Config, source: Source) -> None:
    """What listens on loopback is reached by no provider elsewhere, and cannot send there either."""
    systems = {system.part: system for system in config.systems}
    for trunk in config.trunks:
        system = systems.get(trunk.part)
        if system is None:
            continue  # of a Call Manager elsewhere
        listen = system.switch.embedded.listen
        hosts = (trunk.outbound_proxy,) if trunk.outbound_proxy else trunk.servers
        elsewhere = [host for host in hosts if not is_loopback(host.rpartition(":")[0] or host)]
        if listen.loopback and elsewhere and not config.sscp.url:
            raise source.error(
                f"{system.key}.embedded.listen",
                f"is {listen}, where the provider of trunk {trunk.name} ({elsewhere[0]}) reaches nobody",
                'listen on this machine\'s address in its network, like "192.0.2.10:5060"',
            )


def _check_media(config: Config, source: Source) -> None:
    """A PBX has the descriptions of its calls itself."""
    pbx = all(system.switch.driver != "embedded" for system in config.systems)
    if config.media.rtpengine and pbx and not config.sscp.url:
        raise source.error(
            "media.rtpengine",
            f"is set, and switch.driver is {config.switch.driver!r}, which sees to media by itself",
            "take it out, and set up the relay there",
        )
    told = next((one for one in config.trunks if one.relay not in ("", "never")), None)
    if told is not None and not config.media.rtpengine and not config.sscp.url:
        raise source.error(
            "media.rtpengine",
            f'is missing, and relay is "{told.relay}" for trunk {told.name}',
            'name the engine, like rtpengine = ["127.0.0.1:2223"], or take relay out',
        )


def _check_music(config: Config, source: Source) -> None:
    """Music that is called by a trunk would cost money whenever anybody holds a call, past all dial rules."""
    for system in config.systems:
        own, number = config.only(system), system.switch.embedded.music_on_hold
        if own.trunks and number and number not in [one.id for one in own.terminals]:
            raise source.error(
                f"{system.key}.embedded.music_on_hold",
                f"{number!r} is no [[terminal]], and no trunk is used for music",
                "name a terminal that answers by itself and plays, or take it out",
            )


def _check_parts(config: Config, source: Source) -> None:
    """Whoever calls from outside rings phones of one telephone system."""
    if len(config.systems) < 2:
        return
    parts = {one.id: one.part for one in config.terminals}
    for place, one in enumerate(config.incoming, 1):
        if not together(parts, one.ring):
            what = "has phones of several [[cluster.part]]s: a caller from outside rings those of one"
            raise source.error(f"incoming[{place}].ring", what, "name phones of one part")
        for key in ("otherwise", "otherwise_by"):
            phone = getattr(one, key)
            if phone in parts and not together(parts, (*one.ring, phone)):
                what = f"{phone} is in another [[cluster.part]] than the phones that ring"
                raise source.error(f"incoming[{place}].{key}", what, "name one of that part")


def _check_ports(config: Config, source: Source) -> None:
    """No port twice, of whatever listens with this driver."""
    taken: dict[Listen, str] = {}
    for path, section in (
        *((name, getattr(config, name)) for name in MAIN_SECTIONS),
        *((f"{one.key}.{one.switch.driver}", one.switch.chosen) for one in config.systems),
    ):
        for one in settings_of(type(section)):
            listen = getattr(section, one.field)
            if (
                not isinstance(one.setting.kind, Address | OptionalAddress)
                or listen is None
                or not listen.port
            ):
                continue
            if listen in taken:
                what = f"{listen} is taken by {taken[listen]}"
                raise source.error(f"{path}.{one.key}", what, "give each its own port")
            taken[listen] = f"{path}.{one.key}"
