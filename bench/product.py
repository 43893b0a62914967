"""The product, as `offhook up` runs it; prints its TSP and SIP ports: `python -m bench.product FILE`."""

import asyncio
import sys
from pathlib import Path

from offhook.assembly import running
from offhook.config import load


async def main() -> None:
    async with running(load(Path(sys.argv[1]))) as system:
        assert system.sip_address is not None
        print(system.tsp_port, system.sip_address[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
