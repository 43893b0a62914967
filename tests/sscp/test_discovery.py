"""The Call Manager announced and found over real multicast DNS on loopback; `dig` asks as well."""

import asyncio
import json
import re
import socket
import uuid
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.sscp.discovery import Found, announced, find
from tests.cli.helpers import Command
from tests.peers.program import LIMIT_S
from tests.peers.program import find as find_program

LISTEN_S = 1.0

SYSTEM = """\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[discovery]
announce = {announce}
name = "{name}"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
password = "x"
"""


def a_name(text: str = "") -> str:
    """A name that no other test on this machine has."""
    return f"{text}{uuid.uuid4().hex[:12]}"


async def found(name: str) -> list[Found]:
    """What is found by the beginning of its name, as soon as it is."""
    async with asyncio.timeout(LIMIT_S):
        while not (those := [one for one in await find(LISTEN_S) if one.name.startswith(name)]):
            pass
        return those


async def dig(name: str, kind: str) -> str:
    """What another program is told."""
    command = [find_program("dig"), "+time=1", "+tries=5", "+short", "-p", "5353", "@127.0.0.1", name, kind]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    out, _ = await process.communicate()
    # A busy machine answers late: dig tells of each try, and asks again.
    return "\n".join(line for line in out.decode().splitlines() if not line.startswith(";"))


async def test_what_is_announced_is_found() -> None:
    name = a_name("본사 ")
    async with announced(name, "manager.example", "127.0.0.1", 7701, tls=True):
        (one,) = await found(name)
    assert one == Found(name, "manager.example", 7701, ("127.0.0.1",), tls=True)
    assert one.url == "wss://manager.example:7701"


async def test_without_a_host_it_is_this_machine() -> None:
    name = a_name()
    async with announced(name, "", "127.0.0.1", 7702, tls=False):
        (one,) = await found(name)
    assert one.url == f"ws://{socket.gethostname().partition('.')[0]}.local:7702"


async def test_a_whole_system_announces_its_call_manager_when_told_to(tmp_path: Path) -> None:
    name = a_name()
    text = SYSTEM.format(announce="true", name=name, state=tmp_path / "state")
    (tmp_path / "offhook.toml").write_text(text)
    async with running(load(tmp_path / "offhook.toml")) as system:
        (one,) = await found(name)
    assert system.sscp_url == f"ws://127.0.0.1:{one.port}"


async def test_nothing_is_announced_without_being_told_to(tmp_path: Path) -> None:
    name = a_name()
    text = SYSTEM.format(announce="false", name=name, state=tmp_path / "state")
    (tmp_path / "offhook.toml").write_text(text)
    async with running(load(tmp_path / "offhook.toml")):
        assert all(one.name != name for one in await find(LISTEN_S))


async def test_a_name_for_ipv6_and_ipv4_is_announced_where_others_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As "localhost" is with Debian's own /etc/hosts."""
    resolve = socket.getaddrinfo

    def both(host: str | None, *more: object, **named: object) -> object:
        if host != "both.example":
            return resolve(host, *more, **named)  # type: ignore[arg-type]
        return [
            answer for one in ("::1", "127.0.0.1") for answer in resolve(one, None, type=socket.SOCK_DGRAM)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    name = a_name()
    async with announced(name, "manager.example", "both.example", 7701, tls=True):
        (one,) = await found(name)
    assert one.addresses == ("127.0.0.1",)


async def test_the_command_shows_what_to_put_into_the_configuration(tmp_path: Path) -> None:
    name = a_name()
    async with announced(name, "manager.example", "localhost", 7701, tls=True):
        result = await Command(tmp_path).run("find", "--seconds", "2")
        fields = await Command(tmp_path).run("find", "--seconds", "2", "--json")
    assert result.code == 0
    assert any(
        line.split() == [name, "wss://manager.example:7701", "127.0.0.1"] for line in result.out.splitlines()
    )
    (one,) = [one for one in json.loads(fields.out) if one["name"] == name]
    assert (one["url"], one["tls"]) == ("wss://manager.example:7701", True)


async def test_another_program_is_told_of_it_and_no_longer_once_it_has_ended() -> None:
    name = a_name()
    async with announced(name, "manager.example", "127.0.0.1", 7701, tls=True):
        assert f"{name}._sscp._tcp.local." in await dig("_sscp._tcp.local", "PTR")
        assert re.match(r"0 0 7701 \S+\.local\.", await dig(f"{name}._sscp._tcp.local", "SRV"))
        assert '"tls=1"' in await dig(f"{name}._sscp._tcp.local", "TXT")
    assert all(one.name != name for one in await find(LISTEN_S))


async def test_where_it_cannot_be_announced_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with announced(a_name(), "", "192.0.2.77", 7701, tls=True):
        assert "the Call Manager is not announced" in caplog.text


@pytest.mark.parametrize("name", ["x" * 200, "가" * 100, "a.b._tcp.local.", "\n", ""])
async def test_any_name_can_be_announced(name: str, caplog: pytest.LogCaptureFixture) -> None:
    async with announced(name, "", "127.0.0.1", 7701, tls=True):
        assert "not announced" not in caplog.text


@pytest.mark.parametrize("host", ["a b", "x/../..", "evil:1@x", "\u202e"])
async def test_a_host_that_is_no_name_is_not_offered(host: str) -> None:
    name = a_name()
    async with announced(name, host, "127.0.0.1", 7701, tls=True):
        assert all(one.host != host for one in await find(LISTEN_S))
