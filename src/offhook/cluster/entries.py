"""What stands in the cluster's key-value bucket, and what is asked of it. Values only.

    node.NAME          NodeEntry: this node lives, as of its beat so and so
    terminal.ID        TerminalEntry: this terminal belongs to that node

A key is never deleted, so that its epoch only ever grows.
"""

import re
from dataclasses import dataclass

import msgspec
from msgspec import Struct

NODE = "node."
TERMINAL = "terminal."

_UNFIT = re.compile(r"[^A-Za-z0-9_-]")


class NodeEntry(Struct, frozen=True, omit_defaults=True):
    """The lease of a node, as it stands in the bucket.

    `run` names one run of a process, so that two processes with one name cannot take each other's lease for
    their own. `epoch` grows with each run and after each loss; `beat` with each renewal. `ended`: it is over,
    because the node has said so or because others have waited for it long enough.
    """

    run: str
    epoch: int
    beat: int
    ended: bool = False


class TerminalEntry(Struct, frozen=True, omit_defaults=True):
    """Who owns a terminal: the node and its epoch; "" for nobody. `epoch` grows with each owner. `phones` are
    those of a telephone system by the owner's configuration (`claims.packed`).

    It is valid only as long as that node's entry has the same epoch and has not ended.
    """

    node: str
    node_epoch: int
    epoch: int
    phones: str = ""


@dataclass(frozen=True, slots=True)
class Put:
    """Write the key, if its newest revision is still this one; 0: if there is no such key."""

    key: str
    value: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class Get:
    """Read the key."""

    key: str


Request = Put | Get


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to a `Put` that was done; `revision` is the key's new one."""

    revision: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """The answer to a `Put` that was not done: the key has another revision."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key as it is, as the answer to a `Get` and from the watch; revision 0 if there is no such key."""

    key: str
    value: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer in time: it may have been done or not, and may yet be."""


Answer = Written | Conflict | Entry | Unanswered


def node_key(name: str) -> str:
    """The key of a node's entry."""
    return NODE + escaped(name)


def terminal_key(terminal: str) -> str:
    """The key of a terminal's entry."""
    return TERMINAL + escaped(terminal)


def name_in(key: str) -> str:
    """The name of the node or terminal that a key is about."""
    text = key.partition(".")[2]
    return re.sub("=([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)


def escaped(name: str) -> str:
    """A dot divides keys, and `+` is not allowed in them; `=` is in no name of a node or terminal."""
    return _UNFIT.sub(lambda found: f"={ord(found[0]):02X}", name)


_encoder = msgspec.json.Encoder()
_nodes = msgspec.json.Decoder(NodeEntry)
_terminals = msgspec.json.Decoder(TerminalEntry)

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises."""


def encode(value: NodeEntry | TerminalEntry) -> bytes:
    """As it stands in the bucket."""
    return _encoder.encode(value)


def decode_node(value: bytes) -> NodeEntry | None:
    """A node's entry; None if there is none, or none that can be read."""
    try:
        return _nodes.decode(value)
    except UNREADABLE:
        return None


def decode_terminal(value: bytes) -> TerminalEntry | None:
    """A terminal's entry; None if there is none, or none that can be read."""
    try:
        return _terminals.decode(value)
    except UNREADABLE:
        return None
