"""What `offhook check` looks at in the PBX that the switch drives."""

import asyncio
import logging
from collections.abc import Iterator

from offhook.assembly.switches import examine
from offhook.common.finding import Finding
from offhook.config import Config


def look_at_switch(config: Config) -> Iterator[Finding]:
    """Asks the PBX; nothing where there is none. Raises `ConfigError`."""
    if config.sscp.url:
        return
    # What goes wrong is a finding, and needs no line of the log besides.
    log = logging.getLogger("offhook.switch")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        found = asyncio.run(examine(config))
    finally:
        log.setLevel(level)
    yield from found
