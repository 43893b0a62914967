"""How many connections the system lets us have, and the quiet when there are no more."""

import asyncio
import sys

import pytest

from offhook.common import openfiles
from offhook.common.openfiles import (
    RESERVED,
    WANTED,
    Interface,
    check_limit,
    check_site,
    raise_limit,
    room_for,
    share_among,
)
from offhook.errors import ConfigError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")

ALL = dict.fromkeys(Interface, 20_000)
USUAL = dict.fromkeys((Interface.SIP, Interface.SSCP, Interface.TSP), 20_000)
"""Without HTTP, which is off by default."""

FULL = """
import asyncio, logging, resource, sys
from offhook.common.openfiles import calm_accepts
logging.basicConfig(stream=sys.stderr)
class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        self.transport.write(data)
async def main():
    loop = asyncio.get_running_loop()
    calm_accepts(loop)
    calm_accepts(loop)
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    await asyncio.sleep(1.2)
asyncio.run(main())
"""


@pytest.fixture
def all_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process in which nothing was said of what listens, with 1024 open files."""
    monkeypatch.setattr(openfiles, "_needs", dict(ALL))
    limits(monkeypatch, 1024, 1024)


def limits(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, refused: int | None = None) -> list[int]:
    """A system with these limits, that refuses more than `refused`; what is asked of it."""
    import resource

    asked: list[int] = []

    def setrlimit(_: int, wanted: tuple[int, int]) -> None:
        asked.append(wanted[0])
        if refused is not None and wanted[0] > refused:
            raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    return asked


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"),
    [
        (1024, 524_288, WANTED),
        (1024, 4096, 4096),
        (256, 256, 256),
        (100_000, 100_000, WANTED),
        (256, -1, WANTED),
    ],
)
def test_as_many_open_files_are_had_as_the_system_allows(
    soft: int, hard: int, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(monkeypatch, soft, hard)
    assert raise_limit() == allowed


def test_a_system_that_says_infinite_and_means_less_is_asked_for_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert limits(monkeypatch, 256, -1, refused=20_000) == []
    assert raise_limit() == 10_240


def test_a_system_that_refuses_more_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, 300, -1, refused=300)
    assert raise_limit() == 300


def test_every_door_has_its_share_and_none_that_of_the_others(all_doors: None) -> None:
    assert sum(room_for(interface, 20_000) for interface in Interface) + RESERVED <= 1024
    assert room_for(Interface.SIP, 10) == 10


def test_only_what_listens_in_this_process_has_a_share(
    monkeypatch: pytest.MonkeyPatch, all_doors: None
) -> None:
    limits(monkeypatch, 20_000, 20_000)
    share_among({Interface.SIP: 1002, Interface.SSCP: 20_000})
    assert room_for(Interface.SSCP, 20_000) == 20_000 - RESERVED - 1002
    assert room_for(Interface.SIP, 20_000) == 1002


def test_what_no_door_needs_is_free_for_all(monkeypatch: pytest.MonkeyPatch, all_doors: None) -> None:
    limits(monkeypatch, 65_536, 65_536)
    share_among({Interface.SIP: 1002, Interface.SSCP: 20_000})
    assert room_for(Interface.SIP, 20_000) == 20_000
    assert room_for(Interface.SSCP, 20_000) == 20_000


def test_too_few_open_files_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, 128, 128)
    with pytest.raises(ConfigError, match=r"open files: .*allows 128 .*too few.*LimitNOFILE=65536"):
        check_limit(ALL)


def test_few_open_files_are_an_error_in_the_log_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limits(monkeypatch, 256, 256)
    check_limit(USUAL)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "at most 42 phones on TCP, 43 programs and 43 windows at a time" in record.message
    assert "ulimit -n 65536" in record.message


def test_who_wants_few_connections_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, 4096, 4096)
    check_limit({Interface.TSP: 3, Interface.SSCP: 20})


def test_a_site_with_more_users_than_open_files_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, all_doors: None
) -> None:
    limits(monkeypatch, 4096, 4096)
    share_among({Interface.SSCP: 20_000})
    check_site({Interface.SSCP: 3968})
    assert not caplog.records
    check_site({Interface.SSCP: 10_000})
    (record,) = caplog.records
    assert "at most 3968 programs at a time, and this site may need 10000 programs" in record.message
    assert "LimitNOFILE=65536" in record.message


async def test_a_door_that_can_take_no_more_says_so_once_and_takes_the_next_when_it_can() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    port = int(await process.stdout.readline())
    crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(80)]
    assert b"no connection can be accepted" in await process.stderr.readline()
    for _, writer in crowd:
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    writer.close()
    more = [await asyncio.open_connection("127.0.0.1", port) for _ in range(80)]
    await asyncio.sleep(0.3)
    _, err = await process.communicate(b"")
    assert err == b""
    for _, one in more:
        one.close()


async def test_other_errors_of_the_loop_are_told_as_before() -> None:
    loop = asyncio.get_running_loop()
    told: list[object] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["message"]))
    openfiles.calm_accepts(loop)
    loop.call_exception_handler({"message": "something else"})
    assert told == ["something else"]
