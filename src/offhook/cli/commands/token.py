"""`offhook token`."""

from argparse import ArgumentParser, Namespace

from offhook.cli.common import OK, add_config, read_config
from offhook.config import make_secret, renew_secret

SUMMARY = """The token with which the TAPI provider and `offhook dial` log in to the Smart Messenger. It is in
tsp.token_file, for its owner's eyes only; copy it to where the telephone lines are set up."""

EXAMPLES = """\
  offhook token show
  offhook token new"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|new")
    show = actions.add_parser("show", help="print it; one is made when there is none")
    new = actions.add_parser("new", help="make a new one; within seconds the old one is worth nothing")
    for action in (show, new):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `ConfigError`."""
    file = read_config(options).tsp.token_file
    if options.action == "show":
        print(make_secret(file, "tsp.token_file"))
        return OK
    renew_secret(file, "tsp.token_file")
    print(f"{file} has a new token; give it to every telephone line: offhook tsp line add --token-file")
    return OK
