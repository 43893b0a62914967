"""`UsageStore` in a text for each trunk, which another Call Manager finds that goes on with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from offhook.errors import UnavailableError
from offhook.switch.b2bua.texts import Texts
from offhook.switch.trunk.limits import TrunkUsage
from offhook.switch.trunk.usagefile import UNREADABLE, packed, unpacked

logger = logging.getLogger(__name__)


class TextUsage:
    """Writes all that there is: trunks are few."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __str__(self) -> str:
        return str(self._texts)

    def read(self) -> Mapping[str, TrunkUsage]:
        """What cannot be read is logged, and its limits begin anew."""
        try:
            return {name: unpacked(json.loads(text)) for name, text in self._texts.read().items()}
        except (UnavailableError, *UNREADABLE) as error:
            logger.error("what trunks have used is lost (%s); their limits begin anew", error)
            return {}

    def write(self, usages: Mapping[str, TrunkUsage]) -> None:
        """Raises `UnavailableError`."""
        self._texts.write({name: json.dumps(packed(usage)) for name, usage in usages.items()}, ())
