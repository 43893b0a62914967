"""What `offhook check` says of logins: how long all users take when they come at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from offhook.cli.show import counted
from offhook.common.finding import Finding, Level
from offhook.common.openfiles import FIX
from offhook.config import Config
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.passwordcost import password_hasher
from offhook.manager.passwordqueue import VERIFIERS
from offhook.manager.principal import User

PATIENCE_S = 180.0
"""How long it may take in the morning until the last user is logged in."""


def look_at_logins(config: Config) -> list[Finding]:
    """How many can be there at once, and how long it takes all to log in, by one password on this machine.

    Nothing of the latter where there are no users with passwords here.
    """
    from offhook.assembly.files import files_short

    users = _users(config)
    findings = []
    if (problem := files_short(config, len(users))) is not None:
        findings.append(Finding("open files", problem, FIX, Level.WARN))
    count = sum(one.source == "local" for one in users)
    return findings + (_passwords(config, count) if count else [])


def _users(config: Config) -> list[User]:
    """Those that are kept here."""
    from offhook.assembly.access import open_users
    from offhook.assembly.database import unchanged_server, uses_database

    here = uses_database(config) or (config.state.dir / "users.sqlite").is_file()
    if config.sscp.url or not here:
        return []
    try:
        with (
            unchanged_server(config) as server,
            closing(open_users(config, config.state.dir, server)) as users,
        ):
            return users.list()
    except (ConfigError, UnavailableError):
        return []  # what is wrong with the file is said of the state folder


def _passwords(config: Config, count: int) -> list[Finding]:
    one_s = _one_password_s(config.auth.password_cost)
    all_s = count * one_s / VERIFIERS
    users = counted(count, "user")
    text = f"a password takes {one_s * 1000:.0f} ms here: {users} at once some {_minutes(all_s)}"
    if all_s <= PATIENCE_S or config.auth.password_cost == "low":
        return [Finding("logins", text)]
    return [
        Finding("logins", text, 'set auth.password_cost = "low", or a longer auth.token_days', Level.WARN)
    ]


def _one_password_s(cost: str) -> float:
    """While as many are verified as may be at once: one alone has cores that it has not then."""
    hasher = password_hasher(cost)
    kept = hasher.hash("a password to measure")
    with ThreadPoolExecutor(VERIFIERS) as threads:
        begun = time.perf_counter()
        list(threads.map(lambda _: hasher.verify(kept, "a password to measure"), range(VERIFIERS)))
        return time.perf_counter() - begun


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
