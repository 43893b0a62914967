"""Resident memory of an open stream of events, each of a person with one terminal."""

import resource
import socket
from contextlib import ExitStack

from bench.http_dial import a_server
from bench.report import Aim, Table, TooSmallError

SPARE_FILES = 200
AIM = 25.0
HOSTS = 100


def measure(quick: bool) -> Table:
    """(memory with N streams - memory before) / N, in KiB."""
    counts = (1000,) if quick else (1000, 10_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < counts[-1] + SPARE_FILES:
        raise TooSmallError(f"{counts[-1] + SPARE_FILES} open files are needed, {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, counts[-1] + SPARE_FILES), hard))
    with a_server() as (_, port, _, tokens, ask, tell), ExitStack() as streams:

        def memory() -> int:
            ask.write("\n")
            ask.flush()
            return int(tell.readline())

        for token in tokens:
            streams.enter_context(_stream(port, token, 0))
        before, opened, found = memory(), len(tokens), []
        for count in counts:
            for number in range(opened, count):
                streams.enter_context(_stream(port, tokens[number % len(tokens)], number))
            opened = count
            found.append((memory() - before) / (count - len(tokens)) / 1024)
    return Table(
        "Memory of a stream of events (resident memory of the server process, without the kernel's buffers)",
        tuple(f"KiB at {count:,}" for count in counts),
        (("stream of events", tuple(found)),),
        "stream of events",
        (Aim(f"at most {AIM:g} KiB a stream", max(found) <= AIM),),
    )


def _stream(port: int, token: str, number: int) -> socket.socket:
    """A stream that has told its first snapshot. Not all come from one host, which might not connect so
    often."""
    client = socket.create_connection(("127.0.0.1", port), 30, (f"127.0.1.{number % HOSTS + 1}", 0))
    client.sendall(
        f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    heard = b""
    while b"event: snapshot" not in heard:
        data = client.recv(4096)
        if not data:
            raise ConnectionError(f"the stream ended: {heard!r}")
        heard += data
    return client
