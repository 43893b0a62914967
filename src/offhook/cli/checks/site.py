"""What `offhook check` looks at."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from offhook.address import check_country
from offhook.call import Terminal, TrunkState
from offhook.cli.checks.certificates import look_at_certificates
from offhook.cli.checks.database import look_at_database
from offhook.cli.checks.http import look_at_http
from offhook.cli.checks.provisioning import look_at_provisioning
from offhook.cli.checks.state import look_at_state
from offhook.cli.managersession import manager, run_session, url_of
from offhook.cli.password import MIN_PASSWORD
from offhook.cli.show import registration
from offhook.cli.tspsession import TspSession
from offhook.common.finding import Finding, Level
from offhook.common.listening import bind_problem, phone_hosts
from offhook.config import Config, Listen, System
from offhook.errors import CallError, ConfigError, PeerError, Refusal, UnavailableError

EARLIEST = 1_700_000_000
"""November 2023: a clock that shows less has not been set."""

AHEAD_S = 120.0
"""A file of ours from so far in the future means that the clock was set back."""


def look_at_config(config: Config) -> Iterator[Finding]:
    """What can be told without talking to anybody."""
    if config.file:
        yield Finding("configuration", f"{config.file} is sound")
    else:
        yield Finding(
            "configuration", "there is no file, the built-in settings hold", "write offhook.toml", Level.WARN
        )
    yield from look_at_policies(config)
    yield from config.warnings
    try:
        check_country(config)
    except ConfigError as error:
        yield Finding("dialling rules", error.what, f"address.country: {error.fix}", Level.FAIL)
    if not config.sscp.url:
        yield from _look_at_switch(config)
        yield from _look_at_dial_rules(config)
        yield from _look_at_passwords(config)
        yield from look_at_provisioning(config)
    yield from look_at_certificates(config)
    yield from look_at_state(config.state.dir)
    yield _clock(config.state.dir)


def look_at_policies(config: Config) -> Iterator[Finding]:
    """What an administrator has set by group policy; what of it cannot be used is among the warnings."""
    policies = config.policies
    for key, name in policies.settings.items():
        value: object = config
        for part in key.split("."):
            value = getattr(value, part)
        yield Finding("group policy", f"{name} sets {key} to {str(value)!r}")
    for name, switch, on, off in (
        ("LinksDial", policies.links_dial, "links dial without asking", "links ask before they dial"),
        ("Autostart", policies.autostart, "it starts with the session", "it does not start with the session"),
    ):
        if switch is not None:
            yield Finding("group policy", f"{name}: {on if switch else off}")


def look_around(config: Config) -> Iterator[Finding]:
    """What runs, what could be started, and which phones are registered."""
    yield from look_at_database(config)
    yield _smart_messenger(config)
    trunks: list[TrunkState] = []
    found, terminals = _call_manager(config, trunks)
    yield found
    yield from _trunks(trunks)
    yield from look_at_http(config)
    here = [one for one in config.systems if one.switch.chosen.registrar is not None]
    if not config.sscp.url and not here:
        return  # what concerns a PBX and its phones, the PBX is asked itself
    if terminals is not None:
        yield from _phones(config, terminals)
    elif not config.sscp.url:
        yield from filter(None, map(_sip_port, here))


def _look_at_switch(config: Config) -> Iterator[Finding]:
    if not config.terminals:
        yield Finding("phones", "there are none", "add one: offhook terminal add 4000 --name Kim", Level.WARN)
        return
    for system in config.systems:
        registrar = system.switch.chosen.registrar
        if registrar is not None and registrar.loopback:
            yield Finding(
                "phones",
                f"only phones on this machine reach {registrar}",
                f"for desk phones set {system.listen_key} to this machine's address on their network",
                Level.WARN,
            )
        elif registrar is not None and registrar != registrar.here and len(config.systems) > 1:
            yield Finding(
                f"phones ({system.part})",
                f"those of other parts cannot call them: {registrar} is no address that a node could be told",
                f"set {system.listen_key} to this machine's address",
                Level.WARN,
            )


def _look_at_passwords(config: Config) -> Iterator[Finding]:
    """Who hears a phone register may try passwords against that as fast as a machine can."""
    weak = [one.id for one in config.terminals if 0 < len(one.password) < MIN_PASSWORD]
    if weak:
        more = f" and {len(weak) - 3} more" if len(weak) > 3 else ""
        yield Finding(
            "passwords",
            f"those of the phones {', '.join(weak[:3])}{more} have less than {MIN_PASSWORD} characters",
            "make a new one for each: offhook terminal show ID --new-password",
            Level.WARN,
        )


def _look_at_dial_rules(config: Config) -> Iterator[Finding]:
    """The embedded switch reaches the site's phones only; from any other, calls can cost money."""
    pbx = any(system.switch.chosen.registrar is None for system in config.systems)
    if pbx and not any(rule.deny for rule in config.dial):
        yield Finding(
            "dial rules",
            "there are none: every user may dial every number, premium services and abroad too",
            'set them, like [dial] deny = ["900", "9060"]; see docs/security.md',
            Level.WARN,
        )


def _clock(folder: Path) -> Finding:
    now = time.time()
    stamps = [_modified(folder / name) for name in ("calls.sqlite", "users.sqlite", "local.token")]
    if now < EARLIEST or max(stamps) > now + AHEAD_S:
        shown = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
        return Finding(
            "clock",
            f"it is set to {shown}, which cannot be",
            "set it (NTP); certificates, tokens and the call log go by it",
            Level.WARN,
        )
    return Finding("clock", time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now)))


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _smart_messenger(config: Config) -> Finding:
    what, place = "Smart Messenger", config.tsp.listen
    try:
        with TspSession.open(config):
            return Finding(what, f"answers at {place.here}")
    except UnavailableError as error:
        return _not_running(what, place, "tsp.listen", str(error))
    except (CallError, ConfigError) as error:
        return Finding(
            what,
            f"at {place.here}: {error}",
            f"run this as the user that runs it, or copy its token to {config.tsp.token_file}",
            Level.FAIL,
        )
    except PeerError as error:
        return Finding(
            what, f"at {place.here}: {error}", "stop what uses the port, or set tsp.listen", Level.FAIL
        )


def _call_manager(config: Config, trunks: list[TrunkState]) -> tuple[Finding, list[Terminal] | None]:
    """Adds its trunks to `trunks`, if it tells us of them."""
    what, terminals = "Call Manager", list[Terminal]()
    if config.sscp.url and not (config.sscp.user and config.sscp.password):
        text = f"the login at {config.sscp.url} is not tried: the window asks for it"
        fix = "for commands and `offhook up` set sscp.user and sscp.password_file"
        return Finding(what, text, fix, Level.WARN), None

    async def ask() -> int:
        async with manager(config) as client:
            terminals.extend(await client.terminals())
            with suppress(CallError):  # an older one, or we are no administrator there
                trunks.extend(await client.trunks())
        return 0

    try:
        run_session(ask())
    except CallError as error:
        if error.refusal is Refusal.NOT_AUTHENTICATED:
            return Finding(
                what, f"refused the login: {error}", "see the configuration [sscp]", Level.FAIL
            ), None
        if config.sscp.url:
            return Finding(what, str(error), "start it there, or correct sscp.url", Level.FAIL), None
        return _not_running(what, config.sscp.listen, "sscp.listen", str(error)), None
    return Finding(what, f"login at {url_of(config)} is good"), terminals


def _trunks(trunks: list[TrunkState]) -> Iterator[Finding]:
    """As the Call Manager has them that runs; the providers are asked besides."""
    for one in trunks:
        what, see = f"calls by trunk {one.name}", "see: offhook trunk list"
        if not one.usable:
            yield Finding(what, f"cannot go out: {one.problem}", see, Level.FAIL)
        elif one.limit:
            most = getattr(one, one.limit, 0)
            fix = "set it higher if they are meant, else see who makes them: offhook audit"
            yield Finding(what, f"are refused: {one.limit} = {most} is reached", fix, Level.WARN)
        else:
            yield Finding(what, f"can go out; {one.calls_an_hour} did in the last hour")


def _phones(config: Config, terminals: list[Terminal]) -> Iterator[Finding]:
    known = {terminal.id for terminal in terminals}
    for entry in config.terminals:
        if entry.id not in known and not config.sscp.url:
            yield Finding(
                f"phone {entry.id}", "the Call Manager does not know it", "restart `offhook up`", Level.WARN
            )
    for terminal in terminals:
        what = f"phone {terminal.id}"
        if terminal.in_service:
            yield Finding(what, "is registered")
            continue
        fix = f"point it at {_register_at(config, terminal.id)}"
        if terminal.silent:
            fix = "see whether it has power and network"
        yield Finding(what, f"is {registration(terminal)}", fix, Level.WARN)


def _register_at(config: Config, terminal: str) -> str:
    """Where the phone registers, and as whom."""
    if config.sscp.url:
        return "the switch of the Call Manager, with what `offhook terminal add` printed there"
    listen = config.system_of(terminal).switch.chosen.registrar
    if listen is None:
        return f"the PBX, as {terminal}"
    account = f"user {terminal}, with the password of its [[terminal]]"
    if config.cluster.on:
        return f"the address by which phones find the node that acts, see docs/cluster.md; {account}"
    hosts = " or ".join(phone_hosts(listen.host)) or "this machine"
    return f"{hosts}, port {listen.port}, {account}"


def _sip_port(system: System) -> Finding | None:
    """Could the embedded switch listen?"""
    listen = system.switch.chosen.registrar
    if listen is None:
        return None
    what = f"{system.switch.driver} switch" + (f" ({system.part})" if system.part else "")
    for kind, name in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        problem = _bind(listen, kind)
        if problem is not None:
            wrong, fix = bind_problem(problem, listen.host, listen.port, system.listen_key)
            return Finding(what, f"{name}: {wrong}", fix, Level.FAIL)
    return Finding(what, f"{listen} is free, UDP and TCP")


def _not_running(what: str, listen: Listen, key: str, reason: str) -> Finding:
    """It does not answer: could it be started, or is somebody else there?"""
    problem = _bind(listen, socket.SOCK_STREAM)
    if problem is None:
        return Finding(what, f"does not run; {listen} is free", "start it: offhook up", Level.WARN)
    wrong, fix = bind_problem(problem, listen.host, listen.port, key)
    return Finding(what, f"does not answer ({reason}), and {wrong}", fix, Level.FAIL)


def _bind(listen: Listen, kind: socket.SocketKind) -> OSError | None:
    """Why the address cannot be listened on; None when it can."""
    try:
        family, _, _, _, address = socket.getaddrinfo(listen.host, listen.port, type=kind)[0]
        with socket.socket(family, kind) as probe:
            if os.name == "posix" and kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None
