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
    """A stored user; `terminals` are ids, or `*` for all.

    `source` checks the password. An `automatic` user gets its rights from there at each login.
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    source: str = LOCAL_SOURCE
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose authority a command is carried out.

    `revision` changes with the user's rights. `origin` is the client's host, "" for this process itself;
    `door` is the protocol as the audit log names it ("sscp", "tsp", ...).
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    revision: int = 0
    origin: str = field(default="", compare=False)
    door: str = field(default="", compare=False)

    @property
    def uses_all(self) -> bool:
        """May the principal use every terminal?"""
        return self.administrator or EVERY_TERMINAL in self.terminals

    @property
    def role(self) -> str:
        """The role for the dial rules. Local programs dial for the person at the phone, so count as users."""
        return "administrator" if self.administrator and self.name != LOCAL_USER else "user"

    def may_use(self, terminal: str) -> bool:
        """May the principal dial from, drop at and watch the terminal?"""
        return self.uses_all or terminal in self.terminals


LOCAL = Principal(LOCAL_USER, administrator=True, terminals=frozenset({EVERY_TERMINAL}))


def fit_name(name: str) -> bool:
    """Is this a valid user name?"""
    printable = name.isprintable() and not any(character.isspace() for character in name)
    return 1 <= len(name) <= MAX_NAME and printable and name != LOCAL_USER
