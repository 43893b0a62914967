"""`offhook drop`."""

from argparse import ArgumentParser, Namespace

from offhook.cli.commands.dial import short
from offhook.cli.common import OK, add_config, read_config
from offhook.cli.tspsession import TspSession, refused
from offhook.config import Config
from offhook.errors import CallError, Refusal
from offhook.tsp.messages import Drop, Fail

SUMMARY = "End a call of your phone: the newest one, or the one that is named."

EXAMPLES = """\
  offhook drop
  offhook drop 4001
  offhook drop 8f31c2 --terminal 4000"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "which",
        metavar="ADDRESS|CALLID",
        nargs="?",
        default="",
        help="the number as dialled, or the call's id",
    )
    parser.add_argument("--terminal", metavar="T", default="", help="a call of this phone")
    add_config(parser)


def run(options: Namespace) -> int:
    """Raises `CallError` when there is no such call."""
    drop = Drop(short(options.which))
    config = read_config(options)
    with TspSession.open(config, options.terminal) as session:
        response = session.ask(drop)
        if isinstance(response, Fail):
            if response.reason == Refusal.NO_SUCH_CALL.value and not options.which:
                raise CallError(
                    Refusal.NO_SUCH_CALL,
                    f"{_phone(options, config)} has no call that it made; end another by its number or id,"
                    " see: offhook calls",
                )
            raise refused(options, response, f"dropping {options.which or 'the newest call'}")
    return OK


def _phone(options: Namespace, config: Config) -> str:
    terminal = options.terminal or config.tsp.terminal
    return f"phone {terminal}" if terminal else "your phone"
