"""The product, as `offhook up` runs it: `python -m bench.product FILE [manager|messenger]`; prints its ports:
TSP SIP, SSCP."""

import asyncio
import sys
from pathlib import Path
from typing import cast

from offhook.assembly.run import Only, running
from offhook.common import eventloop
from offhook.common.garbage import tune_gc
from offhook.config import load


async def main() -> None:
    only = cast("Only | None", sys.argv[2] if len(sys.argv) > 2 else None)
    async with running(load(Path(sys.argv[1])), only) as system:
        sip_port = system.sip_address[1] if system.sip_address is not None else 0
        print(system.tsp_port or 0, sip_port, flush=True)
        print(system.sscp_url.rpartition(":")[2], flush=True)
        tune_gc()
        await asyncio.Event().wait()


if __name__ == "__main__":
    tune_gc()
    eventloop.run(main())
