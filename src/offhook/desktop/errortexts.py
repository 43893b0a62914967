"""What is wrong with what was typed or configured, in the window's language.

The command line says the same in English, so the English sentence is where each error is raised, and nowhere
else. Here it is known again by its form, and its parts are put into the translation. A sentence that is not
in the list is shown in English.
"""

import re
from functools import cache
from string import Formatter

from PySide6.QtCore import QCoreApplication

from offhook.desktop.refusals import address_text, refusal_text
from offhook.errors import AddressError, CallError, ConfigError, OffhookError

translate = QCoreApplication.translate


def error_text(error: OffhookError) -> str:
    """What is wrong, and what to do."""
    match error:
        case CallError():
            return refusal_text(error)
        case AddressError():
            return address_text(error)
        case ConfigError():
            where = "".join(f"{part}: " for part in (error.file, error.key) if part)
            fix = known_text(error.fix)
            return where + ". ".join(filter(None, (known_text(error.what), fix[:1].upper() + fix[1:])))
    return "; ".join(map(known_text, filter(None, (error.what, error.fix))))


def known_text(text: str) -> str:
    """One sentence, and what stands in it, as far as they are known."""
    found = form_of(text) if text else None
    if found is None:
        return text
    template, parts = found
    return translate("errors", template).format(**{name: known_text(part) for name, part in parts.items()})


def form_of(text: str) -> tuple[str, dict[str, str]] | None:
    """The form of a sentence, and what stands in its places; None for one that is not in the list."""
    for form, template in _forms():
        found = form.fullmatch(text)
        if found is not None:
            return template, found.groupdict()
    return None


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """Those that say more themselves come first."""
    from offhook.desktop.errorforms import FORMS  # hundreds of sentences, none of which most days are said

    def said(template: str) -> int:
        return sum(len(text) for text, *_ in Formatter().parse(template))

    return [(_form(one), one) for one in sorted(FORMS, key=said, reverse=True)]


def _form(template: str) -> re.Pattern[str]:
    pattern = ""
    for text, name, *_ in Formatter().parse(template):
        pattern += re.escape(text) + (f"(?P<{name}>.+)" if name else "")
    return re.compile(pattern, re.DOTALL)
