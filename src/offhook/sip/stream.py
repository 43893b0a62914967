"""Splits a byte stream into messages: framing for TCP and TLS (RFC 3261 §18.3), sans-IO."""

from __future__ import annotations

import re

from offhook.sip.head import divide, fields
from offhook.sip.message import MAX_MESSAGE
from offhook.sip.values import SipParseError

_LENGTH = re.compile(
    rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([0-9]{1,10})[ \t]*(?=\r\n(?![ \t]))", re.I
)
"""How nearly everybody writes it."""

_PERHAPS = re.compile(rb"[\r\n][^a-z0-9\r\n:]*+(?:content-length|l)[^a-z0-9:]*+:", re.I)
"""Whatever may be read as a Content-Length: after a bare line feed, with odd blanks, without a number."""

_DIGITS = re.compile(r"[0-9]{1,10}")

_BLANK = re.compile(rb"[\r\n]*+")


class StreamParser:
    """Bytes in, complete messages out.

    `limit` may be raised at any time. `error` is set if the stream is not SIP, or a message is too large or
    has no certain end; then there are no more messages. Keep-alives: `pings` counts CRLF CRLF between
    messages; each requires a CRLF as response (RFC 5626 §4.4.1).
    """

    def __init__(self, limit: int = MAX_MESSAGE) -> None:
        self.pings = 0
        self.error: SipParseError | None = None
        self.limit = limit
        self._buffer = bytearray()
        self._searched = 0
        self._crlf = 0
        self._wanted = 0
        self._is_sip = False
        self._last: SipParseError | None = None

    @property
    def pending(self) -> int:
        """Bytes of an incomplete message."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes; the messages that are complete now."""
        self.add(data)
        messages: list[bytes] = []
        while (message := self.take()) is not None:
            messages.append(message)
        return messages

    def add(self, data: bytes) -> None:
        """Add bytes; call `take` afterwards."""
        if self.error is None:
            self._buffer += data

    def take(self) -> bytes | None:
        """The next complete message, or None."""
        if self.error is not None:
            return None
        try:
            message = self._next()
        except SipParseError as error:
            self._end(error)
            return None
        if message is not None and self._last is not None:
            self._end(self._last)
        return message

    def _end(self, error: SipParseError) -> None:
        # The traceback would keep the received bytes in memory until the next garbage collection.
        self.error = error.with_traceback(None)
        self._buffer.clear()

    def _next(self) -> bytes | None:
        buffer = self._buffer
        if not self._wanted:
            self._skip_keepalive()
            if not self._is_sip:
                self._look_at_first_line()
            if (end := buffer.find(b"\r\n\r\n", self._searched)) < 0:
                if len(buffer) > self.limit:
                    raise SipParseError("Message too large", 513)
                self._searched = max(0, len(buffer) - 3)
                return None
            self._wanted = end + 4 + self._content_length(bytes(buffer[: end + 4]))
            if self._wanted > self.limit:
                raise SipParseError("Message too large", 513)
        if len(buffer) < self._wanted:
            return None
        message = bytes(buffer[: self._wanted])
        del buffer[: self._wanted]
        self._wanted = self._searched = 0
        return message

    def _skip_keepalive(self) -> None:
        # Counted across calls, so that a ping split between two reads is found.
        blank = _BLANK.match(self._buffer)
        if blank is not None and blank[0]:
            self._crlf += blank[0].count(b"\n")
            self.pings += self._crlf // 2
            self._crlf %= 2
            length = blank.end()
            del blank  # it refers to the buffer, which could not be resized
            del self._buffer[:length]
        if self._buffer:
            self._crlf = 0

    def _look_at_first_line(self) -> None:
        """Whoever begins with another protocol, a browser or a scanner, gets no response that it would
        understand, and would wait for one."""
        if (end := self._buffer.find(b"\n")) >= 0:
            if b"SIP/" not in self._buffer[:end].upper():
                raise SipParseError("Not SIP")
            self._is_sip = True

    def _content_length(self, head: bytes) -> int:
        """The length as `parse` will understand it: otherwise part of a body could pass for a message.

        In a stream only Content-Length ends a message. If it is not a number, the message is returned without
        a body, so that it can be answered, and is the last one (RFC 4475 §3.1.2.3).
        """
        lengths = _LENGTH.findall(head)
        if len(_PERHAPS.findall(head)) == len(lengths):
            numbers = {int(found) for found in lengths}
            if len(numbers) > 1:
                raise SipParseError("Content-Length repeated")
            return numbers.pop() if numbers else 0
        parts = divide(head)
        if parts is None:
            raise SipParseError("Headers too large", 513)
        length = fields(parts[1]).get("content-length", "0")
        if isinstance(length, list):
            raise SipParseError("Content-Length repeated")
        if not _DIGITS.fullmatch(length):
            self._last = SipParseError("Bad Content-Length")
            return 0
        return int(length)
