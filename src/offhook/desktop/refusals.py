"""Why something was refused, in the window's language."""

from typing import Any

from PySide6.QtCore import QCoreApplication

from offhook.address import NumberError, Reason
from offhook.call import Command, Consult, Drop, Forward, Pickup, Redirect, Transfer, Unpark
from offhook.errors import AddressError, CallError, Refusal

translate = QCoreApplication.translate


def refusal_text(error: CallError) -> str:
    """Why a dial or another request was refused, and what to do.

    The message that a Call Manager sends is English, so the text goes by its code. A text that could not be
    read as a number was refused on this side: its reason has a sentence in the window's language.
    """
    if isinstance(error.__cause__, AddressError):
        return address_text(error.__cause__)
    return {
        Refusal.INVALID_ADDRESS: translate("refusals", "This number cannot be called from your phone."),
        Refusal.NOT_ALLOWED: translate("refusals", "You may not call this number. Ask your administrator."),
        Refusal.NO_SUCH_TERMINAL: translate("refusals", "You have no phone here. Ask your administrator."),
        Refusal.TERMINAL_UNAVAILABLE: translate("refusals", "Your phone is off or not registered. Check it."),
        Refusal.TERMINAL_BUSY: translate("refusals", "Your phone is in a call. End it first."),
        Refusal.NO_SUCH_CALL: translate("refusals", "This call has already ended."),
        Refusal.NOT_AUTHENTICATED: translate("refusals", "You are not logged in. Check user and password."),
        Refusal.OVERLOADED: translate("refusals", "The Call Manager is busy. Try again in a moment."),
        Refusal.UNAVAILABLE: translate("refusals", "The Call Manager cannot be reached. Trying again."),
        Refusal.NOT_SUPPORTED: translate(
            "refusals", "This telephone system cannot do that. Do it at the phone."
        ),
        Refusal.NOT_POSSIBLE_NOW: translate(
            "refusals", "That is not possible just now. Try again in a moment."
        ),
        Refusal.BAD_REQUEST: translate(
            "refusals", "The Call Manager does not understand this Offhook. Update both to the same version."
        ),
        Refusal.FAILURE: translate(
            "refusals", "The Call Manager failed. Try again; if it stays so, ask your administrator."
        ),
    }[error.refusal]


def command_refusal_text(command: Command[Any], error: CallError) -> str:
    """Why a command for a call or a phone was refused."""
    if isinstance(command, Drop):
        return drop_refusal_text(error)
    if error.refusal is Refusal.FAILURE:
        return translate("refusals", "That did not work. Try again, or do it at the phone.")
    if isinstance(command, Pickup | Unpark) and error.refusal in (
        Refusal.NO_SUCH_CALL,
        Refusal.NO_SUCH_TERMINAL,
    ):
        return translate("refusals", "There is no call to take.")
    sends = isinstance(command, Redirect | Transfer | Consult | Forward)
    if error.refusal is Refusal.NOT_ALLOWED and not sends:
        return translate("refusals", "You may not do that. Ask your administrator.")
    return refusal_text(error)


def drop_refusal_text(error: CallError) -> str:
    """Why a call was not dropped: a call that was made by hand at the phone is ended there."""
    if error.refusal is Refusal.NOT_ALLOWED:
        return translate("refusals", "This call cannot be ended from here. Hang up at the phone.")
    return refusal_text(error)


def address_text(error: AddressError) -> str:
    """The message that a text is not a number, with the reason."""
    text = translate("refusals", "This is not a number that can be dialled.")
    return f"{text}\n{reason_text(error)}" if isinstance(error, NumberError) else text


def reason_text(error: NumberError) -> str:
    """The reason alone, naming the part of the text that was not understood."""
    return error.sentence(reason_templates()[error.reason])


def reason_templates() -> dict[Reason, str]:
    """A sentence for each reason, with the placeholders of `Reason`."""
    return {
        Reason.NOTHING_TO_DIAL: translate(
            "refusals", "Nothing in {part} can be dialled; give a number, like 4001"
        ),
        Reason.NOT_A_NUMBER: translate(
            "refusals", "{part} is not a number; give the number alone, like 4001 or +82 2 568 3848"
        ),
        Reason.NOT_A_TELEPHONE_NUMBER: translate(
            "refusals", "{part} is not a telephone number; give the number alone"
        ),
        Reason.UNKNOWN_IN_FRONT: translate(
            "refusals", "{part} in front of {beside} is not understood; give the number alone"
        ),
        Reason.UNKNOWN_BEHIND: translate(
            "refusals", "{part} behind {beside} is not understood; give the number alone"
        ),
        Reason.SIGN_IN_FRONT: translate(
            "refusals", "{part} has {beside} in front of the number; give the number alone"
        ),
        Reason.ONE_OR_TWO_NUMBERS: translate(
            "refusals", "{part} may be one number or two; give one of them, without the other"
        ),
        Reason.CUT_IN_TWO: translate(
            "refusals", "{part} behind {beside} may be the rest of the number; write it in one line"
        ),
        Reason.NO_SUCH_EXTENSION: translate(
            "refusals", "{part} is an extension that this company does not have; give the whole number"
        ),
        Reason.NO_SUCH_VANITY_NUMBER: translate(
            "refusals", "{part} is written like a number with letters, but is none in this country"
        ),
        Reason.PLUS_WITHIN: translate("refusals", "{part} has a + within; give one number alone"),
        Reason.PLUS_AND_ZERO: translate(
            "refusals", "{part} begins with + and a 0, but no country's code does"
        ),
        Reason.PLUS_IN_CODE: translate("refusals", "{part} mixes + with * or #; write it as it is dialled"),
        Reason.LONGER_THAN_A_NUMBER: translate("refusals", "{part} has more digits than a telephone number"),
        Reason.LONGER_THAN_ONE_NUMBER: translate(
            "refusals", "{part} has more digits than a number; give one number alone"
        ),
        Reason.TOO_MANY_DIGITS: translate("refusals", "A number has at most {limit} digits; shorten it"),
        Reason.TOO_LONG_TEXT: translate("refusals", "A text has at most {limit} characters; shorten it"),
        Reason.OTHER_LINK: translate(
            "refusals", "{part} is a link that holds no telephone number; give the number itself"
        ),
        Reason.NAME_IN_LINK: translate("refusals", "{part} is not a number; dial the person's number"),
        Reason.HOST_IN_LINK: translate(
            "refusals", "{part} is a host, not a number; dial the person's number"
        ),
        Reason.TWO_CONTEXTS: translate(
            "refusals", "{part} has two contexts for one number; give the whole number"
        ),
        Reason.BAD_CONTEXT: translate(
            "refusals", "{part} is no context for a number; give the whole number, like +82 2 568 3848"
        ),
        Reason.LOST_SIGNS: translate(
            "refusals", "{part} has signs that were lost on the way (its encoding); write the number anew"
        ),
        Reason.E_MAIL: translate(
            "refusals",
            "{part} is an e-mail address, not a number; dial the person's number",
        ),
        Reason.USER_AT_HOST: translate(
            "refusals", "{part} is a user at a host, not a number; dial the person's number"
        ),
        Reason.MONEY: translate(
            "refusals", "{part} is an amount of money ({beside}), not a telephone number"
        ),
        Reason.AMOUNT: translate("refusals", "{part} is an amount, not a telephone number"),
        Reason.IP_ADDRESS: translate("refusals", "{part} is an IP address, not a telephone number"),
        Reason.HARDWARE_ADDRESS: translate(
            "refusals", "{part} is a hardware or IP address, not a telephone number"
        ),
        Reason.DATE: translate("refusals", "{part} is a date, not a telephone number"),
        Reason.TIME: translate("refusals", "{part} has a time or a port in it; give the number alone"),
        Reason.CARD: translate(
            "refusals", "{part} is written like the number of a card; give the telephone number alone"
        ),
        Reason.DOCUMENT: translate(
            "refusals", "{part} is a person's, a company's or a postal number, not a telephone number"
        ),
        Reason.SPREADSHEET_SHORTENED: translate(
            "refusals", "{part} is a number as a spreadsheet shortens it: its last digits are lost"
        ),
        Reason.SPREADSHEET_DECIMALS: translate(
            "refusals", "{part} has a spreadsheet's decimals at its end; give the number without them"
        ),
        Reason.PLACE: translate("refusals", "{part} is a place on the map, not a telephone number"),
        Reason.VERSION: translate(
            "refusals", "{part} is the number of a version or a chapter, not a telephone number"
        ),
    }
