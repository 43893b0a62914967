"""Files that hold a secret: one line, for their owner's eyes only."""

import os
import stat
from pathlib import Path

from offhook.errors import ConfigError
from offhook.privatefile import write_private

MAX_SECRET = 4096
"""Bytes read of a secret's file: many times what any password or token has."""

TOKEN_BYTES = 24
"""192 random bits: not to be guessed, and still one line."""


def read_secret(path: Path, key: str) -> str:
    """The first line of the file. Raises `ConfigError` (key: the setting that named it) if there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SECRET)
    except OSError as error:
        raise ConfigError(
            str(path), key, f"cannot be read ({error.strerror})", "create it or correct the setting"
        ) from None
    try:
        secret = data.decode().partition("\n")[0].strip()
    except UnicodeDecodeError:
        raise ConfigError(
            str(path), key, "is not UTF-8 text", "write the secret as one line of text"
        ) from None
    if not secret:
        raise ConfigError(str(path), key, "holds no secret in its first line", "write it there as plain text")
    return secret


def make_secret(path: Path, key: str) -> str:
    """The secret in the file; a missing file is written first, random and for the owner only."""
    if path.exists():
        return read_secret(path, key)
    # Imported here: they cost more than everything else that `offhook dial` needs of this module.
    from secrets import token_urlsafe

    secret = token_urlsafe(TOKEN_BYTES)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secret + "\n")
    except OSError as error:
        raise ConfigError(
            str(path), key, f"cannot be written ({error.strerror})", "make its folder writable"
        ) from None
    return secret


def exposed(path: Path) -> bool:
    """May anybody on this machine read the file? Windows has other rules, and is not judged."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
