"""Stores the people of each source on disk, so that they are available at the start even if a server is down.

One JSON file for each source, readable by its owner only: names and numbers are personal data.
"""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from offhook.common.privatefile import read_file, write_private
from offhook.directory.base import Person
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

VERSION = 1


@dataclass(frozen=True, slots=True)
class Saved:
    """The people of a source, when they were read (seconds since the epoch), and the keys of their numbers.

    `keys` has the keys for each number as written, made by the dialling rules that `rules` identifies.
    """

    identity: str
    fetched: float
    people: tuple[Person, ...]
    rules: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = VERSION


def file_of(folder: Path, name: str) -> Path:
    """The file of a source. A name that is not a valid file name is changed, and a hash appended."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    if plain != name:
        plain = f"{plain[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return folder / f"directory-{plain}.json"


def save(folder: Path, name: str, saved: Saved) -> None:
    """Write the file atomically. Raises `UnavailableError`."""
    path = file_of(folder, name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, msgspec.json.encode(saved).decode())
    except OSError as error:
        raise UnavailableError(
            f"{path} cannot be written ({error.strerror})",
            f"let this user write in {folder}",
        ) from error


def load(folder: Path, name: str, identity: str) -> Saved | None:
    """What was saved for a source with this identity; None if there is nothing usable."""
    path = file_of(folder, name)
    try:
        saved = msgspec.json.decode(read_file(path), type=Saved)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        logger.warning("%s is not used: %s", path, error)
        return None
    return saved if saved.version == VERSION and saved.identity == identity else None


def people_of(saved: Saved | None) -> Sequence[Person]:
    """The people; empty if nothing was saved."""
    return saved.people if saved is not None else ()
