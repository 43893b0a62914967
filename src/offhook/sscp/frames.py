"""Frames as servers send them, which do not mask (RFC 6455 §5.2)."""

from struct import Struct

WHOLE_TEXT = 0x81
"""The first byte of a frame that is a whole message of text: FIN, and the opcode 1."""

LONGEST_HEAD = 10
"""Bytes that say how long what follows is, at most."""

UNMASKED = 0x7F
"""The largest second byte of a frame without a mask."""

_SHORT, _LONGER, _LONGEST = Struct("!BB"), Struct("!BBH"), Struct("!BBQ")


def framed(message: bytes) -> bytes:
    """A message of UTF-8 text as one frame, the same for every client (RFC 6455 §5.2).

    As `websockets.frames.Frame` writes it in four times as long: that one can be masked, or one of several.
    """
    size = len(message)
    if size < 126:
        return _SHORT.pack(WHOLE_TEXT, size) + message
    if size < 1 << 16:
        return _LONGER.pack(WHOLE_TEXT, 126, size) + message
    return _LONGEST.pack(WHOLE_TEXT, 127, size) + message


class FrameEnds:
    """Where frames end in what a server sends, in pieces of any size."""

    def __init__(self) -> None:
        self._head = b""
        self._missing = 0

    @property
    def between(self) -> bool:
        """Does a frame begin with the next byte?"""
        return not self._missing and not self._head

    def read(self, data: bytes) -> None:
        """Go on by these bytes."""
        at = 0
        while at < len(data):
            if self._missing:
                here = min(self._missing, len(data) - at)
                at, self._missing = at + here, self._missing - here
                continue
            head = self._head + data[at : at + LONGEST_HEAD - len(self._head)]
            sizes = _sizes(head)
            if sizes is None:
                self._head = head
                return
            at += sizes[0] - len(self._head)
            self._head, self._missing = b"", sizes[1]


def whole_text(data: bytes) -> bytes | None:
    """The message, if that is one whole frame of text and nothing besides."""
    if len(data) < 2 or data[0] != WHOLE_TEXT or data[1] > UNMASKED:
        return None
    sizes = _sizes(data)
    return data[sizes[0] :] if sizes is not None and len(data) == sum(sizes) else None


def _sizes(head: bytes) -> tuple[int, int] | None:
    """How long the beginning of a frame is, and what follows it; None if more of it is needed."""
    if len(head) < 2:
        return None
    size = head[1] & UNMASKED
    if size < 126:
        return 2, size
    begin = 4 if size == 126 else LONGEST_HEAD
    return (begin, int.from_bytes(head[2:begin], "big")) if len(head) >= begin else None
