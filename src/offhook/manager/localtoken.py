"""`local.token` in the state folder: programs of the same account on this machine log in with it."""

from pathlib import Path

from offhook.common.privatefile import private_folder, read_file, replace_private

FILE_NAME = "local.token"
MAX_TOKEN = 1024


def write_token(path: Path, token: str) -> None:
    """Write the token to a file that only this account can read."""
    replace_private(path, token)


def keep_token(path: Path, token: str) -> None:
    """Write the token again if the file is missing: the folder was removed, or the disk was full before.

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
    return read_file(path, MAX_TOKEN).decode("ascii", "replace").strip()
