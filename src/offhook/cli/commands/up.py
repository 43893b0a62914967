"""`offhook up`."""

import logging
from argparse import ArgumentParser, Namespace

from offhook.assembly.startable import check_settings
from offhook.cli.common import LOG_FORMAT, OK, add_config, read_config

SUMMARY = """Run Smart Messenger and Call Manager, with the switch that is configured, until stopped by
Ctrl-C, SIGTERM or the end of its terminal. With sscp.url in the configuration the Call Manager runs
elsewhere, and only the Smart Messenger is run."""

EXAMPLES = """\
  offhook up --config offhook.toml
  offhook up --config offhook.toml --set log.level=debug
  offhook up --only manager --config /etc/offhook/offhook.toml"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser, overrides=True)
    parser.add_argument("--only", choices=("manager", "messenger"), help="run this part alone")


def run(options: Namespace) -> int:
    """Until stopped. Raises `ConfigError` for what cannot be started as configured."""
    config = read_config(options, secrets=True)
    check_settings(config, options.only)
    logging.basicConfig(level=config.log.level, format=LOG_FORMAT)
    for warning in config.warnings:
        logging.getLogger("offhook.config").warning("%s", warning)
    from offhook.assembly.run import run as run_assembly

    run_assembly(config, options.only)
    return OK
