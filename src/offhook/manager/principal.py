"""Users as stored, and principals: on whose authority a command is carried out."""

from dataclasses import dataclass, field

EVERY_TERMINAL = "*"
LOCAL_USER = "local"
"""The name of programs on this machine that log in with `local.token`."""

LOCAL_SOURCE = "local"
"""The source of users with a password stored here; every other source is the name of a directory."""

MAX_NAME = 64
"""Characters of a user's name."""


@dataclass(frozen=True, slots=True)
class User:
    """A stored user; `terminals` are ids, or `*` for all. `watches` are those that it may watch besides.

    `source` checks the password. An `automatic` user gets its terminals from there at each login.
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    source: str = LOCAL_SOURCE
    automatic: bool = False
    watches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as it is stored. `id` names it where it may be shown; it opens nothing.

    `name` is what a person has called a token for a program, "" for that of a login. Times are seconds since
    the epoch.
    """

    id: str
    user: str
    name: str
    created: float
    expires: float


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose authority a command is carried out.

    It may use its `terminals`: dial, answer, drop and see their history. Of those that it `watches` it may
    see the service and the live calls, and pick up a call that rings there, and no more.

    `revision` changes with the user's rights. `origin` is the client's host, "" for this process itself;
    `door` is the protocol as the audit log names it ("sscp", "tsp", ...).
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    revision: int = 0
    origin: str = field(default="", compare=False)
    door: str = field(default="", compare=False)
    watches: frozenset[str] = frozenset()

    @property
    def uses_all(self) -> bool:
        """May the principal use every terminal?"""
        return self.administrator or EVERY_TERMINAL in self.terminals

    @property
    def watches_all(self) -> bool:
        """May the principal watch every terminal?"""
        return self.uses_all or EVERY_TERMINAL in self.watches

    def scope(self, *, watched: bool = False) -> frozenset[str] | None:
        """The terminals that the principal may use, or with `watched` watch; None for all."""
        if self.uses_all or (watched and self.watches_all):
            return None
        return self.terminals | self.watches if watched else self.terminals

    @property
    def role(self) -> str:
        """The role for the dial rules. Local programs dial for the person at the phone, so count as users."""
        return "administrator" if self.administrator and self.name != LOCAL_USER else "user"

    def may_use(self, terminal: str) -> bool:
        """May the principal give commands for the terminal, and see its history?"""
        return self.uses_all or terminal in self.terminals

    def may_watch(self, terminal: str) -> bool:
        """May the principal see the terminal's live calls, and pick up what rings there?"""
        return self.may_use(terminal) or self.watches_all or terminal in self.watches


LOCAL = Principal(LOCAL_USER, administrator=True, terminals=frozenset({EVERY_TERMINAL}))


def fit_name(name: str) -> bool:
    """Is this a valid user name?"""
    printable = name.isprintable() and not any(character.isspace() for character in name)
    return 1 <= len(name) <= MAX_NAME and printable and name != LOCAL_USER
