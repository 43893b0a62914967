"""A bare asyncio process between a TSP session and Asterisk: what any process in between costs.

`python -m bench.amirelay PORT CONTEXT`, user and secret in the environment; prints its port and a 0.
"""

import asyncio
import os
import sys

from bench.barami import BareAmi


class Relay(asyncio.Protocol):
    """A Dial becomes an Originate, a Drop its Hangup; nothing else is known here."""

    transport: asyncio.Transport
    channel = ""

    def __init__(self, ami: BareAmi, context: str) -> None:
        self._ami, self._context = ami, context

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        _, action, target = data.decode().strip().split("%")
        if action == "Dial":
            self.channel, _ = self._ami.originate("PJSIP/4000", self._context, target)
            self.transport.write(b"Notify%CALL_STATE%4000%OffHookState\r\n\r\n")
        else:
            self._ami.hang_up(self.channel)

    async def tell(self) -> None:
        """Say when a call is over."""
        while True:
            await self._ami.ended.get()
            self.transport.write(b"Notify%CALL_STATE%4000%OnHookState\r\n\r\n")


async def main() -> None:
    loop = asyncio.get_running_loop()
    port, context = int(sys.argv[1]), sys.argv[2]
    _, ami = await loop.create_connection(BareAmi, "127.0.0.1", port)
    await ami.login(os.environ["AMI_USER"], os.environ["AMI_SECRET"])
    relay = Relay(ami, context)
    server = await loop.create_server(lambda: relay, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], 0, flush=True)
    await relay.tell()


if __name__ == "__main__":
    asyncio.run(main())
