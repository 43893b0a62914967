"""Why a text is refused, and which part of it is the reason."""

from enum import Enum

from offhook.errors import AddressError

SHOWN = 64
"""Characters of a text that a refusal quotes."""


class Reason(Enum):
    """Why a text is refused; the value is the English sentence: `what` it is, and a `fix` if any.

    `{part}` is the quoted part of the text, `{beside}` what it stands beside or has in it, `{limit}` the
    most that is allowed. Programs with a language of their own have a sentence for each reason.
    """

    what: str
    fix: str

    def __new__(cls, what: str, fix: str = "") -> "Reason":
        """A member whose value is the whole sentence."""
        made = object.__new__(cls)
        made.what, made.fix = what, fix
        made._value_ = f"{what}; {fix}" if fix else what
        return made

    # Nothing that could be a number is found.
    NOTHING_TO_DIAL = "nothing in {part} can be dialled", "give a number, like 4001"
    NOT_A_NUMBER = "{part} is not a number", "give the number alone, like 4001 or +82 2 568 3848"
    NOT_A_TELEPHONE_NUMBER = "{part} is not a telephone number", "give the number alone"
    # A number is found, but also something that makes it doubtful.
    UNKNOWN_IN_FRONT = "{part} in front of {beside} is not understood", "give the number alone"
    UNKNOWN_BEHIND = "{part} behind {beside} is not understood", "give the number alone"
    SIGN_IN_FRONT = "{part} has {beside} in front of the number", "give the number alone"
    ONE_OR_TWO_NUMBERS = "{part} may be one number or two", "give one of them, without the other"
    CUT_IN_TWO = "{part} behind {beside} may be the rest of the number", "write it in one line"
    NO_SUCH_EXTENSION = "{part} is an extension that this site does not have", "give the whole number"
    NO_SUCH_VANITY_NUMBER = "{part} is written like a number with letters, but is none in this country"
    # Signs and digits that do not go together.
    PLUS_WITHIN = "{part} has a + within", "give one number alone"
    PLUS_AND_ZERO = "{part} begins with + and a 0, but no country's code does"
    PLUS_IN_CODE = "{part} mixes + with * or #", "write it as it is dialled"
    # Too long.
    LONGER_THAN_A_NUMBER = "{part} has more digits than a telephone number"
    LONGER_THAN_ONE_NUMBER = "{part} has more digits than a number", "give one number alone"
    TOO_MANY_DIGITS = "a number has at most {limit} digits, this has {beside}", "shorten it"
    TOO_LONG_TEXT = "an address has at most {limit} characters, this has more", "shorten it"
    # Links.
    OTHER_LINK = "{part} is a link that holds no telephone number", "give the number itself"
    NAME_IN_LINK = "{part} is not a number", "dial the person's number"
    HOST_IN_LINK = "{part} is a host, not a number", "dial the person's number"
    TWO_CONTEXTS = "{part} has two contexts for one number", "give the whole number"
    BAD_CONTEXT = "{part} is no context for a number", "give the whole number, like +82 2 568 3848"
    # By its form the text is something else.
    LOST_SIGNS = "{part} has signs that were lost on the way (its encoding)", "write the number anew"
    E_MAIL = "{part} is an e-mail address or a user at a host, not a number", "dial the person's number"
    USER_AT_HOST = "{part} is a user at a host, not a number", "dial the person's number"
    MONEY = "{part} is an amount of money ({beside}), not a telephone number"
    AMOUNT = "{part} is an amount, not a telephone number"
    IP_ADDRESS = "{part} is an IP address, not a telephone number"
    HARDWARE_ADDRESS = "{part} is a hardware or IP address, not a telephone number"
    DATE = "{part} is a date, not a telephone number"
    TIME = "{part} has a time or a port in it", "give the number alone"
    CARD = "{part} is written like the number of a card", "give the telephone number alone"
    DOCUMENT = "{part} is a person's, a company's or a postal number, not a telephone number"
    SPREADSHEET_SHORTENED = "{part} is a number as a spreadsheet shortens it: its last digits are lost"
    SPREADSHEET_DECIMALS = "{part} has a spreadsheet's decimals at its end", "give the number without them"
    PLACE = "{part} is a place on the map, not a telephone number"
    VERSION = "{part} is the number of a version or a chapter, not a telephone number"


class NumberError(AddressError):
    """A text that cannot be dialled, with the reason and the part of the text that caused it."""

    def __init__(self, reason: Reason, part: str = "", *, beside: str = "", limit: int = 0) -> None:
        self.reason, self.part, self.beside, self.limit = reason, part.strip() or part, beside, limit
        super().__init__(self.sentence(reason.what), self.sentence(reason.fix))

    def sentence(self, template: str) -> str:
        """Fill in a template for the reason, in any language."""
        part = self.part if len(self.part) <= SHOWN else self.part[: SHOWN - 1] + "\u2026"
        return template.format(part=repr(part), beside=self.beside, limit=self.limit)
