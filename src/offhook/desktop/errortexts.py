"""What is wrong with what was typed or configured, in the window's language.

The command line says the same in English, so the English sentence is where each error is raised, and nowhere
else. Here it is known again by its form, and its parts are put into the translation. A sentence that is not
in the list is shown in English.
"""

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

from offhook.desktop.refusals import address_text, refusal_text
from offhook.errors import AddressError, CallError, ConfigError, OffhookError

translate = QCoreApplication.translate


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for `tools/translations`, which finds it by this function's name."""
    return text


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
    for form, template in _forms():
        found = form.fullmatch(text)
        if found is not None:
            parts = {name: known_text(part) for name, part in found.groupdict().items()}
            return translate("errors", template).format(**parts)
    return text


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """Those that say more themselves come first."""
    ordered = sorted(FORMS, key=lambda one: len(re.sub(PART, "", one)), reverse=True)
    return [(_form(one), one) for one in ordered]


PART = r"\{(\w+)\}"


def _form(template: str) -> re.Pattern[str]:
    pieces = re.split(PART, template)
    pattern = "".join(
        f"(?P<{piece}>.+)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)


FORMS = (
    # The phones of a new telephone system.
    QT_TRANSLATE_NOOP("errors", "{text} is no extension; take digits, like 4000, or 4000=Kim"),
    QT_TRANSLATE_NOOP("errors", "there is no phone; name at least one, like 4000=Kim"),
    QT_TRANSLATE_NOOP("errors", "more than {limit} phones; begin with some, and add others later"),
    QT_TRANSLATE_NOOP("errors", "{text} is no row of at most {limit} extensions; write it like 4000-4009"),
    QT_TRANSLATE_NOOP("errors", "{text} is no country; take its two letters, like KR, or nothing"),
    QT_TRANSLATE_NOOP(
        "errors",
        "{file} is there already; change it with offhook config set and offhook terminal add, or name another"
        " by --config FILE",
    ),
    # Files.
    QT_TRANSLATE_NOOP("errors", "there is no such file"),
    QT_TRANSLATE_NOOP("errors", "create it, or name another with --config"),
    QT_TRANSLATE_NOOP("errors", "is a folder"),
    QT_TRANSLATE_NOOP("errors", "name the file in it, like {file}"),
    QT_TRANSLATE_NOOP("errors", "cannot be read ({reason})"),
    QT_TRANSLATE_NOOP("errors", "{file} cannot be read ({reason})"),
    QT_TRANSLATE_NOOP("errors", "let this user read it"),
    QT_TRANSLATE_NOOP("errors", "let this user read it, or name another"),
    QT_TRANSLATE_NOOP("errors", "let this user read it, or correct the setting"),
    QT_TRANSLATE_NOOP("errors", "correct the path or let this user read it"),
    QT_TRANSLATE_NOOP("errors", "cannot be written ({reason})"),
    QT_TRANSLATE_NOOP("errors", "let this user write there"),
    QT_TRANSLATE_NOOP("errors", "let this user write it, or name another"),
    QT_TRANSLATE_NOOP("errors", "does not exist"),
    QT_TRANSLATE_NOOP("errors", "put it there, the secret in its first line, or correct the setting"),
    QT_TRANSLATE_NOOP("errors", "is not UTF-8 text"),
    QT_TRANSLATE_NOOP("errors", "save it as UTF-8"),
    QT_TRANSLATE_NOOP("errors", "is not TOML: {reason}"),
    QT_TRANSLATE_NOOP("errors", "correct that place"),
    # Settings of any kind.
    QT_TRANSLATE_NOOP("errors", "is not a setting"),
    QT_TRANSLATE_NOOP("errors", "did you mean {text}?"),
    QT_TRANSLATE_NOOP("errors", "remove it; {name} takes {text}"),
    QT_TRANSLATE_NOOP("errors", "is missing"),
    QT_TRANSLATE_NOOP("errors", "is missing while {name} is set"),
    QT_TRANSLATE_NOOP("errors", "set both"),
    QT_TRANSLATE_NOOP("errors", "is set as well as {name}"),
    QT_TRANSLATE_NOOP("errors", "keep one of them"),
    QT_TRANSLATE_NOOP("errors", "{text} is already used above"),
    QT_TRANSLATE_NOOP("errors", "give each its own"),
    QT_TRANSLATE_NOOP("errors", "must be {text}; this is {state}"),
    QT_TRANSLATE_NOOP("errors", "must be {text}, not {state}"),
    QT_TRANSLATE_NOOP("errors", "must be from {number} to {limit}, not {text}"),
    QT_TRANSLATE_NOOP("errors", "has control characters in it"),
    QT_TRANSLATE_NOOP("errors", "remove them"),
    QT_TRANSLATE_NOOP("errors", "correct it"),
    QT_TRANSLATE_NOOP("errors", "correct that entry"),
    # What a value is, and is to be.
    QT_TRANSLATE_NOOP("errors", "text"),
    QT_TRANSLATE_NOOP("errors", "text in quotes"),
    QT_TRANSLATE_NOOP("errors", "true or false"),
    QT_TRANSLATE_NOOP("errors", "true or false, without quotes"),
    QT_TRANSLATE_NOOP("errors", "a number"),
    QT_TRANSLATE_NOOP("errors", "a whole number"),
    QT_TRANSLATE_NOOP("errors", "a whole number from {number} to {limit}"),
    QT_TRANSLATE_NOOP("errors", "a list"),
    QT_TRANSLATE_NOOP("errors", "a table"),
    QT_TRANSLATE_NOOP("errors", "one of: {text}"),
    QT_TRANSLATE_NOOP("errors", "a path, as text in quotes"),
    QT_TRANSLATE_NOOP("errors", 'an address and a port, like "127.0.0.1:7700" or "[::1]:7700"'),
    QT_TRANSLATE_NOOP("errors", 'digits like "2", without the leading 0'),
    QT_TRANSLATE_NOOP("errors", 'what gets an outside line, like "9"'),
    QT_TRANSLATE_NOOP("errors", "the id of a terminal"),
    # Addresses, ports, countries.
    QT_TRANSLATE_NOOP("errors", "{text} is not a host"),
    QT_TRANSLATE_NOOP("errors", 'write it like "pbx.example", or "192.0.2.5:5060" with a port'),
    QT_TRANSLATE_NOOP("errors", "{text} is not an address of this machine"),
    QT_TRANSLATE_NOOP("errors", 'take one like "127.0.0.1"'),
    QT_TRANSLATE_NOOP("errors", "{text} is not a port"),
    QT_TRANSLATE_NOOP("errors", "take one from {number} to {limit}"),
    QT_TRANSLATE_NOOP("errors", "{text} is not a country"),
    QT_TRANSLATE_NOOP("errors", 'take its two letters, like "KR"'),
    QT_TRANSLATE_NOOP("errors", "{text} is not a WebSocket address"),
    QT_TRANSLATE_NOOP("errors", 'write it like "wss://manager.example:7701"'),
    QT_TRANSLATE_NOOP("errors", "ws:// to another machine would send passwords in the clear"),
    QT_TRANSLATE_NOOP("errors", "use wss://"),
    # What belongs together.
    QT_TRANSLATE_NOOP("errors", "there is no phone"),
    QT_TRANSLATE_NOOP("errors", "add one: {text}"),
    QT_TRANSLATE_NOOP("errors", "is missing: the Call Manager elsewhere wants a login"),
    QT_TRANSLATE_NOOP("errors", "set user and password_file (there: offhook user add)"),
    QT_TRANSLATE_NOOP("errors", "is missing while {name} is open to other machines"),
    QT_TRANSLATE_NOOP("errors", "set tls_certificate and tls_key, or listen on 127.0.0.1"),
    QT_TRANSLATE_NOOP("errors", "is false while {name} is open to other machines"),
    QT_TRANSLATE_NOOP("errors", "set it to true, or listen on 127.0.0.1"),
    # Other machines.
    QT_TRANSLATE_NOOP("errors", "the network cannot be asked: {reason}"),
    QT_TRANSLATE_NOOP("errors", "check network and firewall (UDP 5353)"),
    QT_TRANSLATE_NOOP("errors", "no TLS server answers at {name} ({reason})"),
    QT_TRANSLATE_NOOP("errors", "check the URL"),
    QT_TRANSLATE_NOOP("errors", "{name} shows an invalid certificate ({reason})"),
)
"""The sentences of `offhook.cli.firstrun`, and those of `offhook.config` that people meet. A part in braces
is whatever stands there; if that is a sentence of the list itself, it is translated, too."""
