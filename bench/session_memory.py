"""Resident memory of an idle TSP session, each of another terminal, beside a bare asyncio connection."""

import resource
import socket
import subprocess
import sys
from contextlib import ExitStack

from bench.report import Aim, Table

SPARE_FILES = 200
AIM = 20.0
WARM_UP = 50
"""Sessions opened before the count begins, so that what is made once is not counted."""


def measure(quick: bool) -> Table:
    """(memory at N sessions - memory before) / N, in KiB; one server process a kind."""
    counts = (1000,) if quick else (1000, 10_000)
    wanted = counts[-1] + WARM_UP + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{wanted} open files are needed, {hard} are allowed; raise the limit (ulimit -n)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    kib = {kind: _grow(kind, counts) for kind in ("tsp", "bare")}
    names = {"tsp": "TSP session", "bare": "bare asyncio protocol"}
    rows = tuple(
        (
            names[kind],
            (*kib[kind], *(own / bare for own, bare in zip(kib[kind], kib["bare"], strict=True))),
        )
        for kind in kib
    )
    return Table(
        "Memory of an idle session (resident memory of the server process; the kernel's buffers not counted)",
        (*(f"KiB at {n:,}" for n in counts), *(f"/base {n:,}" for n in counts)),
        rows,
        names["bare"],
        (Aim(f"at most {AIM:g} KiB a session", max(kib["tsp"]) <= AIM),),
    )


def _grow(kind: str, counts: tuple[int, ...]) -> list[float]:
    """KiB a session, at each of the counts."""
    command = [sys.executable, "-m", "bench.session_server", kind]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
        ExitStack() as clients,
    ):
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(server.stdout.readline())

        def resident() -> int:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write("\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        for number in range(WARM_UP):
            clients.enter_context(_session(kind, port, number))
        before = resident()
        opened = 0
        found = []
        for count in counts:
            for number in range(opened, count):
                clients.enter_context(_session(kind, port, WARM_UP + number))
            opened = count
            found.append((resident() - before) / count / 1024)
        server.stdin.close()
        server.terminate()
    return found


def _session(kind: str, port: int, number: int) -> socket.socket:
    """One session that has said one thing and heard the answer, and is silent from then on."""
    client = socket.create_connection(("127.0.0.1", port), 10)
    said = f"Action%Login%{20000 + number}%\r\n\r\n".encode()
    client.sendall(said)
    heard = b""
    while not heard.endswith(b"\r\n\r\n"):
        data = client.recv(1024)
        if not data:
            raise ConnectionError(f"the {kind} server ended session {number}")
        heard += data
    expected = b"Response%Success%2\r\n\r\n" if kind == "tsp" else said
    if heard != expected:
        raise AssertionError(f"the {kind} server said {heard!r}")
    return client
