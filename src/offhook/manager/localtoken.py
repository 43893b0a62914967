"""The file by which this account's programs on this machine log in: `local.token` in the state folder."""

import os
import secrets
from pathlib import Path

FILE_NAME = "local.token"
MAX_TOKEN = 1024


def write_token(path: Path, token: str) -> None:
    """Put the token where only this account reads it; a reader sees the old one or the new one, whole."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    temporary.replace(path)


def read_token(path: Path) -> str:
    """The token. Raises `OSError` when no Call Manager of this account has been started."""
    with path.open(encoding="ascii", errors="replace") as file:
        return file.read(MAX_TOKEN).strip()
