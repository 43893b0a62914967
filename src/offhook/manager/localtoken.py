"""The file by which this account's programs on this machine log in: `local.token` in the state folder."""

from pathlib import Path

from offhook.privatefile import replace_private

FILE_NAME = "local.token"
MAX_TOKEN = 1024


def write_token(path: Path, token: str) -> None:
    """Put the token where only this account reads it."""
    replace_private(path, token)


def read_token(path: Path) -> str:
    """The token. Raises `OSError` when no Call Manager of this account has been started."""
    with path.open(encoding="ascii", errors="replace") as file:
        return file.read(MAX_TOKEN).strip()
