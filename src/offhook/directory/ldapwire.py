"""LDAP's bytes, as far as they are read here: messages out of a stream, and the entries of a search.

An entry is nearly all that a directory sends, and it is simple (RFC 4511 section 4.5.2). sansldap, which
reads the rest, takes ten times as long for one. What is unusual in any way is left to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SEQUENCE, _SET, _INTEGER, _OCTETS = 0x30, 0x31, 0x02, 0x04
_ENTRY = 0x64  # [APPLICATION 4]
_LONG = 0x80
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A found entry: its DN, and the values of its attributes by lower-case name."""

    dn: str
    attributes: dict[str, list[bytes]]

    def add(self, name: str, values: Sequence[bytes]) -> None:
        """Put in an attribute. Options such as ;lang-ko or ;binary follow the name."""
        self.attributes.setdefault(name.partition(";")[0].lower(), []).extend(values)

    def texts(self, names: Sequence[str]) -> list[str]:
        """The values of these attributes as text, in this order, without those that are not UTF-8."""
        found = []
        for name in names:
            for value in self.attributes.get(name.lower(), ()):
                try:
                    found.append(value.decode())
                except UnicodeDecodeError:
                    continue
        return found


def messages(buffer: bytearray) -> Iterator[bytes]:
    """Take the complete messages from the front of `buffer` (X.690 section 8.1, RFC 4511 section 5).

    One by one, so that an invalid one costs only itself. What is no message is returned as it is, so that the
    library reports it.
    """
    while len(buffer) > 1:
        octets = buffer[1] - _LONG if buffer[1] >= _LONG else 0
        if buffer[0] != _SEQUENCE or buffer[1] == _LONG or octets > _LONGEST:
            size = len(buffer)
        elif len(buffer) < 2 + octets:
            return
        else:
            size = 2 + octets + (int.from_bytes(buffer[2 : 2 + octets]) if octets else buffer[1])
        if len(buffer) < size:
            return
        whole = bytes(buffer[:size])
        del buffer[:size]
        yield whole


def entry_name(message: bytes) -> bytes:
    """The raw DN if this message is an entry; else empty."""
    try:
        _, begin, _ = _element(message, 0)
        _, _, behind = _element(message, begin)  # the message ID
        tag, begin, _ = _element(message, behind)
        if tag != _ENTRY:
            return b""
        _, begin, end = _element(message, begin)
    except IndexError:
        return b""
    return message[begin:end]


def read_entry(message: bytes, message_id: int) -> Entry | None:
    """The entry that this message is, of the search with this id; None for anything else.

    Also for an entry with controls, with more behind it, or that is not as it ought to be.
    """
    try:
        tag, at, end = _element(message, 0)
        if tag != _SEQUENCE or end != len(message):
            return None
        tag, begin, behind = _element(message, at)
        if tag != _INTEGER or int.from_bytes(message[begin:behind]) != message_id:
            return None
        tag, at, end_of_entry = _element(message, behind)
        if tag != _ENTRY or end_of_entry != end:
            return None
        dn, at = _octets(message, at, end)
        tag, at, end_of_attributes = _element(message, at)
        if tag != _SEQUENCE or end_of_attributes != end:
            return None
        entry = Entry(dn.decode(), {})
        while at < end:
            tag, begin, behind = _element(message, at)
            if tag != _SEQUENCE or behind > end:
                return None
            name, begin = _octets(message, begin, behind)
            tag, at, end_of_values = _element(message, begin)
            if tag != _SET or end_of_values != behind:
                return None
            values = []
            while at < behind:
                value, at = _octets(message, at, behind)
                values.append(value)
            entry.add(name.decode(), values)
    except (IndexError, UnicodeDecodeError):
        return None
    return entry if at == end else None


def _octets(message: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """The octet string there, and where it ends. Raises `IndexError` for none, or one that is too long."""
    tag, begin, end = _element(message, at)
    if tag != _OCTETS or end > limit:
        raise IndexError
    return message[begin:end], end


def _element(message: bytes, at: int) -> tuple[int, int, int]:
    """The tag of the BER element, and where its contents begin and end. Raises `IndexError`."""
    length = message[at + 1]
    if length == _LONG:  # a length that is not said; LDAP has none (RFC 4511 section 5.1)
        raise IndexError
    octets = length - _LONG if length >= _LONG else 0
    begin = at + 2 + octets
    return message[at], begin, begin + (int.from_bytes(message[at + 2 : begin]) if octets else length)
