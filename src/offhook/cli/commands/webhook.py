"""`offhook webhook`."""

import asyncio
import json
import time
from argparse import ArgumentParser, Namespace
from contextlib import closing

from offhook.assembly.database import OUTBOX, open_outbox, uses_database
from offhook.assembly.webhooks import webhook
from offhook.cli.common import FAILED, OK, add_config, add_json, complain, read_stored
from offhook.cli.show import safe, table
from offhook.config import Config
from offhook.errors import UnavailableError
from offhook.manager.outbox import Letter
from offhook.webhooks.sender import send
from offhook.webhooks.target import Resolver

SUMMARY = """What waits to be told to the programs of [[webhook]], and what could not be delivered and is
given up (`dead`). `retry` tries dead ones again, within a minute if Offhook runs; `drop` forgets them; `test`
sends a webhook something now, and says what came of it."""

EXAMPLES = """\
  offhook webhook list
  offhook webhook retry
  offhook webhook drop msg_5f2c9a...
  offhook webhook test crm"""

MOST = 1000


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what waits, and what is dead, latest first")
    add_json(listing, "print one JSON object a line")
    for name, what in (("retry", "try dead ones again"), ("drop", "forget dead ones")):
        one = actions.add_parser(name, help=what)
        one.add_argument("id", metavar="ID", nargs="?", default="", help="this one; all without it")
        add_config(one)
    test = actions.add_parser("test", help="send something now")
    test.add_argument("name", metavar="NAME", help="the webhook")
    for one in (listing, test):
        add_config(one)


def run(options: Namespace) -> int:
    """Does what was asked for. Raises `ConfigError` and `UnavailableError`."""
    config = read_stored(options)
    if options.action == "test":
        return asyncio.run(_test(config, options.name))
    if not (uses_database(config) or (config.state.dir / OUTBOX).is_file()):
        print("nothing")
        return OK
    with closing(open_outbox(config, config.state.dir)) as outbox:
        if options.action == "list":
            _list(outbox.letters(limit=MOST), as_json=options.json)
            return OK
        count = (outbox.revive if options.action == "retry" else outbox.drop)(options.id)
    if options.id and not count:
        complain(f"there is no dead letter {options.id}; see: offhook webhook list")
        return FAILED
    print(f"{count} {'tried again' if options.action == 'retry' else 'forgotten'}")
    return OK


def _list(letters: list[Letter], *, as_json: bool) -> None:
    if as_json:
        for one in letters:
            shown = {
                "id": one.id,
                "webhook": one.hook,
                "state": _state(one),
                "made": one.made,
                "next": None if one.dead else one.next_at,
                "attempts": one.attempts,
                "problem": one.problem,
                "message": json.loads(one.body),
            }
            print(json.dumps(shown, ensure_ascii=False))
        return
    rows = [["WHEN", "WEBHOOK", "WHAT", "STATE", "ATTEMPTS", "NEXT", "PROBLEM", "ID"]]
    for one in letters:
        what = str(json.loads(one.body).get("type", ""))
        following = "-" if one.dead else _when(one.next_at)
        texts = [one.hook, what, _state(one), str(one.attempts), following, safe(one.problem) or "-", one.id]
        rows.append([_when(one.made), *texts])
    print("\n".join(table(rows)) if letters else "nothing")


def _state(one: Letter) -> str:
    return "dead" if one.dead else "waits"


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


async def _test(config: Config, name: str) -> int:
    own = next((one for one in config.webhooks if one.name == name), None)
    if own is None:
        known = ", ".join(one.name for one in config.webhooks) or "none yet"
        complain(f"there is no [[webhook]] {name}; there are: {known}")
        return FAILED
    now = time.time()
    body = json.dumps({"id": "msg_test", "type": "test", "time": now}).encode()
    try:
        status = await send(
            Resolver(), webhook(config, own), Letter("msg_test", name, "", body, now, now), now
        )
    except UnavailableError as error:
        complain(str(error))
        return FAILED
    print(f"answered with status {status}")
    return OK if 200 <= status < 300 else FAILED
