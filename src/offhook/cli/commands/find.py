"""`offhook find`."""

import asyncio
import json
from argparse import ArgumentParser, Namespace

from offhook.cli.common import FAILED, OK, add_json, complain
from offhook.cli.show import table

SUMMARY = """Look for Call Managers that are announced on the local network (discovery.announce there).
Anybody on the network can announce anything: take one that you know; its certificate is checked at the
login."""

EXAMPLES = """\
  offhook find
  offhook find --seconds 10
  offhook find --json"""

MOST_S = 60.0


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--seconds", metavar="S", type=float, default=3.0, help=f"listen so long (3, up to {MOST_S:g})"
    )
    add_json(parser)


def run(options: Namespace) -> int:
    """Done when at least one was found. Raises `UnavailableError`."""
    from offhook.sscp.discovery import find  # here, for `--help` needs no network library

    found = asyncio.run(find(min(max(options.seconds, 0.1), MOST_S)))
    if options.json:
        fields = [
            {
                "name": one.name,
                "url": one.url,
                "host": one.host,
                "port": one.port,
                "addresses": list(one.addresses),
                "tls": one.tls,
            }
            for one in found
        ]
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    elif found:
        rows = [("CALL MANAGER", "sscp.url", "ADDRESS")]
        rows += [(one.name, one.url, " ".join(one.addresses)) for one in found]
        print("\n".join(table(rows)))
    if not found:
        complain("no Call Manager is announced here; set discovery.announce = true there, or sscp.url here")
        return FAILED
    return OK
