"""How fast the TSP session's codec reads a stream, beside a bare split of the same bytes."""

from time import perf_counter

from bench.report import Table, percentile
from offhook.tsp.connection import Role, TspConnection

CHUNK = 64 * 1024
"""Bytes handed in at a time, as asyncio reads them at most four times over."""

WARM_UP = 2

NOTIFIES = tuple(
    f"Notify%{kind}%4000%{state}%8f31c2{number:06d}%Kim%4000%Lee Min-ho%4001\r\n\r\n".encode()
    for number in range(50)
    for kind, state in (
        ("CALL_STATE", "OffHookState"),
        ("CALL_STATE", "ProceedState"),
        ("CALL_INFO", "ProceedState"),
        ("CALL_STATE", "RingBackState"),
        ("CALL_STATE", "ConnectedState"),
        ("CALL_STATE", "OnHookState"),
    )
)
ACTIONS = (b"Action%Dial%+82 (2) 568-3848\r\n\r\n", b"Action%Drop%+82 (2) 568-3848\r\n\r\n")


def _decode(role: Role, chunks: list[bytes]) -> int:
    connection = TspConnection(role)
    return sum(len(connection.receive(chunk)) for chunk in chunks)


def _split(chunks: list[bytes]) -> int:
    count, rest = 0, b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\r\n\r\n")
        count += len(whole)
    return count


def measure(quick: bool) -> Table:
    """Notifies as the TSP reads them, Actions as the Smart Messenger does; runs of all kinds interleaved."""
    runs, size = (5, 1 << 20) if quick else (15, 4 << 20)
    streams = {
        "Notifies": (Role.CLIENT, b"".join(NOTIFIES)),
        "Actions": (Role.SERVER, b"".join(ACTIONS)),
    }
    rows = []
    for name, (role, pattern) in streams.items():
        stream = pattern * (size // len(pattern))
        chunks = [stream[begin : begin + CHUNK] for begin in range(0, len(stream), CHUNK)]
        count = stream.count(b"\r\n\r\n")
        timed: dict[str, list[float]] = {"codec": [], "split": []}
        for run in range(WARM_UP + runs):
            for kind, seconds in timed.items():
                begun = perf_counter()
                found = _decode(role, chunks) if kind == "codec" else _split(chunks)
                elapsed = perf_counter() - begun
                if found != count:
                    raise AssertionError(f"{kind} found {found} of {count} {name}")
                if run >= WARM_UP:
                    seconds.append(elapsed)
        floor = percentile(timed["split"], 50)
        for kind, seconds in timed.items():
            label = f"{name}: {'codec' if kind == 'codec' else 'bytes.split'}"
            half = percentile(seconds, 50)
            slow = percentile(seconds, 90)
            megabytes = len(stream) / 1e6
            rows.append(
                (label, (float(runs), megabytes / half, megabytes / slow, count / half, half / floor))
            )
    return Table(
        "Codec: reading a stream of TSP messages",
        ("runs", "p50 MB/s", "slow p10 MB/s", "messages/s", "time/baseline"),
        tuple(rows),
        "bytes.split",
    )
