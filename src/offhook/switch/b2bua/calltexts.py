"""`CallStore` in texts that another Call Manager finds, which goes on with the calls."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from offhook.errors import UnavailableError
from offhook.switch.b2bua.texts import Texts

logger = logging.getLogger(__name__)


class TextCalls:
    """One text a call. Who reads them has been told by others that their owner is gone: they are not old."""

    every_s = 0.1

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return str(self._texts)

    def read(self) -> tuple[Mapping[str, bytes], float]:
        """Nothing where they cannot be read."""
        try:
            return {key: text.encode() for key, text in self._texts.read().items()}, 0.0
        except UnavailableError as error:
            logger.error("calls of the Call Manager before are not gone on with: %s", error)
            return {}, 0.0

    def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Raises `UnavailableError`."""
        if changed or gone:
            self._texts.write({key: data.decode() for key, data in changed.items()}, gone)
