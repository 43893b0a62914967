"""Where the phones were, kept over a restart: they would else be unreachable until they register again.

Only phones on UDP: a connection does not outlive us, and its phone comes back by itself.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

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
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump([list(binding) for binding in bindings], file)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


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
