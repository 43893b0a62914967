"""An address that cannot be listened on: what is said."""

import asyncio
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from offhook.common.listening import bind_problem, own_addresses
from offhook.common.processes import holder_of_port
from offhook.config import EmbeddedSettings, Listen, PbxSettings, TerminalSettings
from offhook.errors import ConfigError
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.pbx import PbxSwitch
from tests.peers.program import needs_ipv6

NOT_OURS = "192.0.2.10"  # TEST-NET-1, RFC 5737
KEY = "switch.embedded.listen"

HOLDING = """
import socket, sys
own = socket.socket({family}, {kind})
own.bind(({host!r}, 0))
if own.type == socket.SOCK_STREAM:
    own.listen()
print(own.getsockname()[1], flush=True)
sys.stdin.read()
"""


@contextmanager
def another(kind: str, host: str = "127.0.0.1", family: str = "socket.AF_INET") -> Iterator[tuple[int, int]]:
    """Another program that listens: its pid and port."""
    code = HOLDING.format(kind=f"socket.{kind}", host=host, family=family)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.communicate()


def bound(host: str, port: int, kind: socket.SocketKind) -> OSError:
    with socket.socket(type=kind) as own, pytest.raises(OSError) as told:
        own.bind((host, port))
    return told.value


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_who_has_the_port_is_told(kind: str, host: str) -> None:
    with another(kind, host) as (pid, port):
        what, fix = bind_problem(bound("127.0.0.1", port, getattr(socket, kind)), "127.0.0.1", port, KEY)
    assert what.startswith(f"port {port} is taken by python")
    assert f"(pid {pid}, since " in what
    assert fix == f"Stop it, or set {KEY} to another port"


def test_who_listens_at_another_address_has_nothing_to_do_with_it() -> None:
    with another("SOCK_STREAM", "127.0.0.2") as (_, port):
        assert holder_of_port("127.0.0.1", port) is None
        assert holder_of_port("127.0.0.2", port) is not None


@needs_ipv6
def test_who_listens_on_ipv6_is_found() -> None:
    with another("SOCK_STREAM", "::1", "socket.AF_INET6") as (pid, port):
        found = holder_of_port("::1", port)
    assert found is not None and found.pid == pid


def test_who_cannot_be_known_is_another_program() -> None:
    what, _ = bind_problem(OSError(errno.EADDRINUSE, "in use"), "127.0.0.1", 1, KEY)
    assert what == "port 1 is taken by another program"


def test_an_address_that_is_not_ours_lists_those_that_are() -> None:
    what, fix = bind_problem(bound(NOT_OURS, 0, socket.SOCK_DGRAM), NOT_OURS, 5060, KEY)
    own = own_addresses()
    has = ", ".join(own) or "none but loopback"
    assert what == f"{NOT_OURS} is not an address of this machine (it has {has})"
    proposed = fix.removeprefix(f"Set {KEY} = ").strip('"').removesuffix(":5060").strip("[]")
    assert proposed == (own or ["127.0.0.1"])[0]


def test_the_ports_of_the_administrator() -> None:
    what, fix = bind_problem(OSError(errno.EACCES, os.strerror(errno.EACCES)), "127.0.0.1", 80, "tsp.listen")
    assert what == "port 80 is the administrator's, as all below 1024 are"
    assert "tsp.listen" in fix


def test_a_host_that_does_not_exist() -> None:
    what, fix = bind_problem(socket.gaierror(socket.EAI_NONAME, "not known"), "pbx.invalid", 5060, KEY)
    assert what == "pbx.invalid is not an address, and no host of that name is found"
    assert fix.startswith(f"Set {KEY} to ")


async def test_the_embedded_switch_says_so() -> None:
    switch = EmbeddedSwitch([], EmbeddedSettings(listen=Listen(NOT_OURS, 5060)))
    with pytest.raises(ConfigError, match=f"{KEY}: {NOT_OURS} is not an address of this machine"):
        await switch.start()
    await asyncio.sleep(0)


async def test_the_switch_of_a_pbx_says_so() -> None:
    accounts = [TerminalSettings("4000", "Kim", "secret", "4000", "4000", "4000")]
    switch = PbxSwitch(accounts, PbxSettings(servers=("127.0.0.1:5099",), listen=Listen(NOT_OURS, 0)))
    with pytest.raises(ConfigError, match=f"switch.pbx.listen: {NOT_OURS} is not an address of this machine"):
        await switch.start()
