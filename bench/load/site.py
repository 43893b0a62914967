"""The site that is loaded: configuration, users and tokens, and the product's processes."""

import asyncio
import os
import resource
import secrets
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.load.terminal import Ports
from bench.report import TooSmallError
from offhook.assembly.files import STRANGERS
from offhook.common.openfiles import RESERVED, WANTED
from offhook.manager.passwordcost import password_hasher
from offhook.manager.stores.users import SqliteUsers
from tests.cluster.natsserver import NatsServer
from tests.peers.program import free_port

PHONE_PASSWORD = "phone-of-the-load"
USER_PASSWORD = "the-same-for-all"
MESSENGER = "messenger"

START_LIMIT_S = END_LIMIT_S = 60.0
SPARE = 300
"""Open files of a process beside what it counts."""

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
max_sessions = {tsp}
[sscp]
listen = "127.0.0.1:0"
{url}
[auth]
password_cost = "low"
[address]
extension_lengths = [5]
[state]
dir = "{state}"
[switch.embedded]
listen = "127.0.0.1:{sip}"
"""

CLUSTER = """\
[cluster]
node = "n{number}"
servers = ["{servers}"]
"""

PART = """\
[[cluster.part]]
name = "p{number}"
nodes = ["n{number}"]
[cluster.part.switch.embedded]
listen = "127.0.0.1:{sip}"
"""

TERMINAL = """\
[[terminal]]
id = "{id}"
name = "Person {id}"
password = "{password}"
"""


@dataclass(frozen=True)
class Size:
    """How large the site is."""

    sessions: int
    """Of each kind."""
    terminals: int

    @property
    def each(self) -> int:
        """Sessions of each kind at a terminal."""
        return self.sessions // self.terminals

    @property
    def numbers(self) -> list[str]:
        return [str(10_000 + one) for one in range(self.terminals)]


@dataclass(frozen=True)
class Running:
    """The product's processes by name, and where they listen."""

    processes: dict[str, int]
    ports: Ports
    tsp_token: str
    tokens: list[str]

    @property
    def nodes(self) -> int:
        """How many Call Managers."""
        return len(self.ports.sscp)


def allow_files() -> int:
    """Raise the limit of open files as far as this account may; what is allowed now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in (soft, hard):
        return WANTED
    for wanted in (max(soft, WANTED), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (OSError, ValueError):
            continue
        return wanted
    return soft


def processes_for(size: Size, allowed: int) -> int:
    """1: Call Manager and Smart Messenger in one process; 2, where so many files are not allowed in one.

    Raises `TooSmallError` where they are not allowed in two, either.
    """
    phones = 2 * size.terminals + STRANGERS
    manager = RESERVED + phones + size.sessions + 3 * STRANGERS
    messenger = RESERVED + size.sessions + SPARE
    if manager + messenger <= allowed:
        return 1
    if max(manager, messenger) <= allowed:
        return 2
    raise TooSmallError(
        f"{size.sessions:,} sessions of each kind need {manager:,} open files in a process, and {allowed:,}"
        f" are allowed; ulimit -n {WANTED}, or fewer --sessions"
    )


async def start_nodes(
    folder: Path, size: Size, nodes: int, stack: AsyncExitStack, *, parts: bool = False
) -> Running:
    """Several Call Managers as one, each with its Smart Messenger in a process; `stack` ends them.

    The first one has the phones, or each has its share of them (`parts`). All have the same users and tokens.
    """
    nats = NatsServer(folder)
    await nats.start()
    stack.push_async_callback(nats.stop)
    token, tokens, first = secrets.token_urlsafe(), list[str](), 0
    processes: dict[str, int] = {}
    ports: list[Ports] = []
    homes: list[int] = []
    for number in range(1, nodes + 1):
        state = folder / f"state-{number}"
        state.mkdir(mode=0o700)
        tokens = _users(state / "users.sqlite", size.numbers)
        (state / "tsp.token").touch(mode=0o600)
        (state / "tsp.token").write_text(token)
        more = CLUSTER.format(number=number, servers=nats.url)
        sip, own = free_port(), [free_port() for _ in range(nodes if parts else 0)]
        more += "".join(PART.format(number=at, sip=port) for at, port in enumerate(own, 1))
        config = _config(folder / f"node-{number}.toml", size, state, "", sip=sip, more=more, parts=own)
        pid, its = await _product(config, None, stack)
        if number == 1 and not parts:
            await _listens(sip)
            first = sip
        processes[f"node {number}{' (owner)' if number == 1 and not parts else ''}"] = pid
        ports.append(its)
        homes += own[number - 1 : number]
    for port in homes:  # the first node has all of them until the others are there
        await _listens(port)
    all_ports = Ports(first, [one.sscp[0] for one in ports], [one.tsp[0] for one in ports], homes)
    return Running(processes, all_ports, token, tokens)


async def start(folder: Path, size: Size, processes: int, stack: AsyncExitStack) -> Running:
    """Start the product; `stack` ends it."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    tokens = _users(state / "users.sqlite", size.numbers)
    if processes == 1:
        config = _config(folder / "offhook.toml", size, state, "")
        pid, ports = await _product(config, None, stack)
        ids = {"Call Manager and Smart Messenger": pid}
    else:
        config = _config(folder / "manager.toml", size, state, "")
        manager, ports = await _product(config, "manager", stack)
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(USER_PASSWORD)
        url = f'url = "ws://127.0.0.1:{ports.sscp[0]}"\nuser = "{MESSENGER}"\npassword_file = "{secret}"'
        state = folder / "messenger"
        config = _config(folder / "messenger.toml", size, state, url)
        messenger, its = await _product(config, "messenger", stack)
        ports = Ports(ports.sip, ports.sscp, its.tsp)
        ids = {"Call Manager": manager, "Smart Messenger": messenger}
    return Running(ids, ports, (state / "tsp.token").read_text().strip(), tokens)


def resident_kib(pid: int) -> float:
    """What a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1024


def used_s(pid: int) -> float:
    """Processor time of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loop_s(pid: int) -> tuple[float, float]:
    """How long a process's first thread, that of the event loop, has run so far, and how long it could have
    run and had no processor (proc(5), schedstat); 0 where the system does not count it."""
    try:
        ran, waited = Path(f"/proc/{pid}/schedstat").read_text().split()[:2]
    except OSError:
        return 0.0, 0.0
    return int(ran) / 1e9, int(waited) / 1e9


def _users(file: Path, numbers: list[str]) -> list[str]:
    """A user for each terminal, with a token. Hashing a password for each would take minutes: all have the
    same one, and log in by token, as programs do that have logged in before."""
    tokens = [f"token-of-the-load-{number:>32}".replace(" ", "0") for number in numbers]
    with closing(SqliteUsers(file, hasher=password_hasher("low"))) as users:
        users.add(MESSENGER, USER_PASSWORD, administrator=True)
    now = time.time()
    with closing(sqlite3.connect(file)) as database, database:
        database.executemany(
            "INSERT INTO users (name, password, administrator, terminals, revision)"
            " SELECT 'user' || ?1, password, 0, json_array(?1), revision + ?1 FROM users WHERE name = ?2",
            [(number, MESSENGER) for number in numbers],
        )
        database.executemany(
            "INSERT INTO tokens (hash, user, issued, expires) VALUES (?, ?, ?, ?)",
            [
                (sha256(token.encode()).digest(), f"user{number}", now, now + 86_400)
                for number, token in zip(numbers, tokens, strict=True)
            ],
        )
    return tokens


def _config(
    file: Path,
    size: Size,
    state: Path,
    url: str,
    *,
    sip: int = 0,
    more: str = "",
    parts: Sequence[int] = (),
) -> Path:
    text = more + CONFIG.format(tsp=size.sessions + SPARE, state=state, url=url, sip=sip)
    shares = Ports(sip, [], [], list(parts))
    for one in size.numbers:
        text += TERMINAL.format(id=one, password=PHONE_PASSWORD)
        text += f'part = "p{shares.part_of(one) + 1}"\n' if parts else ""
    file.write_text(text)
    file.chmod(0o600)
    return file


async def _product(config: Path, only: str | None, stack: AsyncExitStack) -> tuple[int, Ports]:
    """Its process id and ports. What it has to say goes to a file beside its configuration."""
    log = stack.enter_context(config.with_suffix(".log").open("w"))
    started: Process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.product", str(config), *([only] if only else [])),
        stdin=PIPE,
        stdout=PIPE,
        stderr=log,
    )
    stack.push_async_callback(_end, started)
    assert started.stdout is not None
    async with asyncio.timeout(START_LIMIT_S):
        first, second = await started.stdout.readline(), await started.stdout.readline()
    if not second:
        raise RuntimeError(f"the product has not started:\n{config.with_suffix('.log').read_text()[-2000:]}")
    tsp, sip = map(int, first.split())
    return started.pid, Ports(sip, [int(second)], [tsp])


async def _listens(port: int) -> None:
    """Wait until somebody does: only the node that acts is there for the phones."""
    async with asyncio.timeout(START_LIMIT_S):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


async def _end(started: Process) -> None:
    if started.returncode is None:
        started.terminate()
    try:
        async with asyncio.timeout(END_LIMIT_S):
            await started.wait()
    except TimeoutError:
        started.kill()
        await started.wait()
