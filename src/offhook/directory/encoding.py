"""The encoding of people's names: declared by the file, set by the administrator, or detected.

    texts = RecordDecoder(records)            # the bytes of each record that is not plain ASCII
    texts.decode([b"J\\xf6rg"])        ->  ["Jörg"]
    texts.main                        ->  "windows-1252"

Files may be joined from several, so each record is decoded by itself: valid UTF-8 is UTF-8, whatever the
others are. If no encoding fits, the record has no text: a garbled name is worse than none.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from offhook.directory.encodingguess import EASTERN, common, country_of, guess, oddness, strictly

HEARD_OF = {
    # Label -> codec: the superset instead of the subset, as browsers do (WHATWG Encoding 4.2).
    **dict.fromkeys(("euckr", "ksc56011987", "windows949", "uhc", "ms949", "korean"), "cp949"),
    **dict.fromkeys(
        ("gb2312", "gbk", "xgbk", "euccn", "gb231280", "cp936", "windows936", "ms936"), "gb18030"
    ),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "windows31j", "mskanji", "ms932", "windows932"), "cp932"),
    **dict.fromkeys(("big5", "cnbig5", "xxbig5", "windows950", "cp950", "ms950"), "big5hkscs"),
    **dict.fromkeys(("iso88591", "latin1", "l1", "iso885911", "ibm819", "cp819"), "cp1252"),
    **dict.fromkeys(("iso88599", "latin5", "l5"), "cp1254"),
    **dict.fromkeys(("macintosh", "xmacroman", "macroman", "mac"), "mac-roman"),
    **dict.fromkeys(("xmaccyrillic", "maccyrillic"), "mac-cyrillic"),
    **dict.fromkeys(("iso2022jp", "iso2022jp1", "iso2022jp2"), "iso2022_jp_2"),
    **dict.fromkeys(("koi8", "koi8r"), "koi8-r"),
    "eucjp": "euc_jis_2004",
    "thai": "cp874",
    "tis620": "cp874",
    "iso885988i": "iso8859-8",
    "unicode": "utf-16",
}
"""Labels that Python does not know, or interprets more narrowly than the programs that write them."""

_NAMED = re.compile(
    r"(utf-8|utf-16|utf-16-[bl]e|utf-32|utf-32-[bl]e|(cp|iso8859-|koi8-|mac-)[a-z0-9]+|gb18030|big5(hkscs)?|"
    r"euc_[a-z0-9_]+|johab|iso2022_[a-z0-9_]+|hz|tis-620|kz1048|ptcp154)"
)
"""Those of Python's codecs that are text encodings, unlike `punycode` or `rot13`."""

MAX_SAMPLE = 64 << 10
"""Bytes from which the encoding of a file is detected: some thousand names."""

MAX_VOTES = 100
"""If all records together are no text in any encoding, this many are detected one by one, and vote."""

MAX_GUESSES = 500
"""Records with an encoding of their own that are detected, a millisecond each; further ones are left out."""

_ESCAPES = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b(?:\$[@BA]|\([JI]|\$\(D)"), "iso2022_jp_ext"),
)
"""ISO 2022 encodings, which look like ASCII except for their escape sequences (RFC 1468, RFC 1557)."""


def known_encoding(label: str) -> str:
    """The codec for a label; "" if it is not a text encoding, or `us-ascii`, which says nothing."""
    plain = re.sub(r"[^a-z0-9]", "", label.lower())
    if plain in HEARD_OF:
        return HEARD_OF[plain]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        match = re.fullmatch(r"(?:x?windows|x?cp|ibm|x?mac)(.+)", plain)
        try:
            name = codecs.lookup(f"cp{match[1]}").name if match else ""
        except (LookupError, ValueError):
            name = ""
    if name == "utf-8-sig":
        name = "utf-8"
    return HEARD_OF.get(re.sub(r"[^a-z0-9]", "", name), name) if _NAMED.fullmatch(name) else ""


def display_name(codec: str) -> str:
    """The common name of a codec."""
    if re.fullmatch("cp12..", codec):
        return f"windows-{codec[2:]}"
    return codec.replace("iso8859", "iso-8859").upper()


def unicode_bytes(data: bytes, encoding: str = "") -> tuple[bytes, str]:
    """Convert a file in UTF-16 or UTF-32 to UTF-8; also the name of its encoding ("" if it is neither).

    They are recognised by the byte order mark, or by the zero bytes of ASCII characters. Invalid bytes become
    U+FFFD, so that a truncated end does not cost the rest.
    """
    name = encoding if encoding.startswith(("utf-16", "utf-32")) else ""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        name = "utf-32"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif not name:
        head = data[:4096]
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) * 8 > len(head) and max(even, odd) > 8 * min(even, odd):
            name = "utf-16-le" if odd > even else "utf-16-be"
    if not name:
        return data, ""
    return data.decode(name, "replace").encode("utf-8", "replace"), display_name(name)


class RecordDecoder:
    """Decodes the records of a file; a record is a row of values that belong together.

    `samples` are the records' bytes. `encoding`, if set, is that of all records that are not UTF-8.
    `language` is the site's country ("KR"): its encodings are more likely.
    """

    def __init__(self, samples: Iterable[bytes], encoding: str = "", country: str = "") -> None:
        self._set, self._country = encoding, country
        self._guesses = 0
        self.main = encoding or self._main(samples)
        """The encoding of records that are not UTF-8; "" if there are none, or it is unknown."""
        self.used: dict[str, int] = {}
        """The number of records by encoding, without ASCII."""

    def summary(self) -> str:
        """The encodings of the records for people: "UTF-8, windows-1252 (3)". ASCII counts as UTF-8."""
        if not self.used:
            return "UTF-8"
        names = sorted(self.used, key=lambda name: -self.used[name])
        first = [display_name(name) for name in names[:1]]
        return ", ".join(first + [f"{display_name(name)} ({self.used[name]})" for name in names[1:]])

    def decode(self, values: Sequence[bytes]) -> list[str] | None:
        """The values of a record as text; None if the encoding cannot be determined."""
        if not values:
            return []
        whole = b"\n".join(values)
        if whole.isascii():
            return self._ascii(whole)
        for name in ("utf-8", self.main) if not self._eastern(whole) else (self.main, "utf-8"):
            text = strictly(whole, name) if name else None
            if text is not None and (name == "utf-8" or self._set or not oddness(text)):
                return self._used(name, text)
        single = [self._value(value) for value in values]
        if None not in single:
            self.count("utf-8")
            return [text for text in single if text is not None]
        if self._set or self._guesses >= MAX_GUESSES:
            return None
        self._guesses += 1
        name = guess(whole, self._country, self.main)
        return self._used(name, whole.decode(name)) if name else None

    def _eastern(self, whole: bytes) -> bool:
        """Valid UTF-8, but more likely the file's East Asian encoding?

        The syllable `치` in CP949 is; `Zoë` in UTF-8 is not, since in CP949 it would be a mixed word, `Zo챘`.
        """
        if self.main not in EASTERN:
            return False
        text = strictly(whole, self.main)
        if self._set:
            return text is not None
        told = strictly(whole, "utf-8")
        return (
            told is not None
            and text is not None
            and max(told) < "\u0800"
            and not oddness(text)
            and common(text, self.main) == 1.0
        )

    def _value(self, value: bytes) -> str | None:
        """Decode one value of a record with values in several encodings."""
        text = strictly(value, "utf-8")
        if text is None and self.main:
            text = strictly(value, self.main)
            text = text if text is not None and (self._set or not oddness(text)) else None
        return text

    def _ascii(self, whole: bytes) -> list[str]:
        if b"\x1b" in whole:
            for escape, name in _ESCAPES:
                text = strictly(whole, name) if escape.search(whole) else None
                if text is not None:
                    return self._used(name, text)
        return whole.decode("ascii").split("\n")

    def count(self, name: str) -> None:
        """Count a record with this encoding."""
        self.used[name] = self.used.get(name, 0) + 1

    def _used(self, name: str, text: str) -> list[str]:
        self.count(name)
        return text.split("\n")

    def _main(self, samples: Iterable[bytes]) -> str:
        """The encoding of most records that are not UTF-8. Those in UTF-8 show the language of the names."""
        odd: list[bytes] = []
        size = 0
        for sample in samples:
            if sample.isascii():
                continue
            text = strictly(sample, "utf-8")
            if text is None:
                odd.append(sample)
                size += len(sample)
                if size > MAX_SAMPLE:
                    break
            elif not self._country:
                self._country = country_of(text)
        if not odd:
            return ""
        # A record that fits no encoding at all must not decide for the others.
        found = guess(b"\n".join(odd), self._country)
        votes = Counter(found or guess(one, self._country) for one in odd[: 1 if found else MAX_VOTES])
        return max(votes, key=votes.__getitem__)
