"""`offhook status`."""

import json
from argparse import ArgumentParser, Namespace

from offhook.cli.common import FAILED, OK, add_config, add_json
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.cli.nodetable import node_fields, node_table

SUMMARY = """Show how the Call Manager is, and in a cluster each of them: which telephone system it works just
now, whether it takes calls, since when it runs, how many sessions it has, and how many calls it knows of. For
administrators, and on the Call Manager's own machine for the account that runs it. Ends with 1 if a node is
lost or has a problem."""

EXAMPLES = """\
  offhook status
  offhook status --json | jq '.[] | select(.live | not) | .name'"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `ConfigError`, `CallError`."""
    return run_session(_status(options))


async def _status(options: Namespace) -> int:
    async with manager(config_for_login(options)) as client:
        nodes = await client.nodes()
    if options.json:
        print(json.dumps([node_fields(one) for one in nodes], ensure_ascii=False, indent=2))
    else:
        print("\n".join(node_table(nodes)))
    return OK if all(one.well for one in nodes) else FAILED
