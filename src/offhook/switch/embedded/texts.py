"""`RegistrationStore` in texts that another Call Manager finds, which goes on with them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from itertools import groupby

from offhook.common.throttle import Place
from offhook.errors import UnavailableError
from offhook.sip.message import SipParseError
from offhook.switch.b2bua.texts import Texts
from offhook.switch.embedded.bindings import binding_of_row
from offhook.switch.embedded.ports import KeptBinding

logger = logging.getLogger(__name__)

SAME_S = 5.0
"""An expiry that has changed by less than this is the same: it is read from two clocks each time."""


class TextRegistrations:
    """One text a terminal. Only what has changed is written: all phones of a site are many."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._known: dict[str, list[KeptBinding]] = {}

    def __str__(self) -> str:
        return str(self._texts)

    def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        """Nothing where they cannot be read: phones register anew. Hosts are known by what is registered."""
        self._known = {}
        try:
            texts = self._texts.read()
        except UnavailableError as error:
            logger.error("registrations are not taken over, phones will register anew: %s", error)
            return [], []
        for terminal, text in texts.items():
            try:
                self._known[terminal] = [binding_of_row(row) for row in json.loads(text)]
            except (ValueError, TypeError, RecursionError, SipParseError) as error:
                logger.warning("the registrations of %s are not taken over (%s)", terminal, error)
        return [one for bindings in self._known.values() for one in bindings], []

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        """Raises `UnavailableError`."""
        of = {
            terminal: list(some)
            for terminal, some in groupby(
                sorted(bindings, key=lambda one: one.terminal), lambda one: one.terminal
            )
        }
        changed = {one: some for one, some in of.items() if not _same(some, self._known.get(one, ()))}
        removed = self._known.keys() - of.keys()
        if changed or removed:
            self._texts.write({one: json.dumps(some) for one, some in changed.items()}, removed)
        self._known = of


def _same(some: Sequence[KeptBinding], before: Sequence[KeptBinding]) -> bool:
    return len(some) == len(before) and all(
        one._replace(expires=other.expires) == other and abs(one.expires - other.expires) < SAME_S
        for one, other in zip(some, before, strict=True)
    )
