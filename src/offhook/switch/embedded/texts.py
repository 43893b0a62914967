"""`RegistrationStore` in texts that another Call Manager finds, which goes on with them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence

from offhook.common.throttle import Place
from offhook.errors import UnavailableError
from offhook.sip.message import SipParseError
from offhook.switch.b2bua.texts import Texts
from offhook.switch.embedded.bindings import binding_of_row
from offhook.switch.embedded.ports import KeptBinding

logger = logging.getLogger(__name__)


class TextRegistrations:
    """One text a terminal. `write_some` writes only what has changed: all phones of a site are many."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._known: set[str] = set()

    def __str__(self) -> str:
        return str(self._texts)

    def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        """Nothing where they cannot be read: phones register anew. Hosts are known by what is registered."""
        try:
            texts = self._texts.read()
        except UnavailableError as error:
            logger.error("registrations are not taken over, phones will register anew: %s", error)
            return [], []
        self._known = set(texts)
        return read_bindings(texts), []

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        """Raises `UnavailableError`."""
        of: dict[str, list[KeptBinding]] = {terminal: [] for terminal in self._known}
        for one in bindings:
            of.setdefault(one.terminal, []).append(one)
        self.write_some(of)

    def write_some(self, of: Mapping[str, Sequence[KeptBinding]]) -> None:
        """Keep what these terminals have now. Raises `UnavailableError`."""
        changed = {terminal: json.dumps(some) for terminal, some in of.items() if some}
        removed = [terminal for terminal, some in of.items() if not some and terminal in self._known]
        self._texts.write(changed, removed)
        self._known = (self._known | changed.keys()) - set(removed)


def read_bindings(texts: Mapping[str, str]) -> list[KeptBinding]:
    """The registrations in these texts, one a terminal. One that cannot be read is logged and passed over."""
    found: list[KeptBinding] = []
    for terminal, text in texts.items():
        try:
            found += [binding_of_row(row) for row in json.loads(text)]
        except (ValueError, TypeError, RecursionError, SipParseError) as error:
            logger.warning("the registrations of %s are not taken over (%s)", terminal, error)
    return found
