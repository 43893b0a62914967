"""The configuration and the commands of docs/start.md lead to a call, and the README stays short."""

import asyncio
import re
import shlex
import socket
from pathlib import Path

import pytest

from offhook.demo.phone import Behaviour, Phone
from tests.cli.helpers import LIMIT_S, Command, interrupt
from tests.peers.program import free_port

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BY_HAND = (ROOT / "docs" / "start.md").read_text(encoding="utf-8").partition("## Without init")[2]


def commands(word: str) -> list[list[str]]:
    """The lines `offhook WORD ...` of the way by hand, as a shell would read them."""
    lines = re.findall(rf"^offhook ({word}\b.*)$", BY_HAND, re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


async def test_the_samples_two_phones_call_each_other(tmp_path: Path) -> None:
    (sample,) = re.findall(r"```toml\n(.*?)```", BY_HAND, re.DOTALL)
    sip = free_port()
    assert ":5060" in sample
    (tmp_path / "offhook.toml").write_text(sample.replace(":5060", f":{sip}"))
    with socket.create_server(("127.0.0.1", 0)) as tsp, socket.create_server(("127.0.0.1", 0)) as sscp:
        ports = (tsp.getsockname()[1], sscp.getsockname()[1])
    listen = {"OFFHOOK_TSP_LISTEN": f"127.0.0.1:{ports[0]}", "OFFHOOK_SSCP_LISTEN": f"127.0.0.1:{ports[1]}"}
    command = Command(tmp_path, listen)

    passwords = {}
    for add in commands("terminal add"):
        result = await command.run(*add)
        assert result.code == 0, result.err
        passwords[add[2]] = result.out.splitlines()[-1].removeprefix("password: ")
    assert list(passwords) == ["4000", "4001"]

    (up,) = commands("up")
    running = await command.start(*up)
    assert running.stderr is not None
    async with asyncio.timeout(LIMIT_S):
        while b"TSP sessions on port" not in (line := await running.stderr.readline()):
            assert line, "it ended"
    try:
        here = ("127.0.0.1", sip)
        answering = Behaviour(answer_after=0.1, auto_answer=False)
        async with (
            Phone(here, "4000", passwords["4000"]),
            Phone(here, "4001", passwords["4001"], behaviour=answering) as called,
        ):
            (dial,) = commands("dial")
            dialling = asyncio.create_task(command.run(*dial))
            async with asyncio.timeout(LIMIT_S):
                await called.event("answered")
            dropped = await command.run("drop")
            result = await dialling
    finally:
        stopped = await interrupt(running)
    assert dropped.code == 0, dropped.err
    assert result.code == 0, result.err
    assert "Lee Min-ho" in result.out
    assert stopped.code == 0


def test_it_is_read_in_a_minute_or_two() -> None:
    assert len(README.splitlines()) <= 110


@pytest.mark.parametrize("named", re.findall(r"\]\(((?:docs/|CONTRIBUTING)[^)#]*)", README))
def test_what_it_points_to_is_there(named: str) -> None:
    assert (ROOT / named).exists() or (ROOT / f"{named}.md").exists()
