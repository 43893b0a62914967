"""A configuration as it would be, before it is written, with the policies of this machine."""

from pathlib import Path

from offhook.assembly import candidate as assembled
from offhook.config import PLACE, Config
from offhook.windows.policies import read_policies


def candidate(text: str, file: Path) -> Config:
    """The configuration that the text is. Raises `ConfigError`, with the name of the file."""
    return assembled.candidate(text, file, read_policies(PLACE))


def check_change(before: str, after: str, file: Path) -> None:
    """Could `offhook up` start with what the file would be? Raises the `ConfigError` that it would raise."""
    assembled.check_change(before, after, file, read_policies(PLACE))
