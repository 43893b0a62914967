"""Shares the open files of this process among its servers."""

from offhook.assembly.switches import DRIVERS
from offhook.common.openfiles import Interface, check_limit, check_site, share_among, shortage
from offhook.config import Config, TspSettings

STRANGERS = 1000
"""Connections of a server for clients that have not logged in yet, or never will."""

BROWSERS = 12_000
"""Connections to the HTTP server: a stream of events for each of 10,000 users, and what they ask besides."""

FETCHING = 400
"""Connections of phones that fetch their configuration, over HTTP and HTTPS together."""

MONITORS = 100
"""Connections of Prometheus, load balancers and dashboards."""

PROGRAMS = 20_000
"""Sessions to one Call Manager: a window and another program for each of 10,000 users."""


def share_files(config: Config, *, manager: bool, messenger: bool) -> None:
    """Give each server of this process its share. Raises `ConfigError` if there are too few."""
    needs = _needs(config, manager=manager, messenger=messenger)
    share_among(needs)
    check_limit(needs)
    if not manager:
        check_site(_site(config))  # otherwise this is checked when the users are known


def check_users(config: Config, count: int) -> None:
    """Log a warning if not all of these users and phones can be connected at once."""
    check_site(_site(config, count))


def files_short(config: Config, users: int) -> str | None:
    """Which clients of this site there are too few open files for, if all runs in one process."""
    here = not config.sscp.url
    return shortage(_needs(config, manager=here, messenger=True), _site(config, users))


def _needs(config: Config, *, manager: bool, messenger: bool) -> dict[Interface, int]:
    """The most connections that each server may need."""
    needs: dict[Interface, int] = {}
    for system in config.systems if manager else ():
        of_a_phone = DRIVERS[system.switch.driver].connections_per_phone
        if of_a_phone is not None:
            phones = of_a_phone * len(config.only(system).terminals) + STRANGERS
            needs[Interface.SIP] = needs.get(Interface.SIP, 0) + phones
    if manager:
        needs[Interface.SSCP] = PROGRAMS
    if manager and config.http.listen is not None:
        needs[Interface.HTTP] = BROWSERS
    if manager and config.provisioning.on:
        needs[Interface.PROVISIONING] = FETCHING
    if config.metrics.listen is not None:
        needs[Interface.METRICS] = MONITORS
    if messenger:
        needs[Interface.TSP] = config.tsp.max_sessions
    return needs


def _site(config: Config, users: int = 0) -> dict[Interface, int]:
    """The clients that may connect at once, with room for logins at the Call Manager."""
    phones = len(config.terminals)
    windows = config.tsp.max_sessions if config.tsp.max_sessions != TspSettings.max_sessions else phones
    return {Interface.SIP: phones, Interface.SSCP: users + min(users, 2 * STRANGERS), Interface.TSP: windows}
