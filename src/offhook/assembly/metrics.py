"""Collects what is measured of the running parts, and serves it."""

import asyncio
from collections import Counter as Counts
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

from offhook import __version__
from offhook.common.listening import bind_problem
from offhook.common.network import RateLimitKeys, host_port
from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import Config
from offhook.manager.login import Logins
from offhook.manager.ports import AuditLog, Backlog
from offhook.manager.principal import LOCAL
from offhook.manager.service import CallManager
from offhook.metrics.calls import CallMetrics
from offhook.metrics.families import Family, Gauge, Labels, text
from offhook.metrics.looplag import LoopLag
from offhook.metrics.process import families as of_the_process
from offhook.metrics.requests import CountingAudit, requests

STARTING = "it is just starting"
STOPPING = "it is being stopped, and takes no new calls"


class Meters:
    """What is measured, by the parts that are there, and what is not ready. Where nobody asks (`on` is False)
    nothing is measured."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.url = ""
        self._state = STARTING
        self._checks: dict[str, Callable[[], str]] = {"Offhook": lambda: self._state}
        self._sessions: dict[str, Callable[[], int]] = {}
        self._stores: dict[str, Backlog] = {}
        self.requests = requests()
        self.families: list[Family] = [
            self.requests,
            Gauge("offhook_info", "The version that runs.", lambda: {(__version__,): 1}, ("version",)),
            Gauge(
                "offhook_ready",
                "Is it ready for new calls (1), as /ready tells a load balancer?",
                lambda: {(): 0 if self.problems() else 1},
            ),
            Gauge("offhook_sessions", "Open sessions, by their protocol.", self._open, ("protocol",)),
            Gauge(
                "offhook_store_waiting",
                "Entries that wait in memory to be written.",
                lambda: {(name,): one.waiting for name, one in self._stores.items()},
                ("store",),
            ),
            Gauge(
                "offhook_store_up",
                "Could the store be written at the last attempt (1)?",
                lambda: {(name,): 0 if one.problem else 1 for name, one in self._stores.items()},
                ("store",),
            ),
        ]

    def started(self) -> None:
        """Everything runs."""
        self._state = ""

    def stopping(self) -> None:
        """There are no new calls any more."""
        self._state = STOPPING

    def check(self, name: str, problem: Callable[[], str]) -> None:
        """It is ready only while this returns ""."""
        self._checks[name] = problem

    def sessions(self, protocol: str, count: Callable[[], int]) -> None:
        """So many sessions of a protocol are open."""
        self._sessions[protocol] = count

    def open_sessions(self) -> Mapping[str, int]:
        """How many sessions are open, by their protocol."""
        return {protocol: count() for protocol, count in self._sessions.items()}

    def store(self, name: str, store: Backlog) -> None:
        """Something that is written in the background."""
        self._stores[name] = store
        self.check(name, lambda: store.problem)

    def audit(self, log: AuditLog) -> AuditLog:
        """The audit log, with what goes into it counted."""
        return CountingAudit(log, self.requests) if self.on else log

    def manager(self, manager: CallManager, logins: Logins) -> None:
        """A Call Manager runs in this process."""
        self.check("telephone system", manager.trouble)
        manager.nodes.sessions, manager.nodes.problems = self.open_sessions, self.problems
        if not self.on:
            return
        calls = CallMetrics()
        manager.subscribe(calls.on_event)
        manager.time_commands(calls.on_command)
        manager.time_asking(calls.asked.observe)
        self.families += [*calls.families(), *_of_manager(manager, logins)]

    def text(self) -> str:
        """All of it, as Prometheus reads it."""
        return text(self.families)

    def problems(self) -> Mapping[str, str]:
        """What is not ready, and why."""
        found = {name: problem() for name, problem in self._checks.items()}
        return {name: problem for name, problem in found.items() if problem}

    async def serve(self, config: Config, stack: AsyncExitStack) -> None:
        """Serve it, if the configuration says so; what stops it goes to `stack`. Raises `ConfigError`."""
        listen = config.metrics.listen
        if listen is None:
            return
        from offhook.metrics.server import MetricsServer  # off by default, and then not even imported

        lag = LoopLag()
        self.families += [lag.histogram, *of_the_process()]
        stack.callback(asyncio.create_task(lag.run()).cancel)
        pair = _pair(config)
        if pair is not None:
            stack.callback(asyncio.create_task(pair.follow()).cancel)
        server = MetricsServer(
            config.metrics,
            self.text,
            self.problems,
            None if pair is None else pair.context,
            places=RateLimitKeys(config.auth.local_networks),
        )
        stack.push_async_callback(server.stop)
        try:
            await server.start()
        except OSError as error:
            key = "metrics.listen"
            raise config.error(key, *bind_problem(error, listen.host, listen.port, key)) from error
        self.url = f"{'http' if pair is None else 'https'}://{host_port(listen.here.host, server.port)}"

    def _open(self) -> Mapping[Labels, float]:
        return {(protocol,): count for protocol, count in self.open_sessions().items()}


def _pair(config: Config) -> WatchedPair | None:
    """Its own certificate, else that of `[sscp]`."""
    key, file, own = "metrics.tls_certificate", config.metrics.tls_certificate, config.metrics.tls_key
    if file is None:
        key, file, own = "sscp.tls_certificate", config.sscp.tls_certificate, config.sscp.tls_key
    if file is None:
        return None
    try:
        return WatchedPair(file, own)
    except OSError as error:
        raise config.error(key, f"cannot be used: {error_text(error)}", "Give a readable PEM file") from error


def _of_manager(manager: CallManager, logins: Logins) -> list[Family]:
    """What is asked of a Call Manager when Prometheus asks."""
    return [
        Gauge(
            "offhook_terminals",
            "Phones of the site: in service, silent (registered, and they do not answer), or away.",
            lambda: _terminals(manager),
            ("state",),
        ),
        Gauge(
            "offhook_registrations",
            "Registrations of phones at the embedded switch: one terminal may have several phones.",
            lambda: _figure(manager, "registrations"),
        ),
        Gauge(
            "offhook_cluster_nodes",
            "Call Managers of the cluster that are there, as this one sees it.",
            lambda: _figure(manager, "cluster_nodes"),
        ),
        Gauge(
            "offhook_cluster_parts",
            "Telephone systems of the cluster, by the configuration.",
            lambda: _figure(manager, "cluster_parts"),
        ),
        Gauge(
            "offhook_cluster_acts",
            "Telephone systems that this Call Manager works just now, of those of the cluster.",
            lambda: _figure(manager, "cluster_acts"),
        ),
        Gauge(
            "offhook_cluster_nats_up",
            "Is this Call Manager of a cluster connected with NATS (1)?",
            lambda: _figure(manager, "cluster_nats"),
        ),
        Gauge(
            "offhook_cluster_lease_age_seconds",
            "So long ago its lease was last renewed: it stops acting at 2.7 s.",
            lambda: _figure(manager, "cluster_lease_age_s"),
        ),
        Gauge(
            "offhook_cluster_epoch",
            "The epoch of the owner, of all parts together: it grows with each change of an owner.",
            lambda: _figure(manager, "cluster_epoch"),
        ),
        Gauge(
            "offhook_throttled_sources",
            "Hosts and names that have to wait because of wrong passwords.",
            lambda: {("logins",): logins.held_up(), **_figure(manager, "held_up_phones", "phones")},
            ("what",),
        ),
        Gauge(
            "offhook_trunk_up",
            "Can calls go out by the trunk (1)?",
            lambda: {(one.name,): int(one.usable) for one in manager.trunks.all(LOCAL)},
            ("trunk",),
        ),
        Gauge(
            "offhook_trunk_calls",
            "Calls that go out by the trunk just now.",
            lambda: {(one.name,): one.calls for one in manager.trunks.all(LOCAL)},
            ("trunk",),
        ),
    ]


def _terminals(manager: CallManager) -> Mapping[Labels, float]:
    counts = Counts(
        "in-service" if one.in_service else "silent" if one.silent else "away"
        for one in manager.terminals(LOCAL)
    )
    return {(state,): counts[state] for state in ("in-service", "silent", "away")}


def _figure(manager: CallManager, name: str, *labels: str) -> Mapping[Labels, float]:
    """Nothing where the switch does not know it."""
    found = manager.figures().get(name)
    return {} if found is None else {labels: found}
