"""`offhook up`."""

import logging
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress

from offhook.assembly.startable import check_settings
from offhook.cli.colour import paint
from offhook.cli.common import OK, add_config, read_config, start_log
from offhook.config import LogSettings

SUMMARY = """Run Smart Messenger and Call Manager, with the switch that is configured, until stopped by
Ctrl-C, SIGTERM or the end of its terminal. On a terminal it shows where it is reached, which phones are
registered, and calls as they come; elsewhere, with --log, and with another log.level or log.format it logs.
With sscp.url in the configuration the Call Manager runs elsewhere, and only the Smart Messenger is run."""

EXAMPLES = """\
  offhook up --config offhook.toml
  offhook up --config offhook.toml --set log.level=debug
  offhook up --only manager --config /etc/offhook/offhook.toml"""

USUAL = LogSettings()
"""Who has set another level, or JSON, wants to read the log."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser, overrides=True)
    parser.add_argument("--only", choices=("manager", "messenger"), help="run this part alone")
    parser.add_argument("--log", action="store_true", help="log on a terminal, too")


def run(options: Namespace) -> int:
    """Until stopped. Raises `ConfigError` for what cannot be started as configured."""
    config = read_config(options, secrets=True)
    check_settings(config, options.only)
    # There is none where Windows has started it without a console.
    watched = all(stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr))
    usual = (config.log.level, config.log.format) == (USUAL.level, USUAL.format)
    shows = watched and not options.log and usual
    start_log(logging.WARNING if shows else config.log.level, json=config.log.format == "json")
    for warning in config.warnings:
        logging.getLogger("offhook.config").warning("%s", warning)
    from offhook.assembly.run import System
    from offhook.assembly.run import run as run_assembly

    def say(text: str, colour: str = "") -> None:
        with suppress(OSError):  # the terminal may be gone, and what runs goes on
            print(paint(text, colour, sys.stdout), flush=True)

    async def show(system: System) -> None:
        from offhook.cli.banner import follow, heading

        heading(config, system, say)
        if options.only != "messenger" and not config.sscp.url:
            await follow(config, say)

    run_assembly(config, options.only, beside=show if shows else None)
    if shows:
        say("stopped")
    return OK
