"""What `offhook check` looks at in the PBX that the switch drives."""

import asyncio
import logging
from collections.abc import Iterator

from offhook.assembly.switches import examine
from offhook.cli.checks.finding import Finding, Level
from offhook.config import Config
from offhook.switch.base import Remark


def look_at_switch(config: Config) -> Iterator[Finding]:
    """Asks the PBX; nothing where there is none. Raises `ConfigError`."""
    if config.sscp.url:
        return
    # What goes wrong is a finding, and needs no line of the log besides.
    log = logging.getLogger("offhook.switch")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        remarks = asyncio.run(examine(config))
    finally:
        log.setLevel(level)
    yield from (Finding(_level(remark), remark.what, remark.text, remark.fix) for remark in remarks)


def _level(remark: Remark) -> Level:
    if remark.severe:
        return Level.FAIL
    return Level.WARN if remark.fix else Level.OK
