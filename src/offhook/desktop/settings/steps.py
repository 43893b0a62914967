"""The steps of reading a number, in the window's language."""

from PySide6.QtCore import QCoreApplication

from offhook.address import Kind, Step

translate = QCoreApplication.translate


def step_text(step: Step) -> str:
    """One step as a line."""
    what = step_words()[step.kind]
    return f"{step.part}: {what}" if step.part else what


def step_words() -> dict[Kind, str]:
    """The text of each kind of step."""
    return {
        Kind.CUT: translate("steps", "subaddress, name or another line; left out"),
        Kind.LOOKS: translate("steps", "in plain signs"),
        Kind.LINK: translate("steps", "a link; its number is read"),
        Kind.CONTEXT: translate("steps", "the link's phone-context goes before it"),
        Kind.PARAMETERS: translate("steps", "parameters that change nothing; left out"),
        Kind.LABEL: translate("steps", "words in front; left out"),
        Kind.INSIDE: translate("steps", "the word for an extension: dialled inside"),
        Kind.NOTE: translate("steps", "a note; left out"),
        Kind.EXTENSION: translate("steps", "an extension, dialled by hand after the answer; left out"),
        Kind.SECOND: translate("steps", "another number; left out"),
        Kind.AFTER: translate("steps", "keyed after the answer; left out"),
        Kind.MODIFIERS: translate("steps", "dial modifiers; left out"),
        Kind.VANITY: translate("steps", "letters as on the keypad"),
        Kind.NUMBER: translate("steps", "the number"),
        Kind.NAME: translate("steps", "a phone, dialled by its name"),
        Kind.CODE: translate("steps", "a feature code, dialled as it is"),
        Kind.INTERNAL: translate("steps", "an extension of the company, dialled as it is"),
        Kind.COUNTRY: translate("steps", "a number of the own country, as it is dialled there"),
        Kind.AREA: translate("steps", "a local number, with the area code"),
        Kind.ABROAD: translate("steps", "a number of another country, with the international prefix"),
        Kind.UNKNOWN: translate("steps", "no number that the country knows; dialled as it is"),
        Kind.OUTSIDE: translate("steps", "with what gets an outside line"),
        Kind.PREFIXED: translate("steps", "has what gets an outside line already"),
    }
