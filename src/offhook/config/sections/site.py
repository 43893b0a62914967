"""The small sections: `[address]`, `[state]`, `[discovery]` and `[log]`."""

from pathlib import Path
from typing import Literal

from offhook.config.kinds import HOST_NAME, Choice, Flag, OptionalText, Place, Text, Wholes
from offhook.config.setting import section, setting
from offhook.config.table import Table

LogFormat = Literal["text", "json"]

LEVELS = ("debug", "info", "warning", "error")

_DIGITS = "[0-9]{0,8}"
_DIALLED = "[0-9*#]{0,8}"


class _Country(Text):
    def read(self, table: Table, name: str, default: str) -> str:
        return super().read(table, name, default).upper()


class _Level(Text):
    values = ", ".join(f'`"{level}"`' for level in LEVELS)

    def read(self, table: Table, name: str, default: str) -> str:
        level = super().read(table, name, default).lower()
        if level not in LEVELS:
            raise table.error(name, f"{level!r} is not a level", f"take one of: {', '.join(LEVELS)}")
        return level.upper()


@section
class AddressSettings:
    """The site's dialling rules: [addresses.md](addresses.md). Without a country numbers are only cleaned."""

    country: str = setting(
        "", _Country("[A-Za-z]{2}", 'a country of two letters, like "KR"'), 'the country of the site, `"KR"`'
    )
    country_prefix: str = setting(
        "",
        Text("[1-9][0-9]{0,2}", 'digits like "82"'),
        'a calling code instead, `"82"`',
        shown="the country's",
    )
    area: str = setting(
        "",
        Text(_DIGITS, 'digits like "2", without the leading 0'),
        "the site's area code, without the leading 0: local numbers get it",
    )
    outside_prefix: str = setting(
        "",
        Text(_DIALLED, 'what gets an outside line, like "9"'),
        'what is dialled for an outside line, `"9"`',
    )
    international_prefix: str | None = setting(
        None,
        OptionalText(_DIALLED, 'digits like "00"'),
        'before another country\'s numbers, `"00"`',
        shown="the country's",
    )
    national_prefix: str | None = setting(
        None, OptionalText(_DIALLED, 'digits like "0"'), 'before an area code, `"0"`', shown="the country's"
    )
    extension_lengths: tuple[int, ...] = setting(
        (), Wholes(1, 15), "`[4]`: four digits are an extension", shown="numbers up to 6 digits"
    )


@section
class StateSettings:
    """What must last: call log, users, tokens, what the directory told."""

    dir: Path = setting(
        Path(),
        Place(),
        "the folder; this account's alone, and one Offhook's at a time",
        shown="the platform's",
        environment=True,
    )

    @property
    def local_token(self) -> Path:
        """The token with which programs on this machine log in to the Call Manager."""
        return self.dir / "local.token"


@section
class DiscoverySettings:
    """Finding the Call Manager on the local network by DNS-SD (`_sscp._tcp`, UDP 5353)."""

    announce: bool = setting(
        False, Flag(), "whether the Call Manager is announced there; `offhook find` shows it"
    )
    name: str = setting(
        "", Text(".{1,63}", "1 to 63 characters"), "the name that is shown", shown='`"Offhook on HOST"`'
    )
    host: str = setting(
        "",
        Text(HOST_NAME, 'a host\'s name, like "manager.example"'),
        "the host's name, as it stands on the certificate",
        shown='`"HOST.local"`',
    )


@section
class LogSettings:
    """The log."""

    level: str = setting(
        "INFO", _Level(), "what is logged; secrets never are", shown='`"info"`', environment=True
    )
    format: LogFormat = setting(
        "text",
        Choice(("text", "json")),
        "for people, or one JSON object a line for programs: [operations.md](operations.md#logs)",
    )
