"""`offhook number`."""

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from offhook.address import Reading, explain
from offhook.assembly.access import dial_rules
from offhook.assembly.directory import address_rules
from offhook.cli.common import FAILED, OK, USAGE, add_config, add_json, complain, read_config
from offhook.cli.show import safe
from offhook.config import Config
from offhook.directory.encoding import RecordDecoder
from offhook.errors import AddressError
from offhook.manager.principal import EVERY_TERMINAL, LOCAL, Principal

SUMMARY = """Show how a text is read as a number, step by step, what would be dialled for it by the
configuration's [address], and whether its dial rules allow that. Nothing is dialled, and nothing needs
to run. Exits with 1 when a text is refused or may not be dialled."""

EXAMPLES = """\
  offhook number "+82 (2) 568-3848"
  offhook number "02-568-3848 / 02-568-3849" x1234
  offhook number --user kim --terminal 4000 "+1 900 555 0123"
  offhook number --set address.country=DE --set 'address.outside_prefix="0"' "030 1234567"
  offhook number --file numbers.txt
  cut -d, -f3 contacts.csv | offhook number --json --file - | jq -r 'select(.refusal) | .text'"""


@dataclass(frozen=True, slots=True)
class _Who:
    """For whom the dial rules are asked, and from where."""

    principal: Principal
    terminal: str


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("text", metavar="TEXT", nargs="*", help="a number as somebody writes it, or a link")
    parser.add_argument("--file", metavar="FILE", help="a file with a text a line; - is standard input")
    parser.add_argument("--user", metavar="U", default="", help="whether this user may dial it")
    parser.add_argument(
        "--terminal", metavar="T", default="", help="whether it may be dialled from this phone"
    )
    add_config(parser, overrides=True)
    add_json(parser, "print one JSON object a line for each text")


def run(options: Namespace) -> int:
    """The exit code by the worst of the texts. Raises `ConfigError`."""
    if not options.text and options.file is None:
        complain("there is no text; give one, or --file FILE with a text a line")
        return USAGE
    config = read_config(options)
    who = _who(config, options)
    rules, may = address_rules(config), dial_rules(config)
    texts, refused, count = _texts(options), 0, 0
    steps = options.file is None
    for text in texts:
        reading = explain(text, rules)
        allowed = bool(reading.dialled) and may.allow(who.principal, who.terminal, reading.dialled)
        count += 1
        refused += not allowed
        if options.json:
            print(json.dumps(_fields(reading, allowed=allowed), ensure_ascii=False))
        elif steps:
            print("\n".join(_lines(reading, allowed=allowed)))
        else:
            print(_row(reading, allowed=allowed))
    if not steps and refused:
        complain(f"{refused} of {count} would not be dialled")
    return FAILED if refused else OK


def _who(config: Config, options: Namespace) -> _Who:
    terminal = options.terminal or config.tsp.terminal
    if not options.user:
        return _Who(LOCAL, terminal)
    return _Who(Principal(options.user, administrator=False, terminals=frozenset({EVERY_TERMINAL})), terminal)


def _texts(options: Namespace) -> Iterator[str]:
    """Those of the command line, then those of the file; empty lines are passed over."""
    yield from options.text
    if options.file is None:
        return
    try:
        if options.file == "-":
            yield from _filled(sys.stdin.buffer)
        else:
            with Path(options.file).open("rb") as file:
                yield from _filled(file)
    except OSError as error:
        raise AddressError(
            f"{options.file} cannot be read ({error.strerror})",
            "name a file of texts",
        ) from None


def _filled(file: BinaryIO) -> Iterator[str]:
    """The lines of a file as spreadsheets and shells of Windows write it: UTF-8, UTF-16, or a code page."""
    first = file.readline()
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        lines = iter((first + file.read()).decode("utf-16", "replace").splitlines())
    else:
        lines = map(_decoded, chain([first], file))
    for line in lines:
        if (text := line.strip("\r\n")).strip():
            yield text


_BESIDE_DIGIT = re.compile(rb"[0-9][\x80-\xff]|[\x80-\xff][0-9]")


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A byte that is lost beside a digit may have been a sign of the number: that is not guessed.
        found = None if _BESIDE_DIGIT.search(line) else RecordDecoder([line]).decode([line])
        return found[0] if found else line.decode("utf-8", "replace")


def _lines(reading: Reading, *, allowed: bool) -> Iterator[str]:
    yield safe(reading.text)
    for step in reading.steps:
        yield f"  {safe(step.part)}: {step.kind.value}" if step.part else f"  {step.kind.value}"
    if not reading.dialled:
        yield f"  refused: {safe(reading.refusal)}"
        return
    shown = f"  ({safe(reading.shown)})" if reading.shown != reading.dialled else ""
    yield f"  dialled: {safe(reading.dialled)}{shown}"
    yield f"  dial rules: {'allowed' if allowed else 'not allowed'}"


def _row(reading: Reading, *, allowed: bool) -> str:
    what = reading.dialled or f"refused: {reading.refusal}"
    denied = "  (not allowed by the dial rules)" if reading.dialled and not allowed else ""
    return f"{safe(reading.text)}\t{safe(what)}{denied}"


def _fields(reading: Reading, *, allowed: bool) -> dict[str, object]:
    return {
        "text": reading.text,
        "dialled": reading.dialled or None,
        "shown": reading.shown or None,
        "allowed": allowed,
        "refusal": reading.refusal or None,
        "steps": [{"kind": step.kind.name.lower(), "part": step.part} for step in reading.steps],
    }
