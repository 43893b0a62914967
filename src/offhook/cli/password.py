"""A password for a phone or a user: from a file, from the person, or made; never from the command line."""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass
from pathlib import Path

from offhook.config import read_secret
from offhook.config.phones import made_password
from offhook.errors import OffhookError

MIN_PASSWORD = 8
"""Characters of a password that a person chose (NIST SP 800-63B section 5.1.1.1)."""


class PasswordError(OffhookError):
    """No password came of what the person gave."""


def add_password(parser: ArgumentParser) -> None:
    """`--password-file FILE` and `--generate`."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--password-file", metavar="FILE", type=Path, help="the password is this file's first line"
    )
    group.add_argument("--generate", action="store_true", help="make a password and print it")


def get_password(options: Namespace, what: str) -> tuple[str, bool]:
    """The password, and whether it was made here and has to be told.

    Without options it is asked for; where nobody can be asked it is made. Raises `PasswordError` or
    `ConfigError`.
    """
    if options.password_file is not None:
        return _long_enough(read_secret(options.password_file, "--password-file")), False
    if options.generate or not sys.stdin.isatty():
        return made_password(), True
    password = getpass(f"Password of {what} (empty: make one): ")
    if not password:
        return made_password(), True
    if not password.isprintable():
        raise PasswordError("the password has control characters in it; type another one")
    _long_enough(password)
    if getpass("Again: ") != password:
        raise PasswordError("the two passwords differ; try again")
    return password, False


def ask_for(what: str) -> str:
    """A password that somebody else has made, as it is: typed, or the first line of standard input.

    Raises `PasswordError`.
    """
    text = getpass(f"Password of {what}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not text or not text.isprintable():
        raise PasswordError(
            "no password was given, or one with control characters; type it, or name its file"
        )
    return text


def _long_enough(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise PasswordError(f"the password has less than {MIN_PASSWORD} characters; take a longer one")
    return password
