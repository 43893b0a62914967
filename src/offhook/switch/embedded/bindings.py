"""Where the phones were, kept over a restart: they would else be unreachable until they register again.

Only phones on UDP: a connection does not outlive us, and its phone comes back by itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from offhook.privatefile import write_private

logger = logging.getLogger(__name__)

MAX_FILE = 64 << 20
"""Bytes that are read: some 300,000 phones."""


class KeptBinding(NamedTuple):
    """A registration: `expires` is seconds since the epoch, `host` and `port` where it is reached."""

    terminal: str
    uri: str
    host: str
    port: int
    expires: float
    call_id: str
    cseq: int


def write_bindings(path: Path, bindings: Iterable[KeptBinding]) -> None:
    """Write the file whole or not at all, for its owner only. Raises `OSError`."""
    write_private(path, json.dumps([list(binding) for binding in bindings]))


def read_bindings(path: Path) -> list[KeptBinding]:
    """What was kept; nothing when there is no file or it cannot be read, which costs only time."""
    try:
        with path.open(encoding="utf-8") as file:
            rows = json.loads(file.read(MAX_FILE))
        return [_binding(row) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        logger.warning("%s: registrations are not taken over (%s); phones will register anew", path, error)
        return []


def _binding(row: object) -> KeptBinding:
    if not isinstance(row, list) or len(row) != len(KeptBinding._fields):
        raise ValueError("not a list of registrations")
    terminal, uri, host, port, expires, call_id, cseq = row
    return KeptBinding(str(terminal), str(uri), str(host), int(port), float(expires), str(call_id), int(cseq))
