"""`[tsp]`."""

from pathlib import Path

from offhook.config.kinds import Address, Flag, Place, Text, Whole
from offhook.config.listen import Listen
from offhook.config.sections.terminal import TERMINAL_ID
from offhook.config.setting import section, setting
from offhook.config.table import Table

MAX_SESSIONS = 20_000
"""Twice the 10,000 that a site is built for: when all come anew at once, the old connections may still be
there, and others that never say anything."""


@section
class TspSettings:
    """The TSP session, for the TAPI provider and `offhook dial`."""

    listen: Listen = setting(
        Listen("127.0.0.1", 7700),
        Address(),
        "off loopback only with `require_token = true`",
        environment=True,
    )
    require_token: bool = setting(
        True,
        Flag(),
        "sessions log in (version 2) before they dial; `false` is for loopback only",
        environment=True,
    )
    token_file: Path = setting(
        Path("tsp.token"),
        Place(),
        "made at the first start, for its owner's eyes only",
        shown="`tsp.token` in the state folder",
        environment=True,
    )
    terminal: str = setting(
        "",
        Text(TERMINAL_ID, "the id of a terminal"),
        "the phone of sessions that do not log in",
        shown="the first `[[terminal]]`",
        environment=True,
    )
    max_sessions: int = setting(
        MAX_SESSIONS, Whole(1, 1_000_000), "how many connections there may be at once"
    )

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if not self.listen.loopback and not self.require_token:
            raise table.error(
                "require_token",
                f"is false while {self.listen} is open to other machines",
                "set it to true, or listen on 127.0.0.1",
            )
