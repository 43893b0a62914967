"""What systemd is told, heard at a socket like its own."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from offhook.common.systemd import live, notify

pytestmark = pytest.mark.skipif("sys.platform == 'win32'")


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        yield heard


def test_it_is_told_by_a_datagram(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    notify("READY=1")
    assert systemd.recv(100) == b"READY=1"


def test_also_at_an_abstract_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0offhook-test-" + str(id(monkeypatch)))
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + heard.getsockname()[1:].decode())
        notify("STOPPING=1")
        assert heard.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("where", ["", "/nowhere/at/all", "nonsense"])
def test_without_systemd_nothing_happens(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", where)
    notify("READY=1")


async def test_it_gives_signs_of_life_where_systemd_waits_for_them(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "3000")
    living = asyncio.create_task(live())
    heard = [await asyncio.get_running_loop().sock_recv(systemd, 100) for _ in range(3)]
    living.cancel()
    assert heard == [b"WATCHDOG=1"] * 3


@pytest.mark.parametrize("every", ["", "0", "soon"])
async def test_and_none_where_it_does_not(every: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", every)
    await live()
