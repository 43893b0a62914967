"""The files to install as commands of NSIS, sorted: `File /r` takes them in the order that the disk has."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path


def file_list(folder: Path, target: str) -> str:
    """What puts the folder's files below `target`; the same for the same files, wherever they were made."""
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    files.sort(key=lambda path: (path.parent, path.name))
    lines = []
    for place, inside in groupby(files, key=lambda path: path.parent):
        inner = "\\".join((target, *map(_quoted, place.parts)))
        lines.append(f'SetOutPath "{inner}"')
        lines += [f'File "{_quoted(str(folder / path))}"' for path in inside]
    return "\n".join(lines) + "\n"


def _quoted(path: str) -> str:
    """A dollar sign begins a variable."""
    return path.replace("$", "$$")
