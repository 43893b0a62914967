"""Records for `recorded/` what nodes of today write into NATS: `python -m tests.cluster.record`.

Node north acts and west stands by, with the embedded switch, PostgreSQL and real phones. At west's word 4000
calls 4001, and when they talk 4002 calls 4003; then north is stopped. Of the second call only the Dial stays
that west asks north for, and its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import nats
from nats.aio.msg import Msg

from offhook.call import CallState, Dial
from offhook.sscp.client import Credentials, SscpClient
from tests.cluster.natsserver import NatsServer
from tests.cluster.recordings import FOLDER
from tests.manager.stores.postgres import Postgres
from tests.peers.baresip import Baresip
from tests.peers.clusternode import NODE, TERMINAL, TERMINALS, page
from tests.peers.manager import Manager
from tests.peers.program import Program, free_port
from tests.sscp.helpers import Heard
from tests.waiting import becomes, until

SUBJECTS, BUCKET = "offhook.offhook.", "$KV.offhook-offhook."
KEPT = "$KV.offhook-offhook-kept."
PASSWORD = "a long secret"
PAUSE_S = 1.0
"""After a change: so long something may follow it."""

Line = tuple[str, str]
"""Where it went, and its text, as in a file of `recorded/`."""


class Recorder:
    """Notes what north writes, and what west asks it for."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._answers: set[str] = set()

    async def heard(self, message: Msg) -> None:
        """Takes any message."""
        text, subject = message.data.decode(errors="replace"), message.subject
        if subject in self._answers:
            self._note("answer", text)
        elif subject.startswith(KEPT):
            self._note(f"kept {subject.removeprefix(KEPT)}", text)
        elif subject.startswith(BUCKET):
            key = subject.removeprefix(BUCKET)
            if text and "west" not in key:
                self._note(f"bucket {key}", text)
        elif subject.startswith(SUBJECTS):
            self._told(subject.removeprefix(SUBJECTS), text, message.reply)

    def _told(self, where: str, text: str, reply: str) -> None:
        if where.startswith(("command.north", "states.north")):
            self._answers.add(reply)
        if where.startswith("command.north") or (
            where.startswith(("told.", "node")) and '"west"' not in text[:120]
        ):
            self._note(where, text)

    def _note(self, where: str, text: str) -> None:
        self.lines.append((where, text))


def chosen(lines: Sequence[Line], first_call: int) -> list[Line]:
    """What of it tells something; `first_call` lines were there before the second call began."""
    told, after = list(lines[:first_call]), lines[first_call:]
    last = {_kept(one): at for at, one in enumerate(told) if one[0].startswith("kept ")}
    found, seen = list[Line](), set[tuple[str, object]]()
    for at, (where, text) in enumerate(told):
        if where.startswith("kept ") and (last[_kept((where, text))] != at or _left_out(text)):
            continue
        if where.startswith("told.terminal.") and where[-4:] not in TERMINALS[:2]:
            continue
        kind = (where, "acts" if where == "node" and '"acts_for":[]' not in text else "")
        if where.startswith(("bucket ", "told.beat", "node")) and kind in seen:
            continue
        if where == "command.north" or (where == "answer" and '"states"' not in text):
            continue
        seen.add(kind)
        found.append((where, text))
    asked = [one for one in after if one[0] == "command.north"][:1]
    answered = [one for one in after if one[0] == "answer" and '"reply"' in one[1]][:1]
    gone = [one for one in after if one[0] == "bucket node.north"][-1:]
    return [*found, *asked, *answered, *gone]


def _kept(line: Line) -> tuple[str, str]:
    """Which part of a call or a phone it is."""
    where, text = line
    return where.partition(".")[0], json.loads(text)["name"] if text else where


def _left_out(text: str) -> bool:
    """Taken away again, or of the second call."""
    if not text or not json.loads(text)["name"]:
        return True
    return any(terminal in json.loads(text)["text"] for terminal in TERMINALS[2:])


async def recorded(folder: Path) -> list[Line]:
    """Have them call, and note what they write."""
    recorder = Recorder()
    async with AsyncExitStack() as stack:
        database = stack.enter_context(stack.enter_context(Postgres()).database())
        server = NatsServer(folder)
        await server.start()
        stack.push_async_callback(server.stop)
        client = await nats.connect(server.url)
        stack.push_async_callback(client.close)
        await client.subscribe(">", cb=recorder.heard)
        sip, sscp = ("127.0.0.1", free_port()), free_port()
        north = await _node(folder / "north", server, database.url, sip[1], free_port(), stack)
        await _node(folder / "west", server, database.url, sip[1], sscp, stack)
        for terminal in TERMINALS:
            phone = Baresip(folder, sip, terminal, f"phone-{terminal}", answer="auto", tone_s=600)
            await stack.enter_async_context(phone)
        heard = Heard()
        url = f"ws://127.0.0.1:{sscp}"
        kim = SscpClient(url, Credentials("kim", PASSWORD), on_call=heard.on_call, on_link=heard.on_link)
        await kim.start()
        stack.push_async_callback(kim.stop)
        await kim.connected_once(30)
        for terminal in TERMINALS:
            await kim.watch(terminal)
        call = await kim.perform(Dial("4000", "4001"))
        await until(
            lambda: any(one.id == call.id and one.state is CallState.CONNECTED for one in heard.calls),
            "that 4000 and 4001 talk",
        )
        await asyncio.sleep(PAUSE_S)
        first_call = len(recorder.lines)
        await kim.perform(Dial("4002", "4003"))
        await asyncio.sleep(PAUSE_S)
        await north.stop()
        await asyncio.sleep(PAUSE_S)
    return chosen(recorder.lines, first_call)


async def _node(
    folder: Path, server: NatsServer, database: str, sip: int, sscp: int, stack: AsyncExitStack
) -> Manager:
    await asyncio.to_thread(folder.mkdir)
    config, metrics = folder / "offhook.toml", free_port()
    node = NODE.format(
        node=folder.name, nats=server.url, state=folder / "state", database=database,
        sscp=sscp, metrics=metrics, sip=sip,
    )  # fmt: skip
    config.write_text(node + "".join(TERMINAL.format(id=terminal) for terminal in TERMINALS))
    if folder.name == "north":
        secret = folder / "password"
        secret.write_text(f"{PASSWORD}\n")
        user = ("user", "add", "kim", "--administrator", "--all-terminals", "--password-file", str(secret))
        async with Program(folder, sys.executable, "-m", "offhook", *user, "--config", str(config)) as added:
            if await added.ended(60) != 0:
                raise SystemExit(added.output)
    manager = await stack.enter_async_context(Manager(config))
    if folder.name == "north":  # it is to act, so the other one comes later
        await becomes(lambda: page(metrics, "/ready"), "HTTP/1.1 200 OK")
    return manager


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, and say which."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.record", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="(recorded/COMMIT.jsonl of the commit in use)")
    file = parser.parse_args(arguments).file
    if file is None:
        commit = subprocess.run(
            ["git", "rev-parse", "--short=8", "HEAD"], capture_output=True, text=True, check=True
        )
        file = FOLDER / f"{commit.stdout.strip()}.jsonl"
    with tempfile.TemporaryDirectory(prefix="offhook-record-") as folder:
        lines = asyncio.run(recorded(Path(folder)))
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    sys.stdout.write(f"{len(lines)} messages are in {file}; name it in tests/cluster/recordings.py\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
