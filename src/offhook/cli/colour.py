"""Colours on terminals. Cheap to import."""

import os
from typing import TextIO

WHEN = ("auto", "always", "never")

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"
"""SGR parameters (ECMA-48 8.3.117)."""

_chosen = "auto"


def choose(when: str) -> None:
    """What `--color` says, for all that is printed from here on."""
    global _chosen
    _chosen = when


def coloured(stream: TextIO | None) -> bool:
    """May colours be written there? As `--color` says; by itself not to files and dumb terminals, nor with
    NO_COLOR set (no-color.org). None is where Windows has started this without a console."""
    if stream is None:
        return False
    if _chosen != "auto":
        return _chosen == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: TextIO | None) -> str:
    """The text in the colour, where the stream shows any; as it is without a colour."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour and coloured(stream) else text
