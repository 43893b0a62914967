"""The file by which this account's programs on this machine log in: `local.token` in the state folder."""

from pathlib import Path

from offhook.common.privatefile import private_folder, replace_private

FILE_NAME = "local.token"
MAX_TOKEN = 1024


def write_token(path: Path, token: str) -> None:
    """Put the token where only this account reads it."""
    replace_private(path, token)


def keep_token(path: Path, token: str) -> None:
    """Put the token there unless it stands there, as when the folder was removed or the disk was full.

    Raises `OSError`.
    """
    try:
        if read_token(path) == token:
            return
    except OSError:
        pass
    private_folder(path.parent)
    write_token(path, token)


def read_token(path: Path) -> str:
    """The token. Raises `OSError` when no Call Manager of this account has been started."""
    with path.open(encoding="ascii", errors="replace") as file:
        return file.read(MAX_TOKEN).strip()
