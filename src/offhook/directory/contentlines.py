"""The cards of a vCard file and their content lines, versions 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350 §3).

Read by our own code, as bytes: each card may be in an encoding of its own, and files are joined, torn and
mended by hand. The libraries (vobject, vobjectx) want the whole file in one encoding, give up the rest of it
at one bad card, and take apart a line with expressions that take minutes for thirty characters. Here every
step goes over a line once, a line that cannot be read is left out, and a card begins wherever one is said to.
"""

import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

MAX_HEADER = 4096
"""Bytes of a line in front of its value: some parameters, of which none is long."""

MAX_VALUE = 16 << 20
"""Bytes of a value: a picture of 4 MiB in base64 and more. What is longer is left out."""

MAX_DEPTH = 4
"""Cards within a card (the agent of somebody, who may have one); deeper ones only lack their ends."""

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
"""What begins a line for certain: a line break of quoted-printable in front of it was none."""


@dataclass(frozen=True, slots=True)
class Property:
    """A line of a card; `params` by their names in capitals, those without a name (2.1) as TYPE."""

    name: str
    params: Mapping[str, tuple[str, ...]]
    value: bytes

    def values(self, param: str) -> frozenset[str]:
        """A parameter's values in capitals."""
        return frozenset(value.upper() for value in self.params.get(param, ()))

    def data(self) -> bytes | None:
        """The value without its quoted-printable or base64; None where that is broken."""
        encodings = self.values("ENCODING") | self.values("TYPE")
        if "QUOTED-PRINTABLE" in encodings:
            # A semicolon that is written so is a part of the text, not a separator.
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
    """A card: where it begins (line number), its properties, lines that cannot be read, and has it an end?"""

    line: int
    properties: list[Property] = field(default_factory=list)
    unreadable: int = 0
    whole: bool = False

    def all(self, name: str) -> list[Property]:
        """The properties of a name."""
        return [one for one in self.properties if one.name == name]


def read_cards(data: bytes, wanted: Collection[str]) -> Iterator[Card]:
    """The cards with those of their properties that are `wanted`. One that lacks its end ends at the next."""
    nested: list[Card] = []
    agent = False
    for number, line in _logical_lines(data):
        if line is BEGIN:
            if nested and (not agent or len(nested) == MAX_DEPTH):
                yield nested[0]
                nested = []
            nested.append(Card(number))
            agent = False
        elif line is END:
            if nested:
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
    """A content line, unfolded: `group.NAME;PARAM=value:value` (RFC 6350 §3.3). None for what is none."""
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
    """Lines with what continues them: folded (RFC 6350 §3.2), a soft break of quoted-printable, or base64.

    Empty ones are left out. What begins or ends a card does so wherever it stands.
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
            line = line[len(indent) :]  # a card that was pasted from a page is indented as a whole
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
    """How the line under way may go on without a blank in front."""

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
        """Does this line, which is not folded, continue the one under way?"""
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
    """The lines as they stand, ended by CR LF, LF or CR; those of joined cards taken apart."""
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
    # An agent of version 3.0 is a whole card in one line, its line ends written as \n.
    if line[:5].upper() == b"AGENT" and b"\\n" in line:
        return [line]
    return _JOINED.split(line)
