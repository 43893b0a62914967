"""`offhook messenger`."""

import sys
from argparse import ArgumentParser, Namespace

from offhook.cli.common import FAILED, OK, add_config, read_config
from offhook.cli.desktopstart import end, end_everybody, start
from offhook.cli.restart import own_command, with_config

SUMMARY = """The Smart Messenger with its window: a tray icon, pop-ups for calls, a dial box, contacts,
history and settings. Without sscp.url in the configuration it uses the Call Manager of this computer, and
runs one when there is none. A second start shows the window of the first."""

EXAMPLES = """\
  offhook messenger
  offhook messenger --hidden --config offhook.toml
  offhook messenger --take-links"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser, overrides=True)
    parser.add_argument("--hidden", action="store_true", help="stay in the tray until something happens")
    parser.add_argument(
        "--take-links", action="store_true", help="be the program for tel:, callto: and sip: links, then end"
    )
    parser.add_argument("--end", action="store_true", help="end the one that runs; nobody is hung up")
    parser.add_argument(
        "--everybody", action="store_true", help="with --end: those of all sessions, as administrator"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="with --everybody: have each start again when the setup has ended",
    )
    for name, what in (("install", "install"), ("uninstall", "remove")):
        parser.add_argument(
            f"--{name}-tsp", action="store_true", help=f"{what} the TAPI service provider, as administrator"
        )


def run(options: Namespace) -> int:
    """Until Quit. Raises `ConfigError` for what cannot be started as configured."""
    if options.take_links:
        return _take_links(options)
    if options.install_tsp or options.uninstall_tsp:
        return _change_tsp(options)
    if options.end:
        return end_everybody(options) if options.everybody else end(options)
    if options.hidden and not options.again and read_config(options).policies.autostart is False:
        return OK  # it is how the session starts it
    return start(options, ["--hidden"] if options.hidden else ["show"])


def _change_tsp(options: Namespace) -> int:
    from offhook.desktop.tspinstall import change_and_tell

    return OK if change_and_tell(own_command(), wanted=options.install_tsp) else FAILED


def _take_links(options: Namespace) -> int:
    from offhook.desktop.startup import Startup

    Startup(own_command(), with_config(options)).register_links()
    if sys.platform == "win32":
        print("Offhook is offered for tel:, callto: and sip: links: choose it in Windows' Default apps")
    else:
        print("tel:, callto: and sip: links now open in Offhook, which asks before it dials")
    return OK
