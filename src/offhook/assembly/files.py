"""How the open files of this process are shared among what listens in it."""

from offhook.common.openfiles import Interface, check_limit, check_site, share_among, shortage
from offhook.config import Config, TspSettings

STRANGERS = 1000
"""Connections at a door beside those that are meant for it: what has not logged in yet, or never will."""

PROGRAMS = 20_000
"""Sessions to one Call Manager at most: each user's window and another program, with 10,000 users."""


def share_files(config: Config, *, manager: bool, messenger: bool) -> None:
    """Give each door of this process its share. Raises `ConfigError` where there are too few to work with."""
    needs = _needs(config, manager=manager, messenger=messenger)
    share_among(needs)
    check_limit(needs)
    if not manager:
        check_site(_site(config))  # else that waits until the users are known


def check_users(config: Config, count: int) -> None:
    """Say in the log when not all of these users, and of the phones, can be there at once."""
    check_site(_site(config, count))


def files_short(config: Config, users: int) -> str | None:
    """What of this site there are not enough open files for, when all of it runs in one process."""
    here = not config.sscp.url
    return shortage(_needs(config, manager=here, messenger=True), _site(config, users))


def _needs(config: Config, *, manager: bool, messenger: bool) -> dict[Interface, int]:
    """An embedded switch has a connection of each phone, and a new one beside it when its network changes; to
    other switches we connect ourselves."""
    needs = {}
    if manager and config.switch.driver == "embedded":
        needs[Interface.SIP] = 2 * len(config.terminals) + STRANGERS
    elif manager and config.switch.driver == "pbx":
        needs[Interface.SIP] = STRANGERS
    if manager:
        needs[Interface.SSCP] = PROGRAMS
    if messenger:
        needs[Interface.TSP] = config.tsp.max_sessions
    return needs


def _site(config: Config, users: int = 0) -> dict[Interface, int]:
    """Who may come at once, and to the Call Manager the room that it keeps for logins beside them."""
    phones = len(config.terminals)
    windows = config.tsp.max_sessions if config.tsp.max_sessions != TspSettings.max_sessions else phones
    return {Interface.SIP: phones, Interface.SSCP: users + min(users, 2 * STRANGERS), Interface.TSP: windows}
