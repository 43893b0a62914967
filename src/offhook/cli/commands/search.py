"""`offhook search`."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence

from offhook.assembly.directory import open_directory
from offhook.cli.common import FAILED, OK, UNREACHABLE, add_config, add_json, complain, read_config
from offhook.cli.show import safe, table, when
from offhook.config import Config
from offhook.directory import DirectoryCache, Number, Person
from offhook.directory.similarnames import begins

SUMMARY = """Find the site's phones and people of the directory by the beginnings of their names, in any
order, by company, mail address or a part of their number. What is kept on this machine is searched; a source
of which nothing is kept is read first. Exits with 1 when nobody is found, with 3 when nobody is found and no
source could be read."""

EXAMPLES = """\
  offhook search kim
  offhook search 김ㅊ
  offhook search ㄱㅊㅅ
  offhook search 568-3848
  offhook search --fresh --json lee hansol"""

MOST = 1000


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("text", metavar="TEXT", nargs="+", help="what to look for")
    parser.add_argument(
        "--limit", metavar="N", type=int, default=20, help=f"show at most so many people (20, up to {MOST})"
    )
    parser.add_argument("--fresh", action="store_true", help="read all sources first")
    add_config(parser, overrides=True)
    add_json(parser)


def run(options: Namespace) -> int:
    """The exit code by what was found. Raises `ConfigError`."""
    config, text = read_config(options), " ".join(options.text)
    if not config.directory.sources and not config.terminals:
        raise config.error(
            "directory.source",
            "there is neither a directory nor a phone",
            "add a [[directory.source]], see docs/directory.md",
        )
    cache = open_directory(config)
    asyncio.run(cache.open())
    if options.fresh or any(state.fetched is None for state in cache.states()):
        # Passwords only now: what is kept can be searched by who may not read them.
        cache = open_directory(read_config(options, secrets=True))
        asyncio.run(_read(cache, fresh=options.fresh))
    limit = min(max(options.limit, 1), MOST)
    people = list(cache.search(text, limit))
    people = [*_phones(config, text, people), *people][:limit]
    _show(people, as_json=options.json)
    for state in cache.states():
        if state.problem:
            kept = f"; shown is what it told {when(state.fetched)}" if state.fetched else ""
            complain(f"directory {state.name}: {state.problem}{kept}")
    if people:
        return OK
    complain("nobody was found; type less of the name, or a part of the number")
    states = cache.states()
    return UNREACHABLE if states and all(state.problem for state in states) else FAILED


def _phones(config: Config, text: str, people: Sequence[Person]) -> Iterator[Person]:
    """The site's own phones of that name or number, without those that the directory has found."""
    found = {number.text for person in people for number in person.numbers}
    for phone in config.terminals:
        if phone.id not in found and (text in phone.id or begins(text, phone.name)):
            yield Person(phone.name, (Number(phone.id),))


async def _read(cache: DirectoryCache, *, fresh: bool) -> None:
    await cache.open()
    await cache.refresh(missing_only=not fresh)


def _show(people: Sequence[Person], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_fields(one) for one in people], ensure_ascii=False, indent=2))
    elif people:
        rows = [("NAME", "NUMBERS", "COMPANY", "MAIL")]
        for one in people:
            numbers = ", ".join(number.text for number in one.numbers)
            rows.append((safe(one.name), safe(numbers), safe(one.company), safe(one.mail)))
        print("\n".join(table(rows)))


def _fields(one: Person) -> dict[str, object]:
    return {
        "name": one.name,
        "aliases": list(one.aliases),
        "numbers": [{"kind": number.kind.value, "number": number.text} for number in one.numbers],
        "company": one.company,
        "mail": one.mail,
    }
