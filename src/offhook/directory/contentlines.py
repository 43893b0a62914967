"""Splits a vCard file into cards and content lines, versions 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350 §3).

Our own code, on bytes: each card may have another encoding, and real files are concatenated, truncated and
edited by hand. The libraries (vobject, vobjectx) need one encoding for the whole file, stop at the first bad
card, and parse lines with regular expressions that can take minutes for thirty characters. Here each step is
linear, a line that cannot be read is left out, and every BEGIN:VCARD begins a card.
"""

import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

MAX_HEADER = 4096
"""Bytes of a line before its value: the name and its parameters."""

MAX_VALUE = 16 << 20
"""Bytes of a value: a picture of 4 MiB in base64, and more. A longer one is left out."""

MAX_DEPTH = 4
"""Depth of nested cards (AGENT). The END of a deeper one is ignored."""

BEGIN, END = b"BEGIN:VCARD", b"END:VCARD"

_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb"\s*+(?:BEGIN|(END))\s*+:\s*+VCARD\s*+", re.IGNORECASE)
_JOINED = re.compile(
    rb"(?<=.)(?=END:VCARD\s*+(?:BEGIN:VCARD|$))|(?<=END:VCARD)(?=.)|(?<=.)(?=BEGIN:VCARD\s*+$)"
    rb"|(?<=BEGIN:VCARD)(?=\s*+VERSION:)",
    re.IGNORECASE,
)
_HEADER = re.compile(rb'[^":]*+(?:"[^"]*+"[^":]*+)*+:')
_PARAM = re.compile(rb';([^;"]*+(?:"[^"]*+"[^;"]*+)*+)')
_NAME = re.compile(rb"\s*+(?:[A-Za-z0-9_. -]+\.)?([A-Za-z0-9_-]+)\s*+")
_PROPERTY = re.compile(
    rb"(?:item[0-9]++\.)?(?:VERSION|PRODID|REV|UID|N|FN|NICKNAME|ORG|TITLE|ROLE|TEL|EMAIL|ADR|LABEL|URL|NOTE|BDAY|"
    rb"PHOTO|LOGO|SOUND|KEY|CATEGORIES|X-[A-Z0-9-]++)[:;]"
)
"""What certainly begins a new line, even after a soft line break of quoted-printable."""


@dataclass(frozen=True, slots=True)
class Property:
    """A line of a card. The keys of `params` are in capitals; values without a name (2.1) count as TYPE."""

    name: str
    params: Mapping[str, tuple[str, ...]]
    value: bytes

    def values(self, param: str) -> frozenset[str]:
        """The values of a parameter, in capitals."""
        return frozenset(value.upper() for value in self.params.get(param, ()))

    def data(self) -> bytes | None:
        """The value decoded from quoted-printable or base64; None if it cannot be decoded."""
        encodings = self.values("ENCODING") | self.values("TYPE")
        if "QUOTED-PRINTABLE" in encodings:
            # An encoded semicolon (=3B) is part of the text, not a separator: escape it.
            value = self.value if b"=1B" in self.value else _SEMICOLON.sub(rb"\\;", self.value)
            return binascii.a2b_qp(value)
        if encodings & {"B", "BASE64"}:
            try:
                return binascii.a2b_base64(self.value)
            except binascii.Error:
                return None
        return self.value


_SEMICOLON = re.compile(rb"(?<!=5C)(?<!\\)=3B", re.IGNORECASE)


@dataclass(slots=True)
class Card:
    """A card: its first line number, its properties, the lines that cannot
    be read, and whether it has an END."""

    line: int
    properties: list[Property] = field(default_factory=list)
    unreadable: int = 0
    whole: bool = False

    def all(self, name: str) -> list[Property]:
        """All properties with this name."""
        return [one for one in self.properties if one.name == name]


def read_cards(data: bytes, wanted: Collection[str]) -> Iterator[Card]:
    """The cards, with the `wanted` properties. A card without an END ends where the next one begins."""
    nested: list[Card] = []
    agent = False
    for number, line in _logical_lines(data):
        if line is BEGIN:
            if nested and (not agent or len(nested) == MAX_DEPTH):
                yield nested[0]
                nested = []
            nested.append(Card(number))
            agent = False
        elif line is END and nested:
            card = nested.pop()
            card.whole = True
            if not nested:
                yield card
        elif nested:
            found = parse_line(line)
            agent = found is not None and found.name == "AGENT" and not found.value.strip()
            if found is None:
                nested[-1].unreadable += 1
            elif found.name in wanted:
                nested[-1].properties.append(found)
    if nested:
        yield nested[0]


def parse_line(line: bytes) -> Property | None:
    """A content line, unfolded: `group.NAME;PARAM=value:value` (RFC 6350 §3.3). None if it is not valid."""
    head = line[: MAX_HEADER + 1]
    match = _HEADER.match(head)
    end = match.end() - 1 if match is not None else head.find(b":")
    if end < 0 or len(line) > MAX_VALUE:
        return None
    header = line[:end]
    if b'"' not in header or header.count(b'"') % 2:
        first, *params = header.split(b";")
    else:
        first, params = header.partition(b";")[0], _PARAM.findall(header)
    name = _NAME.fullmatch(first)
    if name is None:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for param in params:
        key, equals, value = param.decode("ascii", "replace").partition("=")
        key, value = (key.strip().upper(), value) if equals else ("TYPE", key)
        texts = (text.strip().strip('"').strip() for text in value.replace('"', "").split(","))
        found[key] = (*found.get(key, ()), *filter(None, texts))
    return Property(name[1].decode().upper(), found, line[end + 1 :])


def _logical_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Unfolded lines: joined after folds (RFC 6350 §3.2), soft breaks of quoted-printable, and within base64.

    Empty lines are left out. BEGIN:VCARD and END:VCARD always stand for themselves, never continue a line.
    """
    parts: list[bytes] = []
    first = 0
    kind = _Kind()
    indent = b""
    for number, line in _lines(data):
        mark = _mark(line)
        if mark is BEGIN:
            indent = line[: len(line) - len(line.lstrip(b" \t"))]
        elif indent and line.startswith(indent):
            line = line[len(indent) :]  # in a card pasted from a page every line is indented
        if mark is None and parts:
            if line[:1] in (b" ", b"\t"):
                kind = kind.goes_on(parts, line[1:])
                continue
            if line and kind.takes(line):
                kind = kind.goes_on(parts, line)
                continue
        if parts:
            yield first, b"".join(parts)
            parts = []
        if mark is not None:
            yield number, mark
        elif line.strip():
            parts, first, kind = [line], number, _Kind.of(line)
    if parts:
        yield first, b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the current line may continue without a leading blank."""

    headed: bool = False
    quoted: bool = False
    base64: bool = False
    soft: bool = False

    @classmethod
    def of(cls, line: bytes) -> "_Kind":
        header, colon, _ = line[:MAX_HEADER].partition(b":")
        header = header.upper()
        quoted = b"QUOTED-PRINTABLE" in header
        base64 = b"BASE64" in header or b"ENCODING=B" in header
        return cls(bool(colon), quoted, base64, quoted and line.rstrip().endswith(b"="))

    def takes(self, line: bytes) -> bool:
        """Does this line, which has no leading blank, continue the current one?"""
        if self.soft:
            return _PROPERTY.match(line) is None
        return self.base64 and b":" not in line and b";" not in line

    def goes_on(self, parts: list[bytes], line: bytes) -> "_Kind":
        if self.soft:
            parts[-1] = parts[-1].rstrip()[:-1]
        parts.append(line)
        if not self.headed and len(parts) < 64:
            return _Kind.of(b"".join(parts)[:MAX_HEADER])
        return _Kind(self.headed, self.quoted, self.base64, self.quoted and line.rstrip().endswith(b"="))


def _mark(line: bytes) -> bytes | None:
    """`BEGIN` or `END` for a line that begins or ends a card."""
    if len(line) > 64 or b":" not in line:
        return None
    match = _MARK.fullmatch(line)
    return None if match is None else END if match[1] else BEGIN


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The physical lines, ended by CR LF, LF or CR. `END:VCARDBEGIN:VCARD` of concatenated files is split."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    number = begin = 0
    while begin < len(data):
        end = data.find(b"\n", begin)
        end = len(data) if end < 0 else end
        line = data[begin:end]
        number, begin = number + 1, end + 1
        if line.startswith(_BOM):
            line = line.removeprefix(_BOM)
        if (b":VCARD" in line and len(line.strip()) > len(BEGIN)) or _BOM in line:
            yield from ((number, piece) for piece in _taken_apart(line))
        else:
            yield number, line


def _taken_apart(line: bytes) -> list[bytes]:
    line = line.replace(_BOM, b"")
    # AGENT in version 3.0 is a whole card in one line, with \n for line ends.
    if line[:5].upper() == b"AGENT" and b"\\n" in line:
        return [line]
    return _JOINED.split(line)
