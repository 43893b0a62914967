"""Why a text was not dialled, and whom it may have meant. Imported only once a dial has been refused."""

import asyncio
from collections.abc import Iterator

from offhook.address import explain
from offhook.assembly.directory import address_rules, open_directory
from offhook.cli.show import safe
from offhook.config import Config
from offhook.directory.similarnames import begins, resembles
from offhook.errors import OffhookError

MOST = 3
"""People who are named at most."""


def advice(config: Config, text: str) -> str:
    """One line: what was not understood, and who may be meant; "" when the text is understood here."""
    reading = explain(text, address_rules(config))
    if reading.error is None:
        return ""
    people = list(dict.fromkeys(_meant(config, text)))[:MOST]
    if not people:
        return reading.refusal
    return f"{reading.error.what}; did you mean {' or '.join(people)}?"


def _meant(config: Config, text: str) -> Iterator[str]:
    for match in (begins, resembles):
        for one in config.terminals:
            if one.name and match(text, one.name):
                yield safe(f"{one.name} ({one.id})")
    if not config.directory.sources:
        return
    try:
        directory = open_directory(config)
        asyncio.run(directory.open())
    except (OffhookError, OSError):
        return  # what is wrong with it, offhook check tells
    for person in (*directory.search(text, MOST), *directory.similar(text, MOST)):
        yield from (safe(f"{person.name} ({number.text})") for number in person.numbers[:1])
