"""Any writing of a number to `+`, digits, `*` and `#`, or a refusal that names what was not understood.

A wrong number rings a stranger's phone. So nothing is dialled but digits that stand together, with signs
between them that stand within numbers; whatever else there is has to be known for what it is.

In this order:

1.  Signs that look alike are made the same, what cannot be seen goes (`plain`).
2.  Cut at the first line's end, then at `^` (a name follows) and `|` (a subaddress), as TAPI has it.
3.  `tel:`, `sip:`, `sips:` and `callto:` links give their number (`links`).
4.  What is something else by its form is refused: dates, IP addresses, amounts, e-mail addresses (`forms`).
5.  A text that as a whole has the form of a vanity number is one (`vanity`). No other letter is a key.
6.  Words in front go: labels (`Tel.`), and others where the number stands for itself.
7.  T, P and W on their own and `, ; ! @ $ ?` are TAPI's dial modifiers. Behind an outside prefix or the
    beginning of a number they are passed over; behind a whole number they begin what is keyed later.
8.  The number ends at a word for an extension, at a note, and where another number begins.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from offhook.address import forms
from offhook.address.forms import SHORTEST_LOCAL
from offhook.address.gaps import Gap, Verdict, judge, numbered, pause
from offhook.address.links import number_of
from offhook.address.plain import plain
from offhook.address.site import (
    NO_RULES,
    SHORTEST,
    SUBSCRIBER_DIGITS,
    AddressRules,
    good,
    internal,
    possible,
    region_of,
    trunk,
    whole,
)
from offhook.address.tokens import Sort, Token, tokens
from offhook.address.trail import Kind, Trail, refused
from offhook.address.vanity import vanity
from offhook.address.words import EXTENSIONS, LABELS, OTHER_THINGS
from offhook.errors import AddressError

MAX_ADDRESS = 64
"""Characters of what is dialled: the TSP session's limit, many times what any number needs."""

MAX_TEXT = 1024
"""Characters of what is looked at: room for a link with its parameters."""

MOST_DIGITS = 15
"""Digits of the longest number that there is (ITU-T E.164 section 6)."""

MOST_PREFIX = 8
"""Digits that may stand before: an outside prefix, a carrier's and an international one."""

NOT_A_NUMBER = "is not a number; give the number alone, like 4001 or +82 2 568 3848"

_PLAIN_NUMBER = re.compile(r"\+?[0-9]+|[*#][0-9*#]*")
_MODIFIERS = re.compile(r"[TPWtpw]+")
_HYPHENED = re.compile(r"[-._'/&]+")
_HARMLESS = re.compile(r"[\s\"'<>:.,;!?/|()~\-\u2013>]*")


@dataclass(frozen=True, slots=True)
class Read:
    """What a text was read as: the keys; is it an extension by its word; was a prefix for a line set off?"""

    keys: str
    extension: bool = False
    set_off: bool = False


def cut(text: str) -> str:
    """The number of a dialable address of TAPI, without subaddress, name and further lines.

    Source: Microsoft, Dialable Addresses (`DialableNumber | Subaddress ^ Name CRLF`).
    """
    return re.split(r"[\r\n^|]", text.lstrip("\r\n\t "), maxsplit=1)[0]


def read(text: str, rules: AddressRules = NO_RULES, trail: Trail | None = None) -> Read:
    """The reading of a text. Raises `AddressError`, which names the part that is not understood."""
    trail = trail if trail is not None else Trail()
    if _PLAIN_NUMBER.fullmatch(text) and len(text) <= MAX_ADDRESS:
        return Read(_checked(text, text))
    looked = cut(plain(text[: MAX_TEXT * 2]))
    if len(looked) > MAX_TEXT:
        raise AddressError(f"an address has at most {MAX_TEXT} characters, this has more; shorten it")
    left_out = plain(text[: MAX_TEXT * 2]).lstrip("\n\t ")[len(looked) :]
    if left_out.strip():
        trail.note(Kind.CUT, left_out)
    if looked.strip() not in text:
        trail.note(Kind.LOOKS, looked)
    number = _unwrapped(number_of(looked, trail, rules))
    forms.check(number, rules)
    if keys := vanity(number, rules, trail):
        return Read(keys.replace(",", ""), set_off="," in keys)
    found = _Reader(text, number, rules, trail).read()
    torn = left_out[:1] in ("\n", "|") and any(map(str.isdecimal, left_out))
    if torn and found.keys.isdecimal() and not found.extension and not whole(found.keys, rules):
        raise refused(left_out, f"behind {found.keys} may be the rest of the number; write it in one line")
    return found


def _unwrapped(text: str) -> str:
    """Without brackets and quotes around the whole."""
    text = text.strip(" \t\"'<>")
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip(" \t\"'<>")
    return text


def _checked(keys: str, text: str) -> str:
    if not keys.strip("+"):
        raise AddressError(f"nothing in {text[:MAX_ADDRESS]!r} can be dialled; give a number, like 4001")
    if len(keys) > MAX_ADDRESS:
        raise AddressError(f"a number has at most {MAX_ADDRESS} digits, this has {len(keys)}; shorten it")
    if keys.startswith("+00") and keys[3:].strip("0"):
        return _checked("+" + keys[3:], text)
    if keys.startswith("+0"):
        raise refused(keys, "begins with + and a 0, but no country's code does")
    if keys.startswith("+") and not re.fullmatch(r"\+[0-9]+", keys):
        raise refused(keys, "mixes + with * or #; write it as it is dialled")
    return keys


@dataclass
class _Reader:
    """One text on its way."""

    text: str
    number: str
    rules: AddressRules
    trail: Trail
    keys: str = ""
    extension: bool = False
    set_off: bool = False
    notes: list[str] = field(default_factory=list)
    """Words in front that are no label."""

    def read(self) -> Read:
        self._tokens = tokens(self.number)
        start = self._front()
        if start == len(self._tokens):
            return self._nothing()
        end = self._digits(start)
        self.trail.note(Kind.NUMBER, self.keys)
        self._check(start, end)
        return Read(_checked(self.keys, self.text), self.extension, self.set_off)

    def _nothing(self) -> Read:
        """No digit outside brackets; `Kim (ext. 1234)` has them within."""
        within = [one.text for one in self._tokens if one.sort is Sort.NOTE and re.search("[0-9]", one.text)]
        if len(within) == 1 and within[0] != self.number and not self.extension:
            return _Reader(self.text, within[0].strip("() "), self.rules, self.trail).read()
        words = self.number.strip()
        if any(one.sort in (Sort.WORD, Sort.NOTE) for one in self._tokens):
            raise refused(words, NOT_A_NUMBER)
        raise AddressError(f"nothing in {self.text[:MAX_ADDRESS]!r} can be dialled; give a number, like 4001")

    # What stands in front

    def _front(self) -> int:
        """Pass over what stands in front of the number; the place of its first token."""
        known = True
        for place, token in enumerate(self._tokens):
            if token.sort is Sort.KEYS and self.extension and place + 1 < len(self._tokens):
                continue  # `ext #1234`
            if token.dialled:
                if place:
                    self._glued(place)
                    before = "".join(one.text for one in self._tokens[:place])
                    if before.strip():
                        kind = Kind.INSIDE if self.extension else Kind.LABEL if known else Kind.NOTE
                        self.trail.note(kind, before)
                return place
            if token.sort is Sort.SIGN:
                self._sign_in_front(token.text)
            elif token.sort is Sort.WORD:
                word = token.text.casefold()
                if word in EXTENSIONS:
                    self.extension = True
                elif word not in LABELS and not _MODIFIERS.fullmatch(token.text):
                    self.notes.append(token.text)
                    known = False
            elif token.sort is Sort.NOTE:
                known = False
        return len(self._tokens)

    def _sign_in_front(self, signs: str) -> None:
        for sign in signs:
            if not (
                _HARMLESS.fullmatch(sign) or _symbol(sign) or sign in "$@" or (sign == "=" and self.extension)
            ):
                raise refused(self.number, f"has {sign!r} in front of the number; give the number alone")

    def _glued(self, place: int) -> None:
        """Letters right before a digit: only labels, words for an extension, and modifiers may stand so."""
        before = self._tokens[place - 1]
        if before.sort is Sort.SIGN and place > 1 and _HYPHENED.fullmatch(before.text):
            before = self._tokens[place - 2]
        elif before.sort is Sort.WORD and _MODIFIERS.fullmatch(before.text):
            return
        if before.sort is not Sort.WORD or not before.text.isascii():
            return
        word = before.text.casefold()
        apart = before is not self._tokens[place - 1]
        if word not in EXTENSIONS and not (word in LABELS and (apart or len(word) > 1)):
            raise refused(self.number, NOT_A_NUMBER)

    # The number

    def _digits(self, start: int) -> int:
        """Take the keys up to the number's end; the place of the first token that is no part of it."""
        place = start
        self.keys = self._key(self._tokens[start].text)
        while True:
            following = next(
                (at for at in range(place + 1, len(self._tokens)) if self._tokens[at].dialled),
                len(self._tokens),
            )
            between = self._tokens[place + 1 : following]
            if following == len(self._tokens):
                return place + 1
            worded = any(one.sort in (Sort.WORD, Sort.NOTE) for one in between)
            if (worded and not self._modifiers(between)) or not self._join(between, following):
                return place + 1
            place = following

    @staticmethod
    def _key(text: str) -> str:
        return "+" if text.startswith("+") else text

    def _modifiers(self, between: list[Token]) -> bool:
        """Are the words between two runs of digits T, P and W, set to the digits as modifiers are?"""
        words = [one for one in between if one.sort in (Sort.WORD, Sort.NOTE)]
        if not all(one.sort is Sort.WORD and _MODIFIERS.fullmatch(one.text) for one in words):
            return False
        return all(one.text.isupper() or len(between) == 1 for one in words) and not any(
            one.sort is Sort.SIGN and not re.fullmatch(r"[\s,;!@$?]*", one.text) for one in between
        )

    def _join(self, between: list[Token], following: int) -> bool:
        """Do the keys at `following` belong to the number? Raises `AddressError` where it cannot be told."""
        text = "".join(one.text for one in between)
        gap = Gap.of(text, any(one.sort is Sort.WORD for one in between))
        after = self._run(following)
        verdict = judge(self.keys, gap, after, self.rules)
        opened = any("(" in one.text for one in self._tokens[: following - len(between)])
        if verdict is Verdict.REFUSE or numbered(self.keys, text, after, self.rules, opened=opened):
            both = f"{self.keys}{text}{after}"
            raise refused(both, "may be one number or two; give one of them, without the other")
        if verdict is Verdict.PREFIX:
            self.set_off, self.keys = True, self._key(self._tokens[following].text)
            self.trail.note(Kind.PREFIXED, self.rules.outside_prefix)
            return True
        if verdict is Verdict.JOIN:
            if gap is not Gap.NONE and self.keys == self.rules.outside_prefix:
                self.set_off = True
            self.keys += self._tokens[following].text
            return True
        return False

    def _run(self, place: int) -> str:
        """The keys from there on that no more than a soft sign stands between."""
        keys = self._tokens[place].text
        for at in range(place + 1, len(self._tokens)):
            token = self._tokens[at]
            if token.dialled:
                keys += token.text
            elif token.sort is not Sort.SIGN or Gap.of(token.text, words=False) is not Gap.SOFT:
                break
        return keys

    # What stands behind, and whether all of it is a number

    def _check(self, start: int, end: int) -> None:
        behind = self._tokens[end:]
        rest = "".join(one.text for one in behind)
        left_out = "".join(one.text for one in behind if one.sort is Sort.DIGITS)
        kind = self._ending(behind)
        code = "*" in self.keys or "#" in self.keys
        short = not code and not self.keys.startswith("+") and len(self.keys) < SUBSCRIBER_DIGITS
        if kind is Kind.EXTENSION and short and left_out and not self._has_extensions():
            raise refused(self.number, NOT_A_NUMBER)
        ended = kind in (Kind.NOTE, Kind.SECOND, Kind.AFTER) and left_out and not code
        if ended and not self._stands_before(left_out, later=kind is Kind.AFTER):
            raise refused(rest, f"behind {self.keys} is not understood; give the number alone")
        if kind is Kind.NOTE and not left_out and rest.strip():
            self._note_behind(behind, short=short)
        if kind is not None and rest.strip(" .,;:)(-?!@$\t\"'"):
            self.trail.note(kind, rest)
        if self.notes:
            self._note_in_front(start, end, short=short)
        if self.extension:
            self._extension_alone()
        if not code and len(self._tokens[start:end]) > 1:
            self._not_too_long()
        joined = sum(one.sort is Sort.DIGITS for one in self._tokens[start:end]) > 1
        worded = self.notes or any(one.sort in (Sort.WORD, Sort.NOTE) for one in behind)
        if short and (worded or (joined and len(self.keys) <= SHORTEST)) and not self._known_short():
            raise refused(self.number, NOT_A_NUMBER)
        self._shape(start, end)

    def _ending(self, behind: list[Token]) -> Kind | None:
        """What it is that ends the number."""
        if not behind:
            return None
        for token in behind:
            if token.sort is Sort.WORD:
                word = token.text.casefold()
                return Kind.EXTENSION if word in EXTENSIONS else self._glued_behind(behind, token)
            if token.sort is Sort.NOTE:
                inner = tokens(token.text.strip("() "))
                first = inner[0].text.casefold() if inner else ""
                return Kind.EXTENSION if first in EXTENSIONS else Kind.NOTE
            if token.dialled:
                if token.sort is Sort.KEYS:
                    return Kind.EXTENSION
                return Kind.AFTER if pause("".join(one.text for one in behind[:1])) else Kind.SECOND
        return Kind.NOTE

    def _glued_behind(self, behind: list[Token], token: Token) -> Kind:
        at = behind.index(token)
        if _MODIFIERS.fullmatch(token.text) and (at == 0 or token.text.isupper()):
            return Kind.AFTER
        label = token.text.casefold() in LABELS and at
        hyphened = at == 1 and behind[0].sort is Sort.SIGN and _HYPHENED.fullmatch(behind[0].text)
        if (at == 0 or hyphened) and token.text.isascii() and not label:
            raise refused(self.number, NOT_A_NUMBER)
        return Kind.NOTE

    def _has_extensions(self) -> bool:
        """A local number may have an extension behind it; an extension has none (`1920x1080`)."""
        if self.rules.extension_lengths:
            return not internal(self.keys, self.rules) and good(self.keys, self.rules)
        return len(self.keys) >= SHORTEST_LOCAL

    def _known_short(self) -> bool:
        """Digits that stand with something else are a short number only if the site or the country has it."""
        if self.extension or good(self.keys, self.rules):
            return True
        if self.rules.extension_lengths:
            return internal(self.keys, self.rules)
        return len(self.keys) >= SHORTEST

    def _stands_alone(self) -> bool:
        if self.extension or self.rules.extension_lengths:
            return internal(self.keys, self.rules) or good(self.keys, self.rules)
        return len(self.keys) >= SHORTEST

    def _stands_before(self, left_out: str, *, later: bool) -> bool:
        """Is it a number by itself, so that the digits behind it may be left out?

        Numbers that the library does not know yet count if another as long follows, or what is keyed `later`.
        """
        if self.extension or whole(self.keys, self.rules):
            return True
        long = len(self.keys.lstrip("+")) >= SUBSCRIBER_DIGITS and possible(self.keys, self.rules)
        return long and (later or len(left_out) >= SUBSCRIBER_DIGITS)

    def _note_behind(self, behind: list[Token], *, short: bool) -> None:
        for token in behind:
            if token.sort is Sort.WORD:
                word = token.text.casefold()
                if word in OTHER_THINGS and not self.keys.startswith("+"):
                    raise refused(self.number, "is not a telephone number; give the number alone")
                if short and (word not in LABELS or len(word) == 1) and token.text.isascii():
                    raise refused(token.text, f"behind {self.keys} is not understood; give the number alone")
                return
            if token.sort is Sort.NOTE:
                return
            if token.sort is Sort.SIGN:
                odd = [sign for sign in token.text if not _HARMLESS.fullmatch(sign)]
                odd = [sign for sign in odd if not _symbol(sign) and sign not in "@$"]
                if odd and (short or odd[0] in "%\u00b0"):
                    raise refused(odd[0], f"behind {self.keys} is not understood; give the number alone")

    def _note_in_front(self, start: int, end: int, *, short: bool) -> None:
        """`Kim 02-568-3848`: a whole number may have a name in front, if it can be nothing else."""
        named = " ".join(self.notes)
        plus = self.keys.startswith("+")
        if any(one.casefold() in OTHER_THINGS for one in self.notes) and not plus:
            raise refused(self.number, "is not a telephone number; give the number alone")
        if short and not self.extension:
            single = sum(one.sort is Sort.DIGITS for one in self._tokens[start:end]) == 1
            foreign = len(self.notes) == 1 and not named.isascii()
            if not (single and foreign and self._stands_alone()):
                raise refused(named, f"in front of {self.keys} is not understood; give the number alone")
        elif not plus and not self.extension:
            region = region_of(self.rules)
            prefix = trunk(self.rules, region) if region else "0"
            begins = bool(prefix) and self.keys.startswith((prefix, "0"))
            if not (begins or (region and prefix not in ("0",) and good(self.keys, self.rules))):
                raise refused(named, f"in front of {self.keys} is not understood; give the number alone")

    def _extension_alone(self) -> None:
        """`x1234`: only an extension of this site may be dialled so."""
        fits = internal(self.keys, self.rules) and self.keys.isdecimal()
        if not fits:
            raise refused(self.number, "is an extension that this site does not have; give the whole number")

    def _not_too_long(self) -> None:
        digits = self.keys.lstrip("+")
        most = MOST_DIGITS
        if not self.keys.startswith("+") and (re.match(r"[0-9]{0,3}?(?:00|011|810)", digits) or self.set_off):
            most += MOST_PREFIX
        if len(digits) > most:
            raise refused(self.number, "has more digits than a number; give one number alone")

    def _shape(self, start: int, end: int) -> None:
        """Signs within the number that only stand in something else."""
        within = "".join(one.text for one in self._tokens[start:end])
        if "+" in self.keys[1:]:
            raise refused(within, "has a + within; give one number alone")


def _symbol(sign: str) -> bool:
    """A picture, a bullet or an arrow, as stands before a number on a card."""
    return not sign.isascii() and unicodedata.category(sign) in ("So", "Sk", "Sm", "Po", "Pi", "Pf")
