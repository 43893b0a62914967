"""The log as JSON: one object a line, for programs that collect it (journald, Loki, Elasticsearch).

Each has `time` (RFC 3339, UTC), `level`, `logger` and `message`; `error` is the traceback of a mistake. A
line about a call or a terminal has `call` and `terminal` as members of their own: they are found by the words
in front of them in the message's template ("call %s: terminal %s ..."), so that the code says each once.
"""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

EVENT = "offhook_event"
"""The attribute of a record that has the members of an event, see `event`."""

_PLACE = re.compile(r"%(?:%|[-#0 +]*[0-9]*(?:\.[0-9]+)?[srdifgx])")
_NAMED = re.compile(r"\b(call|terminal|trunk) $")


def event(**members: object) -> dict[str, object]:
    """What is given to a logger as `extra`, so that these are members of the object. None is left out."""
    return {EVENT: {name: value for name, value in members.items() if value is not None}}


class JsonFormatter(logging.Formatter):
    """One JSON object without a line break in it, in ASCII, whatever is in the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        when = datetime.fromtimestamp(record.created, UTC)
        members: dict[str, object] = {
            "time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **dict(_named(record)),
            **getattr(record, EVENT, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            members["error"] = self.formatException(record.exc_info)
        return json.dumps(members, default=str)


def _named(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    """The calls, terminals and trunks in the message; of several the first."""
    if not isinstance(record.msg, str) or not isinstance(record.args, tuple):
        return
    seen, at = set[str](), 0
    for place in _PLACE.finditer(record.msg):
        if place.group() == "%%":
            continue
        named = _NAMED.search(record.msg, 0, place.start())
        if named is not None and named[1] not in seen and at < len(record.args):
            seen.add(named[1])
            yield named[1], str(record.args[at])
        at += 1
