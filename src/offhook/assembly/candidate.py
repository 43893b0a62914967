"""A configuration as it would be, before it is written."""

from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from offhook.assembly.startable import check_startable
from offhook.common.privatefile import write_private
from offhook.config import Config, load
from offhook.config.policies import Values
from offhook.errors import ConfigError


def candidate(text: str, file: Path, policies: Values) -> Config:
    """The configuration that the text is. Relative names in it count from the file's folder.

    Raises `ConfigError`, with the name of the file.
    """
    # A name of its own: what is typed may be read anew before the last reading is done.
    beside = file.with_name(f".{file.name}.{token_hex(4)}.test")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_private(beside, text)
    try:
        return replace(load(beside, policies=policies), file=str(file))
    except ConfigError as error:
        if error.file != str(beside):
            raise
        raise ConfigError(str(file), error.key, error.what, error.fix) from None
    finally:
        beside.unlink(missing_ok=True)


def check_change(before: str, after: str, file: Path, policies: Values) -> None:
    """Could `offhook up` start with what the file would be? Raises the `ConfigError` that it would raise.

    What was wrong before is not the fault of this change: a site is set up one thing after the other.
    """
    problem = _problem(after, file, policies)
    if problem is None:
        return
    old = _problem(before, file, policies)
    if old is None or (old.key, old.what) != (problem.key, problem.what):
        raise problem


def _problem(text: str, file: Path, policies: Values) -> ConfigError | None:
    try:
        check_startable(candidate(text, file, policies))
    except ConfigError as error:
        return error
    return None
