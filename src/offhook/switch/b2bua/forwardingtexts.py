"""`ForwardingStore` in a table of texts, one for each terminal, that other Call Managers write as well."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping

from offhook.switch.b2bua.forwardingfile import packed, unpacked
from offhook.switch.b2bua.forwardings import KeptForwarding
from offhook.switch.b2bua.texts import Texts

logger = logging.getLogger(__name__)


class TextForwardings:
    """Writes only what has changed since it was read: the rest is other Call Managers'."""

    def __init__(self, texts: Texts, own: Collection[str] | None = None) -> None:
        """`own` are the terminals that it is for, if there are others' texts beside; None: all."""
        self._texts, self._own = texts, own
        self._known: dict[str, str] = {}

    def read(self) -> Mapping[str, KeptForwarding]:
        """What nobody can make sense of is left out, and logged: those phones ring. Raises
        `UnavailableError`."""
        texts, own = self._texts.read(), self._own
        self._known = {one: text for one, text in texts.items() if own is None or one in own}
        found = {}
        for terminal, text in self._known.items():
            try:
                found[terminal] = unpacked(json.loads(text))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                logger.error("forwardings of %s are lost (%s); set them anew", terminal, error)
        return found

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        """Raises `UnavailableError`."""
        texts = {terminal: json.dumps(packed(of)) for terminal, of in kept.items()}
        changed = {one: text for one, text in texts.items() if self._known.get(one) != text}
        removed = self._known.keys() - texts.keys()
        if changed or removed:
            self._texts.write(changed, removed)
        self._known = texts
