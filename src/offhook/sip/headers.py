"""The header fields of a message: ordered, case-insensitive, compact names expanded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

COMPACT: Final = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""All compact forms registered with IANA (RFC 3261 §7.3.3, 3515, 3841, 3892, 4028, 6665, 8224)."""

LISTS: Final = frozenset(
    {
        *("accept", "accept-contact", "accept-encoding", "accept-language", "alert-info", "allow"),
        *("allow-events", "call-info", "contact", "content-encoding", "content-language", "diversion"),
        *("error-info", "feature-caps", "geolocation", "history-info", "in-reply-to", "p-asserted-identity"),
        *("p-associated-uri", "p-preferred-identity", "p-visited-network-id", "path", "proxy-require"),
        *("reason", "record-route", "recv-info", "reject-contact", "remote-party-id", "request-disposition"),
        *("require", "resource-priority", "route", "security-client", "security-server", "security-verify"),
        *("service-route", "supported", "unsupported", "user-to-user", "via", "warning"),
    }
)
"""The headers whose values may stand on one line with commas between (RFC 3261 §7.3.1, §25.1; RFC 3325, 3326,
3327, 3329, 3608, 3841, 4412, 5806, 6086, 6442, 6665, 6809, 7044, 7315, 7433; draft-ietf-sip-privacy).

Those that are not here have one value, or commas inside of it (Date, Subject, User-Agent), or are repeated
but must never be joined (WWW-Authenticate and its like, §7.3.1).
"""

KEYS: Final[dict[str, str]] = {}
_NAMES: Final = {
    "call-id": "Call-ID",
    "cseq": "CSeq",
    "mime-version": "MIME-Version",
    "min-se": "Min-SE",
    "www-authenticate": "WWW-Authenticate",
    "rack": "RAck",
    "rseq": "RSeq",
    "sip-etag": "SIP-ETag",
    "sip-if-match": "SIP-If-Match",
    "p-asserted-identity": "P-Asserted-Identity",
}


def _learn(*names: str) -> None:
    for name in names:
        key = name.lower()
        _NAMES.setdefault(key, "-".join(part.capitalize() for part in name.split("-")))
        KEYS[name] = KEYS[key] = KEYS[_NAMES[key]] = key


_learn(*COMPACT.values(), *_NAMES)
_learn("accept", "accept-encoding", "accept-language", "alert-info", "allow", "authorization", "call-info")
_learn("authentication-info", "content-disposition", "date", "expires", "max-forwards", "min-expires")
_learn("min-se", "organization", "path", "priority", "proxy-authenticate", "proxy-authorization", "reason")
_learn(
    "proxy-require", "record-route", "replaces", "require", "retry-after", "route", "server", "service-route"
)
_learn("timestamp", "unsupported", "user-agent", "warning")
KEYS.update(COMPACT)
KEYS.update({short.upper(): key for short, key in COMPACT.items()})


def key_of(name: str) -> str:
    """The key of a header: its full name in lower case."""
    # Known spellings are in a table: names are converted some twenty times for each message.
    return KEYS.get(name) or COMPACT.get(name.lower(), name.lower())


def name_of(key: str) -> str:
    """The name to write: the usual spelling, or each word capitalised for an unknown header."""
    # Unknown names are not cached: they come from peers, so there is no limit to them.
    return _NAMES.get(key) or "-".join(part.capitalize() for part in key.split("-"))


_BEFORE: Final = {key: f"\r\n{name}: " for key, name in _NAMES.items()}
"""What is written before a value: the end of the line before, and the name."""


def _before(key: str) -> str:
    return _BEFORE.get(key) or f"\r\n{name_of(key)}: "


Values = dict[str, str | list[str]]
"""A header's values by its key: the value itself where there is one, as nearly always. Lists of one would be
fifty objects a call, which the garbage collector looks through while the call's transactions last."""


class Headers:
    """Ordered by first appearance of each name. A comma list (Via, Contact, Route ...) is one value each.

    Names are case-insensitive, a compact name is its full name.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Values | None = None) -> None:
        """`values`: by the keys of `key_of`; taken over, not copied."""
        self._values: Values = {} if values is None else values

    def get(self, name: str) -> str | None:
        """The first value; None if it is missing."""
        found = self._values.get(KEYS.get(name) or key_of(name))
        return found[0] if isinstance(found, list) else found

    def first(self, key: str) -> str | None:
        """Like `get`, by the key of `key_of`: for what every message is asked for."""
        found = self._values.get(key)
        return found[0] if isinstance(found, list) else found

    def all(self, name: str) -> list[str]:
        """All values in order, as a new list."""
        found = self._values.get(KEYS.get(name) or key_of(name))
        return [] if found is None else _listed(found).copy()

    def count(self, name: str) -> int:
        """The number of values."""
        found = self._values.get(KEYS.get(name) or key_of(name))
        return 0 if found is None else len(_listed(found))

    @property
    def repeated(self) -> bool:
        """Has any header more than one value?"""
        return any(isinstance(found, list) for found in self._values.values())

    def add(self, name: str, value: str) -> None:
        """Append a value."""
        put(self._values, KEYS.get(name) or key_of(name), value)

    def set(self, name: str, value: str | list[str]) -> None:
        """Replace all values by this one, or by these; an empty list removes the header."""
        key = KEYS.get(name) or key_of(name)
        if isinstance(value, str):
            self._values[key] = value
        elif value:
            self._values[key] = value.copy() if len(value) > 1 else value[0]
        else:
            self._values.pop(key, None)

    def set_top(self, name: str, value: str) -> None:
        """Replace all values by this one and move it to the top of the message (Via).

        A header that is at the top keeps its place: to move the others down takes ten times as long.
        """
        key = KEYS.get(name) or key_of(name)
        for top in self._values:
            if top == key:
                self._values[key] = value
                return
            break
        self._values.pop(key, None)
        self._values = {key: value, **self._values}

    def set_first(self, name: str, value: str) -> None:
        """Replace the first value only (the topmost Via)."""
        key = key_of(name)
        found = self._values[key]
        if isinstance(found, list):
            found[0] = value
        else:
            self._values[key] = value

    def remove(self, name: str) -> None:
        """Remove all values; does nothing if there are none."""
        self._values.pop(KEYS.get(name) or key_of(name), None)

    def copy(self, *names: str) -> Headers:
        """An independent copy; only of the named headers, if any are named."""
        keys = map(key_of, names) if names else self._values
        values = ((key, self._values[key]) for key in keys if key in self._values)
        return Headers({key: found.copy() if isinstance(found, list) else found for key, found in values})

    def write(self, text: list[str]) -> None:
        """Append what is before each value in a message, and the value; all but Content-Length."""
        for key, found in self._values.items():
            before = _BEFORE.get(key) or _before(key)
            if isinstance(found, list):
                for value in found:
                    text.append(before)
                    text.append(value)
            elif key != "content-length":
                text.append(before)
                text.append(found)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (KEYS.get(name) or key_of(name)) in self._values

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for key, found in self._values.items():
            name = name_of(key)
            for value in _listed(found):
                yield name, value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"


def put(values: Values, key: str, value: str) -> None:
    """Append a value of a header."""
    names = len(values)
    found = values.setdefault(key, value)
    if len(values) > names:
        return
    if isinstance(found, list):
        found.append(value)
    else:
        values[key] = [found, value]


def _listed(found: str | list[str]) -> list[str]:
    return found if isinstance(found, list) else [found]
