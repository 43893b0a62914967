"""The Call Manager in a process of its own, which a test may kill."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.peers.program import Program

SERVES = "Call Manager at ws://"

START_S = 60.0
"""How long it may take to start on a machine that is busy with other tests."""


class Manager(Program):
    """`offhook up --only manager`, serving once started; with `env` it may be another Offhook than this."""

    def __init__(self, config: Path, env: Mapping[str, str] | None = None) -> None:
        offhook = [str(Path(sys.executable).with_name("offhook"))]
        if env is not None:
            offhook = [sys.executable, "-m", "offhook"]
        arguments = ("up", "--only", "manager", "--config", str(config), "--set", "log.level=info")
        super().__init__(config.parent, *offhook, *arguments, env=env)

    async def start(self) -> None:
        await super().start()
        await self.until(lambda: SERVES in self.output, f"to say {SERVES!r}", START_S)
