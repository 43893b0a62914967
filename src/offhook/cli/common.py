"""What the commands share. Cheap to import."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from offhook.config import PLACE, Config, find, load
from offhook.windows.policies import read_policies

OK = 0
FAILED = 1
USAGE = 2
UNREACHABLE = 3
INTERRUPTED = 130

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
"""Of whatever runs until it is stopped."""


def start_log(level: int | str, *, json: bool = False) -> None:
    """Log to standard error from now on: for people, or one JSON object a line."""
    import logging  # only for what runs until it is stopped

    if not json:
        logging.basicConfig(level=level, format=LOG_FORMAT)
        return
    from offhook.common.jsonlog import JsonFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler])


def add_config(parser: ArgumentParser, *, overrides: bool = False) -> None:
    """`--config FILE`; with `overrides` `--set KEY=VALUE` as well."""
    parser.add_argument("--config", metavar="FILE", type=Path, help="the configuration file")
    if overrides:
        parser.add_argument(
            "--set",
            metavar="KEY=VALUE",
            type=_override,
            action="append",
            default=[],
            help="a setting that overrules the file, like tsp.listen=127.0.0.1:7800; may be repeated",
        )


def add_json(parser: ArgumentParser, what: str = "print JSON") -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=what)


def read_config(options: Namespace, *, secrets: bool = False) -> Config:
    """The configuration. `secrets`: see `offhook.config.load`. Raises `ConfigError`."""
    overrides = dict(getattr(options, "set", ()))
    return load(options.config, overrides, secrets=secrets, policies=read_policies(PLACE))


def read_stored(options: Namespace) -> Config:
    """The configuration for who opens what is stored: a database wants its password. Raises `ConfigError`."""
    config = read_config(options)
    return read_config(options, secrets=True) if config.state.database else config


def config_file(options: Namespace) -> Path | None:
    """The configuration file that is used, None when there is none."""
    return find(options.config)


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"offhook: {message}", file=sys.stderr)


def _override(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value
