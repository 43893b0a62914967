"""Detects the encoding of names, by the statistics of a library and by what names look like.

The library (chardet) knows how often letters follow each other in a language; charset-normalizer was tried as
well, and is wrong for most short names. A directory has little text, so there are rules of our own: a word
has one script, capitals only in front and no signs in it; and a site in Seoul gets Korean files.
"""

import re
import unicodedata
from functools import lru_cache

EASTERN = ("cp949", "cp932", "euc_jis_2004", "gb18030", "big5hkscs")

CANDIDATES = (
    *EASTERN,
    "cp874",
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859-2"),
    *("koi8-u", "cp866", "mac-cyrillic", "mac-roman", "cp850"),
)
"""Encodings of exported address books besides UTF-8: code pages of Windows, old Macs, DOS and Unix. Rarer
ones are left out on purpose: each encoding adds one more reading of a short name."""

TOO_ODD = 0.5
"""With a larger share of odd words the encoding is wrong."""

CLOSE = 1.15
"""The best reading has to be more likely than the next by this factor; otherwise the result is unknown."""


def guess(data: bytes, country: str = "", usual: str = "") -> str:
    """The encoding in which these bytes are names; "" if none fits, or several do with different text.

    `usual` is the encoding of the other records.
    """
    found: list[tuple[float, str, str]] = []
    for name, confidence in _confidences(data).items():
        text = strictly(data, name)
        odd = 1.0 if text is None else oddness(text)
        if text is not None and odd <= TOO_ODD:
            likely = 3.0 if name == usual else _likely(name, country)
            weight = confidence * likely * (1 - odd) ** 4 * common(text, name)
            if name == "cp949" and not (country or usual or _FAMILY.search(text)):
                weight *= UNFAMILIAR
            found.append((weight, name, text))
    found.sort(reverse=True)
    if not found:
        return ""
    weight, name, text = found[0]
    others = [one for one in found[1:] if one[2] != text]
    return "" if others and others[0][0] * CLOSE > weight else name


def _confidences(data: bytes) -> dict[str, float]:
    """The library's confidence in each encoding. It is given lower case,
    which it knows better (`ИВАН ПЕТРОВ`)."""
    import chardet  # costs more than the rest; most files are UTF-8

    data = data.translate(None, _CONTROLS)

    def ask(data: bytes) -> dict[str, float]:
        found = chardet.detect_all(
            data, include_encodings=CANDIDATES, ignore_threshold=True, compat_names=False
        )
        return {str(one["encoding"]): float(one["confidence"] or 0.0) for one in found if one["encoding"]}

    found = ask(data)
    for name in _CASED:
        text = strictly(data, name)
        if text is not None and text.isupper():
            found[name] = max(found.get(name, 0.0), ask(text.lower().encode(name, "replace")).get(name, 0.0))
    return found


_CONTROLS = bytes(one for one in range(32) if one not in b"\t\n")
"""With one of these the library takes the whole for binary data."""

_CASED = ("cp1251", "koi8-u", "cp866", "cp1253")


def oddness(text: str) -> float:
    """From 0 to 1: the share of odd words among those with non-ASCII letters.

    Odd is a word with letters of two scripts, signs in its middle, or capitals after small letters.
    """
    if _NO_TEXT.search(text):
        return 1.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_odd_word, words)) / len(words) if words else float(not text.isascii())


_NO_TEXT = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_WORD = re.compile(r"[^\s\x00-&(-,./:-@\[-`{-\x7f]+")
_SIGNS = re.compile(
    "[\u00a1-\u00ac\u00af-\u00b6\u00b8-\u00bf\u00d7\u00f7\u02c6-\u02dd\u2016-\u2018\u201a-\u203a"
    "\u2044\u20a0-\u20cf\u2100-\u214f\u2200-\u22ff\u2300-\u25ff]"
)


_OPENING = "\u2018\u201a\u201c\u201e\u00ab\u2039\u00bf\u00a1"
_CLOSING = "\u00ae\u2122\u20ac\u00a3\u00a5\u00aa\u00ba\u00b0\u2018\u201c\u00bb\u203a"


@lru_cache(4096)
def _odd_word(word: str) -> float:
    letters = "".join(letter for letter in word if letter.isalpha())
    word = word.lstrip(_OPENING)
    if _SIGNS.search(word):
        # `10€`, `Acme®` and `Mª` are normal; `M†LLER` and `ªtefan` are odd.
        return 1.0 if _SIGNS.search(word.rstrip(_CLOSING)) or (len(letters) > 3 and word[-1] in "ªº") else 0.2
    if len({_script(letter) for letter in letters}) > 1:
        return 1.0
    if not letters or letters.istitle() or letters.isupper() or letters.lower() == letters.upper():
        return 0.0
    if letters.islower():
        return 0.3
    inner = letters[1:].replace("ß", "").replace("\u0131", "")
    # `McDonald` and `STRAßE` are normal; `osŽ` and `CŽline` are odd.
    return 0.0 if all(one.isascii() or one.islower() for one in inner) and letters[:1].isupper() else 0.8


@lru_cache(8192)
def _script(letter: str) -> str:
    """The letter's script. Chinese, Japanese and Korean count as one: a word may mix them."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    if name in ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "HALFWIDTH"):
        return "CJK"
    return "LATIN" if name in ("FEMININE", "MASCULINE", "FULLWIDTH", "MODIFIER") else name


def common(text: str, name: str) -> float:
    """Less than 1 if the text has characters that are rare in texts of this encoding."""
    if name == "cp949":
        if _HANJA.search(text) and not _HANGUL.search(text):
            return 0.05  # Koreans write names in Hangul: a name of Chinese characters alone is Chinese
        # Rare: syllables outside KS X 1001, and words that mix Chinese and Korean characters.
        if _MIXED.search(text) and sum(map(bool, map(_MIXED.search, text.split()))) * 4 > len(text.split()):
            return 0.1
        rare = sum("\uac00" <= one <= "\ud7a3" and min(one.encode("cp949")) < 0xA1 for one in text)
        syllables = sum("\uac00" <= one <= "\ud7a3" for one in text)
        return 1.0 if rare * 4 <= len(text.split()) else 0.4 if rare * 2 <= syllables else 0.01
    if name in ("gb18030", "big5hkscs"):
        return 0.1 if _KANA.search(text) else 1.0
    if name == "cp932":
        half = sum("\uff61" <= letter <= "\uff9f" for letter in text)
        return 0.1 if half * 2 > sum(not letter.isascii() for letter in text) else 1.0
    return 1.0


UNFAMILIAR = 0.55
"""Factor for Korean text without any common family name: the bytes of a short Chinese name may look so."""

_FAMILY = re.compile(
    r"\b["
    "김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노하곽성차주우구민나진지엄채원천방공현함변염여추"
    "도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예봉경사부리림량렴령로"
    "]"
)
"""First syllables of the family names of nearly everybody in Korea."""

_MIXED = re.compile("[\uac00-\ud7a3][\u4e00-\u9fff]|[\u4e00-\u9fff][\uac00-\ud7a3]")
_HANJA = re.compile("[\u4e00-\u9fff\uf900-\ufaff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_KANA = re.compile("[\u3041-\u30ff]")


def country_of(text: str) -> str:
    """The country whose script this is; "" if many countries use it."""
    return next((country for letters, country in _LETTERS if letters.search(text)), "")


_LETTERS = (
    (re.compile("[\uac00-\ud7a3]"), "KR"),
    (re.compile("[\u3041-\u30ff]"), "JP"),
    (re.compile("[\u0400-\u04ff]"), "RU"),
    (re.compile("[\u0370-\u03ff]"), "GR"),
    (re.compile("[\u0590-\u05ff]"), "IL"),
    (re.compile("[\u0600-\u06ff]"), "SA"),
)


def _likely(name: str, country: str) -> float:
    own = next((names for names, countries in _COUNTRIES.items() if country in countries), ("cp1252",))
    if country:
        return 3.0 if name in own else 1.0
    return _WIDESPREAD.get(name, 1.0)


_WIDESPREAD = {
    "cp1252": 2.0,
    "cp949": 2.0,
    "iso8859-2": 0.8,
    "mac-cyrillic": 0.7,
    "cp1257": 0.5,
    "cp850": 0.5,
}
"""Prior weights: how much more likely an encoding is when nothing else is known."""


_COUNTRIES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("cp949",): ("KR", "KP"),
    ("cp932", "euc_jis_2004"): ("JP",),
    ("gb18030",): ("CN", "SG"),
    ("big5hkscs",): ("TW", "HK", "MO"),
    ("cp1251", "koi8-u", "cp866"): ("RU", "UA", "BY", "BG", "KZ", "KG", "RS", "MK", "MN"),
    ("cp1250", "iso8859-2"): ("PL", "CZ", "SK", "HU", "SI", "HR", "BA", "RO", "AL"),
    ("cp1253",): ("GR", "CY"),
    ("cp1254",): ("TR", "AZ"),
    ("cp1255",): ("IL",),
    ("cp1256",): (
        "AE",
        "SA",
        "EG",
        "IQ",
        "IR",
        "JO",
        "KW",
        "LB",
        "MA",
        "DZ",
        "TN",
        "LY",
        "OM",
        "QA",
        "SY",
        "YE",
    ),
    ("cp1257",): ("LT", "LV", "EE"),
}


def strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except ValueError:
        return None
