"""`offhook open`."""

from argparse import ArgumentParser, Namespace

from offhook.cli.common import add_config
from offhook.cli.desktopstart import start

SUMMARY = """Have the Smart Messenger's window call a tel:, callto: or sip: link. It asks first, unless the
person has allowed links to dial. Starts the window when it does not run; without a link it is shown."""

EXAMPLES = """\
  offhook open tel:+82-2-568-3848
  offhook open --clipboard"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "link",
        nargs="?",
        metavar="LINK",
        help="tel:, callto: or sip: link, or a number; without one the window is shown",
    )
    what.add_argument("--clipboard", action="store_true", help="call the number in the clipboard")
    add_config(parser, overrides=True)


def run(options: Namespace) -> int:
    """Hand the link over. Raises `ConfigError`."""
    if options.clipboard:
        return start(options, ["clipboard"])
    return start(options, ["open", options.link] if options.link else ["show"])
