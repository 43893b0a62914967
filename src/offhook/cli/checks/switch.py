"""What `offhook check` looks at in the PBX that the switch drives."""

import asyncio
from collections.abc import Iterator

from offhook.assembly.switches import examine
from offhook.cli.quiet import silent
from offhook.common.finding import Finding
from offhook.config import Config


def look_at_switch(config: Config) -> Iterator[Finding]:
    """Asks the PBX; nothing where there is none. Raises `ConfigError`."""
    if config.sscp.url:
        return
    # What goes wrong is a finding, and needs no line of the log besides.
    with silent("offhook.switch"):
        found = asyncio.run(examine(config))
    yield from found
