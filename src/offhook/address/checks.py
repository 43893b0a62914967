"""Checks a number found in a text: it must be complete, and the text around it must be understood."""

import re

from offhook.address.gaps import pause
from offhook.address.refusal import NumberError, Reason
from offhook.address.scan import Scan
from offhook.address.site import (
    MOST_DIGITS,
    MOST_PREFIX,
    SHORTEST,
    SHORTEST_LOCAL,
    SUBSCRIBER_DIGITS,
    good,
    internal,
    possible,
    region_of,
    trunk,
    whole,
)
from offhook.address.tokens import HARMLESS, HYPHENED, MODIFIERS, Sort, Token, symbol, tokens
from offhook.address.trail import Kind
from offhook.address.words import EXTENSIONS, LABELS, OTHER_THINGS


def check(scan: Scan) -> None:
    """Raises `NumberError`, which names the part that is not understood."""
    _Check(scan).check()


class _Check:
    def __init__(self, scan: Scan) -> None:
        self.number, self.keys, self.rules, self.trail = scan.number, scan.keys, scan.rules, scan.trail
        self.extension, self.set_off, self.notes = scan.extension, scan.set_off, scan.notes
        self._within, self._behind = scan.tokens[scan.start : scan.end], scan.tokens[scan.end :]

    def check(self) -> None:
        behind = self._behind
        rest = "".join(one.text for one in behind)
        left_out = "".join(one.text for one in behind if one.sort is Sort.DIGITS)
        kind = self._ending(behind)
        code = "*" in self.keys or "#" in self.keys
        short = not code and not self.keys.startswith("+") and len(self.keys) < SUBSCRIBER_DIGITS
        if kind is Kind.EXTENSION and short and left_out and not self._has_extensions():
            raise NumberError(Reason.NOT_A_NUMBER, self.number)
        ended = kind in (Kind.NOTE, Kind.SECOND, Kind.AFTER) and left_out and not code
        if ended and not self._stands_before(left_out, later=kind is Kind.AFTER):
            raise NumberError(Reason.UNKNOWN_BEHIND, rest, beside=self.keys)
        if kind is Kind.NOTE and not left_out and rest.strip():
            self._note_behind(behind, short=short)
        if kind is not None and rest.strip(" .,;:)(-?!@$\t\"'"):
            self.trail.note(kind, rest)
        if self.notes:
            self._note_in_front(short=short)
        if self.extension:
            self._extension_alone()
        if not code and len(self._within) > 1:
            self._not_too_long()
        joined = sum(one.sort is Sort.DIGITS for one in self._within) > 1
        worded = self.notes or any(one.sort in (Sort.WORD, Sort.NOTE) for one in behind)
        if short and (worded or (joined and len(self.keys) <= SHORTEST)) and not self._known_short():
            raise NumberError(Reason.NOT_A_NUMBER, self.number)

    def _ending(self, behind: list[Token]) -> Kind | None:
        """What ends the number."""
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
        hyphened = at == 1 and behind[0].sort is Sort.SIGN and HYPHENED.fullmatch(behind[0].text)
        if MODIFIERS.fullmatch(token.text) and (at == 0 or (token.text.isupper() and not hyphened)):
            return Kind.AFTER
        label = token.text.casefold() in LABELS and len(token.text) > 1 and at
        if (at == 0 or hyphened) and token.text.isascii() and not label:
            raise NumberError(Reason.NOT_A_NUMBER, self.number)
        return Kind.NOTE

    def _has_extensions(self) -> bool:
        """Can the number have an extension? A local number can; an extension cannot (`1920x1080`)."""
        if self.rules.extension_lengths:
            return not internal(self.keys, self.rules) and good(self.keys, self.rules)
        return len(self.keys) >= SHORTEST_LOCAL

    def _known_short(self) -> bool:
        """Short digits beside other text count only if the site or the country has this number."""
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
        """Is the number complete, so that the digits after it can be left out?

        A number that the library does not know counts if another as long follows, or digits keyed `later`.
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
                    raise NumberError(Reason.NOT_A_TELEPHONE_NUMBER, self.number)
                if short and (word not in LABELS or len(word) == 1) and token.text.isascii():
                    raise NumberError(Reason.UNKNOWN_BEHIND, token.text, beside=self.keys)
                return
            if token.sort is Sort.NOTE:
                return
            if token.sort is Sort.SIGN:
                odd = [sign for sign in token.text if not HARMLESS.fullmatch(sign)]
                odd = [sign for sign in odd if not symbol(sign) and sign not in "@$"]
                if odd and (short or odd[0] in "%\u00b0"):
                    raise NumberError(Reason.UNKNOWN_BEHIND, odd[0], beside=self.keys)

    def _note_in_front(self, *, short: bool) -> None:
        """`Kim 02-568-3848`: a name may stand before a complete number if nothing else is possible."""
        named = " ".join(self.notes)
        plus = self.keys.startswith("+")
        if any(one.casefold() in OTHER_THINGS for one in self.notes) and not plus:
            raise NumberError(Reason.NOT_A_TELEPHONE_NUMBER, self.number)
        if short and not self.extension:
            single = sum(one.sort is Sort.DIGITS for one in self._within) == 1
            foreign = len(self.notes) == 1 and not named.isascii()
            if not (single and foreign and self._stands_alone()):
                raise NumberError(Reason.UNKNOWN_IN_FRONT, named, beside=self.keys)
        elif not plus and not self.extension:
            region = region_of(self.rules)
            prefix = trunk(self.rules, region) if region else "0"
            begins = bool(prefix) and self.keys.startswith((prefix, "0"))
            if not (begins or (region and prefix not in ("0",) and good(self.keys, self.rules))):
                raise NumberError(Reason.UNKNOWN_IN_FRONT, named, beside=self.keys)

    def _extension_alone(self) -> None:
        """`x1234`: only extensions of this site can be dialled like this."""
        fits = internal(self.keys, self.rules) and self.keys.isdecimal()
        if not fits:
            raise NumberError(Reason.NO_SUCH_EXTENSION, self.number)

    def _not_too_long(self) -> None:
        digits = self.keys.lstrip("+")
        most = MOST_DIGITS
        if not self.keys.startswith("+") and (re.match(r"[0-9]{0,3}?(?:00|011|810)", digits) or self.set_off):
            most += MOST_PREFIX
        if len(digits) > most:
            raise NumberError(Reason.LONGER_THAN_ONE_NUMBER, self.number)
