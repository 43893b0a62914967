"""uvloop as our event loop: it keeps what the rest of the program relies on."""

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from offhook.common import eventloop
from offhook.errors import ConfigError

pytest.importorskip("uvloop")

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(eventloop.VARIABLE, "uvloop")


def test_it_runs_where_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def name() -> str:
        return type(asyncio.get_running_loop()).__name__

    assert eventloop.run(name()) == "FastLoop"
    monkeypatch.setenv(eventloop.VARIABLE, "asyncio")
    assert eventloop.run(name()) == "EventLoop"
    monkeypatch.delenv(eventloop.VARIABLE)
    assert eventloop.run(name()) == "EventLoop"


def test_another_loop_is_refused_with_the_ones_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(eventloop.VARIABLE, "trio")
    with pytest.raises(ConfigError, match=r"is .trio.\. set it to asyncio or uvloop, or not at all"):
        eventloop.new_loop()


def test_its_clock_goes_on_within_a_turn() -> None:
    async def work() -> bool:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while loop.time() == begun:
            pass
        return True

    assert eventloop.run(work())


def test_no_timer_is_early() -> None:
    async def work() -> list[float]:
        loop = asyncio.get_running_loop()
        early: list[float] = []

        async def one(number: int) -> None:
            due = loop.time() + 0.0003 * number
            fired = loop.create_future()
            loop.call_at(due, fired.set_result, None)
            await fired
            early.append(due - loop.time())

        await asyncio.gather(*(one(number) for number in range(1, 60)))
        return early

    assert max(eventloop.run(work())) <= 0


def test_a_task_that_is_started_at_once_has_begun() -> None:
    async def work() -> list[str]:
        loop, what = asyncio.get_running_loop(), list[str]()
        may_go_on, ended = loop.create_future(), loop.create_future()

        async def begun() -> None:
            what.append("begun")
            await may_go_on
            what.append("done")
            ended.set_result(None)

        def callback() -> None:
            eventloop.start_now(begun())
            what.append("started")
            loop.call_soon(may_go_on.set_result, None)

        loop.call_soon(callback)
        await ended
        return what

    assert eventloop.run(work()) == ["begun", "started", "done"]


def test_the_program_ends_while_a_connections_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def look_up(*_: object) -> list[object]:
        answer.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def work() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.open_connection("ldap.example", 389)

    eventloop.run(work())
    answer.set()


def test_of_a_names_addresses_the_first_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> tuple[str, int]:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]

        really = socket.getaddrinfo

        def look_up(host: str, *asked: Any) -> list[Any]:
            if host != "pbx.example":
                return really(host, *asked)
            found = [(socket.AF_INET6, ("::1", port, 0, 0)), (socket.AF_INET, ("127.0.0.2", port))]
            found.append((socket.AF_INET, ("127.0.0.1", port)))
            return [(family, socket.SOCK_STREAM, 6, "", address) for family, address in found]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        _, writer = await asyncio.open_connection("pbx.example", port, happy_eyeballs_delay=60)
        peer: tuple[str, int] = writer.get_extra_info("peername")
        writer.close()
        server.close()
        return peer

    assert eventloop.run(work())[0] == "127.0.0.1"


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "words",
    [
        ("tests/sip/test_transport.py", "tests/sip/test_datagrams.py", "tests/tsp/test_server.py"),
        ("tests/sscp/test_tls.py", "tests/sscp/test_floods.py", "-k", "tls or silent or often or rate"),
    ],
    ids=["phones", "programs"],
)
def test_what_is_promised_of_connections_holds_with_it(words: tuple[str, ...]) -> None:
    """The variable takes it for all tests; the limits of these depend on how a loop reads and accepts."""
    tried = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *words]
    done = subprocess.run(tried, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
