"""The Call Manager in a process of its own, which a test may kill."""

import sys
from pathlib import Path

from tests.peers.program import Program


class Manager(Program):
    """`offhook up --only manager`, serving once started."""

    def __init__(self, config: Path) -> None:
        offhook = Path(sys.executable).with_name("offhook")
        arguments = ("up", "--only", "manager", "--config", str(config), "--set", "log.level=info")
        super().__init__(config.parent, str(offhook), *arguments)

    async def start(self) -> None:
        await super().start()
        await self.said("Call Manager at ws://")
