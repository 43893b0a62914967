"""AMI on the wire: messages of `Name: value` lines, each ended by an empty one (Asterisk's manager.h, `AMI`).

A small one of our own: it refuses a line break in a value, and never sends anything a second time.
"""

from __future__ import annotations

from collections.abc import Sequence

from offhook.errors import PeerError

MAX_MESSAGE = 256 << 10
"""Bytes of one message; the longest that Asterisk sends has some tens of kB."""

MAX_BANNER = 256
"""Bytes of the first line."""

END = b"\r\n\r\n"


class Message:
    """A response or an event. Names of headers are compared without regard to case."""

    __slots__ = ("_lines", "_values")

    def __init__(self, lines: Sequence[str]) -> None:
        """Of a header that comes more than once, the first value counts for `get`."""
        self._lines = lines
        self._values = {
            (parts := line.partition(":"))[0].lower(): parts[2].lstrip(" ") for line in reversed(lines)
        }

    def get(self, name: str) -> str:
        """The value of the header, "" without one. `name` in lower case."""
        return self._values.get(name, "")

    def all(self, name: str) -> list[str]:
        """Every value of a header that may come more than once. `name` in lower case."""
        pairs = (line.partition(":") for line in self._lines)
        return [value.lstrip(" ") for header, _, value in pairs if header.lower() == name]

    @property
    def names(self) -> list[str]:
        """The names of all headers, in lower case."""
        return list(self._values)

    @property
    def event(self) -> str:
        """The event's name, "" for a response."""
        return self._values.get("event", "")

    def __repr__(self) -> str:
        return f"<Message {' '.join(f'{name}={value!r}' for name, value in self._values.items())}>"


class Reader:
    """Bytes in, messages out, however the bytes are cut. The first line is Asterisk's banner."""

    def __init__(self) -> None:
        self.banner = ""
        self._buffer = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are now whole. Raises `PeerError` for what cannot be AMI."""
        self._buffer += data
        if not self.banner and not self._take_banner():
            return []
        *blocks, self._buffer = self._buffer.split(END)
        if len(self._buffer) > MAX_MESSAGE:
            raise PeerError(f"Asterisk sent a message of more than {MAX_MESSAGE} bytes")
        return [Message(block.decode(errors="replace").split("\r\n")) for block in blocks if block]

    def _take_banner(self) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if len(line) > MAX_BANNER or (found and not line.startswith(b"Asterisk Call Manager/")):
            raise PeerError(
                f"what answers begins with {line[:40]!r}, which is not Asterisk's manager interface; "
                "set the port of manager.conf"
            )
        if found:
            self.banner, self._buffer = line.decode("latin-1"), rest
        return bool(found)


def encode(action: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """An action. Raises `ValueError` for a line break or NUL in it: it would begin a header of its own."""
    lines = [f"Action: {action}", *[f"{name}: {value}" for name, value in fields]]
    text = "\n".join([*lines, "", ""])
    if text.count("\n") > len(lines) + 1 or "\r" in text or "\0" in text:
        raise ValueError("a line break or NUL in an AMI action")
    return text.replace("\n", "\r\n").encode()
