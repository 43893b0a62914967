"""`offhook messenger`."""

import logging
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from offhook import coredumps
from offhook.cli.common import OK, add_config, config_file, read_config
from offhook.cli.up import LOG_FORMAT
from offhook.config import user_file
from offhook.startable import check_settings

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


def run(options: Namespace) -> int:
    """Until Quit. Raises `ConfigError` for what cannot be started as configured."""
    if options.take_links:
        return _take_links(options)
    return start(options, ["--hidden"] if options.hidden else ["show"])


def start(options: Namespace, wanted: list[str]) -> int:
    """Have the instance that runs do what is wanted, or become it. Raises `ConfigError`."""
    check_settings(read_config(options, secrets=True))
    from offhook.desktop.display import broken_import, check_display, check_qt

    check_qt()
    try:
        from offhook.desktop.single import address, hand_over
    except ImportError as error:
        check_display()  # who has no display needs no libraries
        raise broken_import(error) from error
    file = config_file(options) or user_file()
    instance = address(str(file.absolute()))
    if hand_over([one for one in wanted if one != "--hidden"] or ["show"], instance):
        return OK
    check_display()
    try:
        from offhook.desktop.bridge import run as run_desktop
    except ImportError as error:
        raise broken_import(error) from error
    logging.basicConfig(level=read_config(options).log.level, format=LOG_FORMAT)
    logging.getLogger("websockets").setLevel(logging.INFO)
    coredumps.switch_off(private=False)
    from offhook.cli.desktopprogram import program
    from offhook.desktop.app import App
    from offhook.desktop.preferences import Preferences

    made = program(options, file, instance)
    return run_desktop(lambda application: App(application, made, Preferences()).run(wanted))


def with_config(options: Namespace) -> list[str]:
    """The configuration that is used, for a command that starts this program anew from anywhere."""
    file = config_file(options)
    return [] if file is None or file == user_file() else ["--config", str(file.absolute())]


def own_command() -> list[str]:
    """What starts this program anew."""
    script = Path(sys.argv[0])
    if script.name.startswith("offhook") and script.suffix != ".py":
        return [str(script.absolute())]
    return [sys.executable, "-m", "offhook"]


def _take_links(options: Namespace) -> int:
    from offhook.desktop.startup import Startup

    Startup(own_command(), with_config(options)).take_links()
    print("tel:, callto: and sip: links now open in Offhook, which asks before it dials")
    return OK
