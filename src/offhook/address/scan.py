"""Finds the number in a text: what stands before it, its keys, and where it ends."""

import re
from dataclasses import dataclass, field

from offhook.address.gaps import Gap, Verdict, judge, numbered
from offhook.address.refusal import NumberError, Reason
from offhook.address.site import MAX_ADDRESS, AddressRules
from offhook.address.tokens import HARMLESS, HYPHENED, MODIFIERS, Sort, Token, symbol
from offhook.address.trail import Kind, Trail
from offhook.address.words import EXTENSIONS, LABELS


@dataclass(slots=True)
class Scan:
    """A text and the state of reading it. The number is `keys`, from the tokens `start` to `end`."""

    number: str
    tokens: list[Token]
    rules: AddressRules
    trail: Trail
    keys: str = ""
    extension: bool = False
    """There is a word for an extension before the number."""

    set_off: bool = False
    """The outside prefix is set off before the number."""

    notes: list[str] = field(default_factory=list)
    """Words before the number that are not labels."""

    _signs: list[str] = field(default_factory=list)
    """The separators between the digits so far."""

    start: int = 0
    end: int = 0

    def read(self) -> bool:
        """Find the number; False if there is no digit outside brackets. Raises `NumberError`."""
        self.start = self._front()
        if self.start == len(self.tokens):
            return False
        self.end = self._digits(self.start)
        if "+" in self.keys[1:]:
            raise NumberError(Reason.PLUS_WITHIN, self.number)
        return True

    # What stands in front

    def _front(self) -> int:
        """Skip what stands before the number; the index of its first token."""
        known = True
        for place, token in enumerate(self.tokens):
            if token.sort is Sort.KEYS and self.extension and place + 1 < len(self.tokens):
                continue  # `ext #1234`
            if token.dialled:
                if place:
                    self._glued(place)
                    self._note_front(place, known)
                return place
            if token.sort is Sort.SIGN:
                self._sign_in_front(token.text)
            elif token.sort is Sort.WORD:
                word = token.text.casefold()
                if word in EXTENSIONS:
                    self.extension = True
                elif word not in LABELS and not MODIFIERS.fullmatch(token.text):
                    self.notes.append(token.text)
                    known = False
            elif token.sort is Sort.NOTE:
                known = False
        return len(self.tokens)

    def _note_front(self, place: int, known: bool) -> None:
        """Tell of what stands before the token at `place`; `known`: all words in it are labels."""
        before = "".join(one.text for one in self.tokens[:place])
        if before.strip():
            kind = Kind.INSIDE if self.extension else Kind.LABEL if known else Kind.NOTE
            modifiers = all(sign in "TPWtpw,;!@$? " for sign in before)
            self.trail.note(Kind.MODIFIERS if modifiers else kind, before)

    def _sign_in_front(self, signs: str) -> None:
        for sign in signs:
            if not (
                HARMLESS.fullmatch(sign) or symbol(sign) or sign in "$@" or (sign == "=" and self.extension)
            ):
                raise NumberError(Reason.SIGN_IN_FRONT, self.number, beside=repr(sign))

    def _glued(self, place: int) -> None:
        """Check letters directly before a digit: only labels, words for an
        extension, and modifiers are allowed."""
        before = self.tokens[place - 1]
        if before.sort is Sort.SIGN and place > 1 and HYPHENED.fullmatch(before.text):
            before = self.tokens[place - 2]
        elif before.sort is Sort.WORD and MODIFIERS.fullmatch(before.text):
            return
        if before.sort is not Sort.WORD or not before.text.isascii():
            return
        word = before.text.casefold()
        apart = before is not self.tokens[place - 1]
        if word not in EXTENSIONS and not (word in LABELS and (apart or len(word) > 1)):
            raise NumberError(Reason.NOT_A_NUMBER, self.number)

    # The number

    def _digits(self, start: int) -> int:
        """Collect the keys up to the end of the number; the index of the first token after it."""
        place = start
        self.keys = self._key(self.tokens[start].text)
        while True:
            if len(self.keys) > MAX_ADDRESS:
                raise NumberError(Reason.TOO_MANY_DIGITS, beside="more", limit=MAX_ADDRESS)
            following = next(
                (at for at in range(place + 1, len(self.tokens)) if self.tokens[at].dialled),
                len(self.tokens),
            )
            between = self.tokens[place + 1 : following]
            if following == len(self.tokens):
                return place + 1
            worded = any(one.sort in (Sort.WORD, Sort.NOTE) for one in between)
            if (worded and not self._modifiers(between)) or not self._join(between, following):
                return place + 1
            place = following

    @staticmethod
    def _key(text: str) -> str:
        return "+" if text.startswith("+") else text

    def _modifiers(self, between: list[Token]) -> bool:
        """Are the words between two runs of digits the modifiers T, P or W?"""
        words = [one for one in between if one.sort in (Sort.WORD, Sort.NOTE)]
        if not all(one.sort is Sort.WORD and MODIFIERS.fullmatch(one.text) for one in words):
            return False
        return all(one.text.isupper() or len(between) == 1 for one in words) and not any(
            one.sort is Sort.SIGN and not re.fullmatch(r"[\s,;!@$?]*", one.text) for one in between
        )

    def _join(self, between: list[Token], following: int) -> bool:
        """Do the keys at `following` belong to the number? Raises `NumberError` if that is unclear."""
        text = "".join(one.text for one in between)
        gap = Gap.of(text, any(one.sort is Sort.WORD for one in between))
        after = self._run(following)
        verdict = judge(
            self.keys, gap, after, self.rules, alike=text in self._signs[-1:] or self._again(text, following)
        )
        self._signs.append(text)
        opened = any("(" in one.text for one in self.tokens[: following - len(between)])
        if verdict is Verdict.REFUSE or numbered(self.keys, text, after, self.rules, opened=opened):
            both = f"{self.keys}{text}{after}"
            raise NumberError(Reason.ONE_OR_TWO_NUMBERS, both)
        if verdict is Verdict.PREFIX:
            self.set_off, self.keys = True, self._key(self.tokens[following].text)
            self.trail.note(Kind.PREFIXED, self.rules.outside_prefix)
            return True
        if verdict is Verdict.JOIN:
            if gap is not Gap.NONE and self.keys == self.rules.outside_prefix:
                self.set_off = True
            if gap is Gap.PAUSE:
                self.trail.note(Kind.MODIFIERS, text)
            self.keys += self.tokens[following].text
            return True
        return False

    def _again(self, text: str, place: int) -> bool:
        """Do the same sign and more digits follow the keys at `place`?"""
        behind = self.tokens[place + 1 : place + 3]
        return len(behind) == 2 and behind[0].text == text and behind[1].sort is Sort.DIGITS

    def _run(self, place: int) -> str:
        """The keys from `place` on, as long as only soft signs separate them."""
        keys = self.tokens[place].text
        for at in range(place + 1, len(self.tokens)):
            token = self.tokens[at]
            if len(keys) > MAX_ADDRESS:
                break
            if token.dialled:
                keys += token.text
            elif token.sort is not Sort.SIGN or Gap.of(token.text, words=False) not in (
                Gap.SOFT,
                Gap.BLANK,
                Gap.SPACED,
            ):
                break
        return keys
