"""What nodes tell and ask each other: JSON, commands and replies as SSCP writes them. No I/O.

offhook.SITE.state.TERMINAL    State: a terminal and its calls as they now are, from their owner
offhook.SITE.beat              Beat: so many states has this node told, every second
offhook.SITE.states.NODE       AskStates: all that the node owns; answered with States
offhook.SITE.command.NODE      AskCommand: a command; answered with a Reply of SSCP
offhook.SITE.forget.NODE       Forget: nobody waits for the command any more
offhook.SITE.left.NODE         Left: for the owner, calls that it cannot know; answered
offhook.SITE.doors             Doors: where this node's parts take calls of other parts, every second
offhook.SITE.node              NodeTold: how a node is, every second
offhook.SITE.seen              Seen: somebody has looked at a terminal's missed calls
"""

from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from offhook.call import Call, Features, Forwarding, NodeState
from offhook.cluster.entries import escaped

MAX_PAGE = 100
"""States in one message: with five calls each some 300 KB, and NATS takes 1 MB."""


class State(Struct, frozen=True, omit_defaults=True):
    """A terminal as its owner has it. Of two states the one with the higher epoch is the newer, then the one
    with the higher `n`.

    `calls` are those that live, and those that have just ended; each has its features. `total` counts the
    states that the node has told, 0 in the answer to `AskStates`.
    """

    node: str
    run: str
    total: int
    terminal: str
    epoch: int
    n: int
    in_service: bool = False
    problem: str = ""
    features: Features = frozenset()
    capabilities: Features = frozenset()
    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False
    calls: tuple[Call, ...] = ()


class Beat(Struct, frozen=True):
    """How many states a run of a node has told; who has heard fewer asks for all."""

    node: str
    run: str
    total: int


class AskStates(Struct, frozen=True, omit_defaults=True):
    """The states of the terminals behind `after`, in the order of their ids."""

    after: str = ""


class States(Struct, frozen=True):
    """A page of them; there are more if it is full."""

    states: list[State]


class AskCommand(Struct, frozen=True):
    """A command for the owner of the terminal in this epoch. `ask` is its id, never used for another."""

    ask: str
    terminal: str
    epoch: int
    command: msgspec.Raw


class Forget(Struct, frozen=True):
    """Nobody waits any more for the command with this id: a call that it has begun is cleared."""

    ask: str


class Left(Struct, frozen=True):
    """What the owner of `unit` in this epoch had begun and could not keep: texts of its driver, by their
    names."""

    unit: str
    epoch: int
    texts: dict[str, str]


class Seen(Struct, frozen=True):
    """Somebody has looked at the terminal's missed calls, at this node."""

    node: str
    terminal: str


class NodeTold(Struct, frozen=True, omit_defaults=True):
    """How a node is, as it says itself; `goes`: it goes in order, and nobody needs to miss it. `reaches` and
    `misses`: which telephone systems it reaches, and which it does not, as far as it can tell. `parts`:
    digests of the phones of each telephone system that it knows (`Layouts`); None: it is an older version.
    `refuses`: which of them it does not take, as its configuration contradicts that of another node."""

    state: NodeState
    goes: bool = False
    reaches: list[str] = []
    misses: list[str] = []
    parts: dict[str, str] | None = None
    refuses: list[str] = []


class SecureDoorOf(Struct, frozen=True):
    """Address and port for TLS, and the certificates in PEM of which one is shown there."""

    host: str
    port: int
    certificates: tuple[str, ...]


class DoorOf(Struct, frozen=True, omit_defaults=True):
    """Address, port, and the key with which it is called: a secret. `secure`: where by TLS, None if not."""

    host: str
    port: int
    key: str
    secure: SecureDoorOf | None = None


class Doors(Struct, frozen=True):
    """Where the parts that this node works take calls of the other parts by SIP, by their names."""

    node: str
    doors: dict[str, DoorOf]


_encoder = msgspec.json.Encoder()
_decoders = {
    kind: msgspec.json.Decoder(kind)
    for kind in (State, States, Beat, AskStates, AskCommand, Forget, Left, Seen, NodeTold, Doors)
}

Kind = Literal[
    "told.terminal", "told.beat", "told", "states", "command", "forget", "left", "seen", "node", "doors"
]
M = TypeVar("M", State, States, Beat, AskStates, AskCommand, Forget, Left, Seen, NodeTold, Doors)


def encode(message: Struct) -> bytes:
    """As it is sent."""
    return _encoder.encode(message)


def decode(kind: type[M], data: bytes) -> M:
    """What was sent. Raises one of `offhook.cluster.entries.UNREADABLE`."""
    decoder: Any = _decoders[kind]
    message: M = decoder.decode(data)
    return message


def subject(site: str, kind: Kind, name: str = "") -> str:
    """Where it is sent; `name` is the terminal's or node's, `>` for all of the kind."""
    return f"offhook.{site}.{kind}" + (f".{name if name == '>' else escaped(name)}" if name else "")
