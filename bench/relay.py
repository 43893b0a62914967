"""A bare asyncio relay: TCP in, UDP out to the port that is given, and back. `python -m bench.relay PORT`."""

import asyncio
import sys


class Tcp(asyncio.Protocol):
    """Each chunk of the stream becomes a datagram."""

    udp: asyncio.DatagramTransport
    peer: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        Tcp.peer = transport

    def data_received(self, data: bytes) -> None:
        Tcp.udp.sendto(data)


class Udp(asyncio.DatagramProtocol):
    """Each datagram goes into the stream."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if Tcp.peer is not None:
            Tcp.peer.write(data)


async def main() -> None:
    loop = asyncio.get_running_loop()
    Tcp.udp, _ = await loop.create_datagram_endpoint(
        Udp, local_addr=("127.0.0.1", 0), remote_addr=("127.0.0.1", int(sys.argv[1]))
    )
    server = await loop.create_server(Tcp, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], Tcp.udp.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
