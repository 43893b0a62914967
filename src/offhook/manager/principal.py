"""Users, and on whose authority something is done."""

from dataclasses import dataclass, field

EVERY_TERMINAL = "*"
LOCAL_USER = "local"
"""The name under which local programs act that log in with the process's own token."""

LOCAL_SOURCE = "local"
"""The source of users whose passwords are kept here; other sources are directories, by their names."""

MAX_NAME = 64
"""Characters of a user's name."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as kept; `terminals` are ids, or `*` for all.

    `source` is who checks the password. The rights of an `automatic` user come from there at each login.
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    source: str = LOCAL_SOURCE
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose authority something is done.

    `revision` tells when the user's rights were set. `origin` is the host that it came from, "" for this
    process itself; `door` the protocol by which, as the audit log names it ("sscp", "tsp", ...).
    """

    name: str
    administrator: bool
    terminals: frozenset[str]
    revision: int = 0
    origin: str = field(default="", compare=False)
    door: str = field(default="", compare=False)

    @property
    def uses_all(self) -> bool:
        """May this one use every terminal?"""
        return self.administrator or EVERY_TERMINAL in self.terminals

    @property
    def role(self) -> str:
        """What the dial rules go by. This account's own programs dial for whoever sits at the phone."""
        return "administrator" if self.administrator and self.name != LOCAL_USER else "user"

    def may_use(self, terminal: str) -> bool:
        """May this one dial from, drop at and watch the terminal?"""
        return self.uses_all or terminal in self.terminals


LOCAL = Principal(LOCAL_USER, administrator=True, terminals=frozenset({EVERY_TERMINAL}))


def fit_name(name: str) -> bool:
    """Can this be a user's name?"""
    printable = name.isprintable() and not any(character.isspace() for character in name)
    return 1 <= len(name) <= MAX_NAME and printable and name != LOCAL_USER
