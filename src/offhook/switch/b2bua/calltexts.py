"""`CallStore` in texts that another Call Manager finds, which goes on with the calls."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Protocol

from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)


class CallTexts(Protocol):
    """A text for each name, as `Texts`, but waited for in the event loop and not in a thread."""

    async def read(self) -> Mapping[str, str]:
        """All of them. Raises `UnavailableError`."""
        ...

    async def write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
        """Change these and remove those. Raises `UnavailableError`."""
        ...


class TextCalls:
    """One text a call. Who reads them has been told by others that their owner is gone: they are not old."""

    every_s = 0.1
    holds_s = 0.03

    def __init__(self, texts: CallTexts) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return str(self._texts)

    async def read(self) -> tuple[Mapping[str, bytes], float]:
        """Nothing where they cannot be read."""
        try:
            return {key: text.encode() for key, text in (await self._texts.read()).items()}, 0.0
        except UnavailableError as error:
            logger.error("calls of the Call Manager before are not gone on with: %s", error)
            return {}, 0.0

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Raises `UnavailableError`."""
        if changed or gone:
            await self._texts.write({key: data.decode() for key, data in changed.items()}, gone)
