"""`offhook up`."""

import logging
from argparse import ArgumentParser, Namespace

from offhook.address import known_country
from offhook.cli.common import OK, add_config, read_config
from offhook.config import Config

SUMMARY = """Run Smart Messenger and Call Manager, with the switch that is configured, until stopped by
Ctrl-C or SIGTERM. With sscp.url in the configuration the Call Manager runs elsewhere, and only the Smart
Messenger is run."""

EXAMPLES = """\
  offhook up --config offhook.toml
  offhook up --config offhook.toml --set log.level=debug
  offhook up --only manager --config /etc/offhook/offhook.toml"""

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser, overrides=True)
    parser.add_argument("--only", choices=("manager", "messenger"), help="run this part alone")


def run(options: Namespace) -> int:
    """Until stopped. Raises `ConfigError` for what cannot be started as configured."""
    config = read_config(options, secrets=True)
    check(config, options.only)
    logging.basicConfig(level=config.log.level, format=LOG_FORMAT)
    for warning in config.warnings:
        logging.getLogger("offhook.config").warning("%s", warning)
    from offhook.assembly import run as run_assembly

    run_assembly(config, options.only)
    return OK


def check(config: Config, only: str | None = None) -> None:
    """What only somebody who starts it needs to have right. Raises `ConfigError`."""
    if config.address.country and not known_country(config.address.country):
        raise config.error(
            "address.country", f"{config.address.country!r} is no country", 'take its two letters, like "KR"'
        )
    if not config.terminals and only != "messenger" and not config.sscp.url:
        raise config.error("terminal", "there is no phone", "add one: offhook terminal add 4000 --name Kim")
