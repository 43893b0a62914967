"""What nodes of earlier versions wrote into NATS: of a call from 4000 to 4001, and of a Dial at another node.

`recorded/` has a file for each version, by its commit, with a line for each message, in their order: where it
went, and its text. `bucket KEY` and `kept KEY` are what stood in the buckets, `answer` is what came back for
the request before; all others are the ends of subjects. `record.py` makes such a file.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"

FIRST, LATER, NEWEST = "74197aa3", "ea9aeb7e", "39f1c899"
VERSIONS = (FIRST, LATER, NEWEST)
"""The first one whose cluster had the embedded switch, and two with much of what came after it."""


def recorded(version: str) -> list[tuple[str, str]]:
    """Where it went, and what it was."""
    lines = (FOLDER / f"{version}.jsonl").read_text().splitlines()
    return [(where, text) for where, text in map(json.loads, lines)]


def of(version: str, where: str) -> list[str]:
    """Those that went there, or to what begins so."""
    return [text for there, text in recorded(version) if there.startswith(where)]
