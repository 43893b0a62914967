"""Nine o'clock: everybody logs in by password at the same moment. The baseline is argon2's own cost."""

import asyncio
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from websockets.asyncio.client import connect

from bench.report import Aim, Table, TooSmallError, percentile
from offhook.assembly.files import STRANGERS
from offhook.errors import CallError, Refusal
from offhook.manager.passwordcost import password_hasher
from offhook.manager.passwordqueue import VERIFIERS
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.client import Credentials, SscpClient

PASSWORD = "the-same-for-all"
AIM_S = 180.0
LIMIT_S = 900.0
START_LIMIT_S = 30.0
SPARE = 3000
"""Open files of the server beside its sessions: phones, strangers, its own."""

HOSTS = 200
"""Addresses of 127/8 that the clients come from."""

CONFIG = """\
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[auth]
password_cost = "{cost}"
[state]
dir = "state"
[[terminal]]
id = "4000"
password = "phone-4000-password"
"""


class Client(SscpClient):
    """Counts how often it was sent away, after its login or before; nothing is logged ten thousand times."""

    refusals = 0

    def _login_refused(self, error: CallError) -> None:
        Client.refusals += 1
        if error.refusal is not Refusal.OVERLOADED:
            super()._login_refused(error)

    def _note(self, problem: str) -> None:
        if "no room for more sessions" in problem:
            Client.refusals += 1
        self.problem = problem


def measure(quick: bool) -> Table:
    """Seconds until the first, the median and the last are logged in."""
    rounds = [(100, "low")] if quick else [(1500, "high"), (1500, "low"), (10_000, "low")]
    _allow_files(max(count for count, _ in rounds))
    rows: list[tuple[str, tuple[float | None, ...]]] = []
    last = 0.0
    for count, cost in rounds:
        floor = count * _one_password_s(cost) / VERIFIERS
        times, refusals = _morning(count, cost)
        last = max(times)
        rows.append(
            (
                f"{count:,} users, cost {cost}",
                (percentile(times, 50), percentile(times, 99), last, floor, last / floor, refusals),
            )
        )
    return Table(
        "Logins by password, all at once (s)",
        ("p50", "p99", "last", "argon2 alone", "/base", "sent away"),
        tuple(rows),
        rows[0][0],
        (Aim(f"10,000 in under {AIM_S:g} s", last <= AIM_S),) if not quick else (),
    )


def _one_password_s(cost: str) -> float:
    """While as many are verified as may be at once: one alone has cores that it has not then."""
    hasher = password_hasher(cost)
    kept = hasher.hash(PASSWORD)
    rounds = 10
    with ThreadPoolExecutor(VERIFIERS) as threads:
        begun = perf_counter()
        list(threads.map(lambda _: hasher.verify(kept, PASSWORD), range(rounds * VERIFIERS)))
        return (perf_counter() - begun) / rounds


def _morning(count: int, cost: str) -> tuple[list[float], int]:
    with tempfile.TemporaryDirectory() as folder:
        _write_site(Path(folder), count, cost)
        program = "import sys; from offhook.cli.main import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "up", "--only", "manager"]
        log = Path(folder) / "log"
        with (
            log.open("w") as to,
            subprocess.Popen([*command, "--config", f"{folder}/offhook.toml"], stderr=to) as server,
        ):
            try:
                url = _url(log)
                Client.refusals = 0
                return asyncio.run(_all_at_once(url, count)), Client.refusals
            finally:
                server.terminate()


def _allow_files(count: int) -> None:
    """Room for this process and, as it inherits that, for the server: root may have more than the limit."""
    wanted = count + min(count, 2 * STRANGERS) + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY not in (soft, hard) and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (OSError, ValueError):
            raise TooSmallError(
                f"{count:,} logins need {wanted:,} open files, and {hard:,} are allowed; ulimit -n {wanted}"
            ) from None


def _url(log: Path) -> str:
    until = perf_counter() + START_LIMIT_S
    while perf_counter() < until:
        if found := re.search(r"Call Manager at (ws\S+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the Call Manager has not started:\n{log.read_text()}")


def _write_site(folder: Path, count: int, cost: str) -> None:
    """Making each hash would take longer than the measure: all have the same one."""
    (folder / "offhook.toml").write_text(CONFIG.format(cost=cost))
    (folder / "offhook.toml").chmod(0o600)
    state = folder / "state"
    state.mkdir(mode=0o700)
    with closing(SqliteUsers(state / "users.sqlite", hasher=password_hasher(cost))) as users:
        users.add("user0", PASSWORD, terminals=["4000"])
    with closing(sqlite3.connect(state / "users.sqlite")) as database:
        database.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO users (name, password, administrator, terminals, revision)"
            " SELECT 'user' || i, password, administrator, terminals, revision + i FROM users, n",
            (count - 1,),
        )
        database.commit()


async def _all_at_once(url: str, count: int) -> list[float]:
    begun = perf_counter()

    async def one(number: int) -> float:
        client = Client(url, Credentials(f"user{number}", PASSWORD))
        await client.start()
        try:
            await client.connected_once(LIMIT_S)
            return perf_counter() - begun
        finally:
            clients.append(client)

    clients: list[Client] = []
    hosts = iter(range(10**9))

    def from_another_host(*arguments: object, **options: object) -> object:
        host = next(hosts) % HOSTS
        return partial(connect, local_addr=(f"127.0.1.{host + 1}", 0))(*arguments, **options)  # type: ignore[arg-type]

    with patch("offhook.sscp.opensession.connect", from_another_host):
        times = await asyncio.gather(*(one(number) for number in range(count)))
    await asyncio.gather(*(client.stop() for client in clients))
    return times
