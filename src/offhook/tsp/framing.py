"""How every message of the TSP session is framed, whatever its version: fields, limits, faults. No I/O."""

import re
from enum import Enum
from typing import Final

from offhook.errors import PeerError

SEPARATOR: Final = "%"
TERMINATOR: Final = b"\r\n\r\n"

MAX_MESSAGE: Final = 4096
"""Bytes of a message with its terminator, in both directions: the published limit."""

MAX_ADDRESS: Final = 64
"""Characters of an address: the published limit, many times what any number needs."""

_CALL_ID: Final = re.compile(r"[A-Za-z0-9-]{1,32}")
_HTTP: Final = re.compile(rb"[A-Z]+ [^\r\n]* HTTP/[0-9]")
_FULLWIDTH_PERCENT: Final = "\uff05"
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_UNSAFE: Final = {**_CONTROLS, ord(SEPARATOR): _FULLWIDTH_PERCENT}


class Fault(Enum):
    """What was wrong with a message. The value may go into a log: it has nothing of the message's content."""

    UNKNOWN = "a message of no known kind"
    FIELDS = "a message with wrong or missing fields"
    ADDRESS = f"an address of more than {MAX_ADDRESS} characters"
    DIRECTION = "a message that only the other side sends"
    TOO_LONG = f"a message of more than {MAX_MESSAGE} bytes"
    NOT_UTF8 = "a message that is not UTF-8"
    HTTP = "an HTTP request, as a browser sends it"


FATAL: Final = frozenset({Fault.TOO_LONG, Fault.NOT_UTF8, Fault.HTTP})
"""Faults that end the connection. A web page must not reach the session by way of its reader's browser."""


class MessageError(PeerError):
    """An invalid message; `fault` says what is wrong."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"the peer sent {fault.value}; see docs for the TSP session's messages")


def fields_of(data: bytes) -> list[str]:
    """The fields of one message, without its terminator. Raises `MessageError` if it is not UTF-8."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise MessageError(Fault.NOT_UTF8) from None
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    return [part.strip(" ") for part in text.split(SEPARATOR)]


def of_no_kind(data: bytes) -> MessageError:
    """What a message is that begins with no known word."""
    return MessageError(Fault.HTTP if _HTTP.match(data.lstrip()) else Fault.UNKNOWN)


def clean(text: str) -> str:
    """The text as a field may hold it: `%` as U+FF05, control characters as blanks, no blanks around it."""
    if not text.isprintable() or SEPARATOR in text:
        text = text.translate(_UNSAFE)
    return text.strip(" ")


def short_address(address: str) -> str:
    """The address, and of one that is too long the number without its subaddress, name and further lines.

    `DialableNumber | Subaddress ^ Name CRLF ...` (Microsoft, Dialable Addresses): TAPI allows 79 characters,
    of which the number is the first few. Raises `ValueError` if that is too long as well.
    """
    if len(address) > MAX_ADDRESS:
        address = re.split(r"[|^\r\n]", address.strip("\r\n "), maxsplit=1)[0].rstrip(" ")
    if len(address) > MAX_ADDRESS:
        raise ValueError(f"an address has at most {MAX_ADDRESS} characters, this has {len(address)}")
    return address


def fits(address: str) -> bool:
    """Is it short enough for a Dial or a Drop?"""
    try:
        short_address(address)
    except ValueError:
        return False
    return True


def is_call_id(text: str) -> bool:
    """May it name a call?"""
    return _CALL_ID.fullmatch(text) is not None


def join(*fields: str) -> bytes:
    """The whole message with these fields, however long."""
    return SEPARATOR.join([clean(text) for text in fields]).encode("utf-8", "replace") + TERMINATOR


def bounded(data: bytes) -> bytes:
    """The message itself; raises `ValueError` if it is too long."""
    if len(data) > MAX_MESSAGE:
        raise ValueError(
            f"a message has at most {MAX_MESSAGE} bytes, this would have {len(data)}; shorten it"
        )
    return data
