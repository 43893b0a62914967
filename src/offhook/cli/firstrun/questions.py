"""The questions of the first run, each with an answer that Return takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from offhook.address import AddressRules, explain
from offhook.cli.firstrun.choices import (
    FIRST_PHONES,
    Choices,
    InitError,
    Phone,
    read_country,
    read_phones,
    usual_country,
)
from offhook.cli.show import safe

Hear = Callable[[str], str]
"""Shows a prompt and has a line of the person's. Raises `EOFError` at the end of the input."""

Say = Callable[[str], None]

Value = TypeVar("Value")

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says already; None is asked for."""

    host: str | None = None
    port: int = 5060
    phones: str | None = None
    country: str | None = None
    area: str | None = None
    outside_prefix: str | None = None
    http: bool | None = None


def without_asking(given: Given, addresses: list[str]) -> Choices:
    """What is not given is as Return would take it. Raises `InitError`."""
    country = usual_country() if given.country is None else read_country(given.country)
    return Choices(
        host=given.host or _usual_host(addresses),
        port=given.port,
        phones=read_phones(given.phones or FIRST_PHONES),
        country=country,
        area=given.area or "",
        outside_prefix=given.outside_prefix or "",
        http=bool(given.http),
    )


def ask(given: Given, addresses: list[str], hear: Hear, say: Say) -> Choices:
    """Ask for what is not given. Raises `InitError` for a wrong value that was given."""
    host = given.host or _host(addresses, hear, say)
    phones = read_phones(given.phones) if given.phones is not None else _phones(hear, say)
    country = read_country(given.country) if given.country is not None else _country(hear, say)
    area, outside = given.area, given.outside_prefix
    if country and area is None:
        area = _digits(hear, say, "Area code of the site, without the leading 0 (none)")
    if country and outside is None:
        outside = _digits(hear, say, "What gets an outside line, like 9 (nothing)")
    choices = Choices(host, given.port, phones, country, area or "", outside or "", bool(given.http))
    if country:
        _try_numbers(choices, hear, say)
    return choices


def _usual_host(addresses: list[str]) -> str:
    return "0.0.0.0" if addresses else LOOPBACK


def _host(addresses: list[str], hear: Hear, say: Say) -> str:
    if not addresses:
        say("This machine has no network address: only phones on this machine can register.")
        return LOOPBACK
    say("Where can phones reach this machine?")
    options = ["0.0.0.0", *addresses, LOOPBACK]
    notes = {"0.0.0.0": f"all its addresses ({', '.join(addresses)})", LOOPBACK: "on this machine only"}
    for number, one in enumerate(options, 1):
        say(f"  {number}  {notes.get(one, one)}")
    while True:
        answer = hear("Number [1]: ").strip() or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return options[int(answer) - 1]
        if answer in options:
            return answer
        say(f"Type a number from 1 to {len(options)}.")


def _phones(hear: Hear, say: Say) -> tuple[Phone, ...]:
    say("Which phones? Extensions with names, like 4000=Kim, 4001=Lee; a row like 4000-4009.")
    return _until_right(lambda: read_phones(hear(f"Phones [{FIRST_PHONES}]: ").strip() or FIRST_PHONES), say)


def _country(hear: Hear, say: Say) -> str:
    usual = usual_country()
    prompt = f"Country, two letters like KR; - for none [{usual or '-'}]: "

    def read() -> str:
        answer = hear(prompt).strip() or usual
        return "" if answer == "-" else read_country(answer)

    return _until_right(read, say)


def _digits(hear: Hear, say: Say, what: str) -> str:
    def read() -> str:
        answer = hear(f"{what}: ").strip()
        if answer and not (answer.isascii() and answer.isdecimal()):
            raise InitError("digits only, or nothing")
        return answer

    return _until_right(read, say)


def _until_right(read: Callable[[], Value], say: Say) -> Value:
    while True:
        try:
            return read()
        except InitError as error:
            say(str(error))


def _try_numbers(choices: Choices, hear: Hear, say: Say) -> None:
    """Show what numbers would be dialled as, until the person is content."""
    lengths = tuple(sorted({len(phone.id) for phone in choices.phones if phone.id.isdecimal()}))
    rules = AddressRules(
        country=choices.country,
        area=choices.area,
        outside_prefix=choices.outside_prefix,
        extension_lengths=lengths,
    )
    while text := hear("Try a number as somebody writes it (Return goes on): ").strip():
        reading = explain(text, rules)
        say(
            f"  dialled as {safe(reading.dialled)}"
            if reading.dialled
            else f"  refused: {safe(reading.refusal)}"
        )
