"""Files that hold a secret: one line, for their owner's eyes only."""

import os
import stat
from pathlib import Path

from offhook.common.privatefile import (
    ExposedFileError,
    private_folder,
    read_file,
    read_private,
    replace_private,
)
from offhook.errors import ConfigError

MAX_SECRET = 4096
"""Bytes read of a secret's file: many times what any password or token has."""

TOKEN_BYTES = 24
"""192 random bits: not to be guessed, and still one line."""


def read_secret(path: Path, key: str) -> str:
    """The first line of the file. Raises `ConfigError` (key: the setting that named it) if it is missing."""
    try:
        data = read_file(path, MAX_SECRET)
    except FileNotFoundError:
        raise ConfigError(
            str(path),
            key,
            "does not exist",
            "put it there, the secret in its first line, or correct the setting",
        ) from None
    except OSError as error:
        raise ConfigError(
            str(path),
            key,
            f"cannot be read ({error.strerror})",
            "let this user read it, or correct the setting",
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
    """The secret in the file, which has to be its owner's alone; a missing file is written first.

    Raises `ConfigError` also where the file is a link, or could have been written or read by others.
    """
    if os.path.lexists(path):
        try:
            read_private(path, 1)
        except ExposedFileError as error:
            raise ConfigError(
                str(path), key, error.strerror or "is exposed", "A new one is made at the next start"
            ) from None
        except OSError:
            pass  # reading says it better
        return read_secret(path, key)
    return renew_secret(path, key)


def renew_secret(path: Path, key: str) -> str:
    """A new secret in the file, random and for its owner only. Raises `ConfigError`."""
    # Imported here: they cost more than everything else that `offhook dial` needs of this module.
    from secrets import token_urlsafe

    secret = token_urlsafe(TOKEN_BYTES)
    try:
        private_folder(path.parent)
        replace_private(path, secret + "\n")
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
