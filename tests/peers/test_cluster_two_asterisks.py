"""Two real Asterisks in one cluster, each a part: phones of both are called from any node, and when the node
of one is killed, nothing happens at the other."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.cluster.natsserver import NatsServer
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import session
from tests.peers.manager import Manager
from tests.waiting import until

pytestmark = pytest.mark.peer

CONFIG = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[switch]
driver = "asterisk"
[switch.asterisk]
host = "127.0.0.1"
user = "{user}"
secret_file = "asterisk.secret"
context = "{context}"
[[cluster.part]]
name = "seoul"
nodes = ["one"]
[cluster.part.switch.asterisk]
port = {seoul}
[[cluster.part]]
name = "busan"
nodes = ["two"]
[cluster.part.switch.asterisk]
port = {busan}
"""

PHONES = {"4000": "seoul", "4001": "seoul", "4002": "busan", "4003": "busan"}


def config_of(node: str, folder: Path, nats: NatsServer, asterisks: dict[str, Asterisk]) -> Path:
    folder = folder / node
    folder.mkdir()
    secret = folder / "asterisk.secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    ports = {part: one.ami[1] for part, one in asterisks.items()}
    text = CONFIG.format(
        **{"node": node, "nats": nats.url, "state": folder / "state", "user": USER, "context": CONTEXT},
        **ports,
    )
    file = folder / "offhook.toml"
    file.write_text(
        text + "".join(f'[[terminal]]\nid = "{id}"\npart = "{at}"\n' for id, at in PHONES.items())
    )
    return file


async def test_the_node_of_one_asterisk_is_killed_and_calls_at_both_go_on_and_are_dropped(
    tmp_path: Path, nats: NatsServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook.cluster")
    async with AsyncExitStack() as stack:
        asterisks = {part: stack.enter_context(Asterisk()) for part in ("seoul", "busan")}
        one = await stack.enter_async_context(Manager(config_of("one", tmp_path, nats, asterisks)))
        two = await stack.enter_async_context(running(load(config_of("two", tmp_path, nats, asterisks))))
        await one.said("node one works the telephone system busan no longer")
        seoul, busan = [await stack.enter_async_context(session(two, phone)) for phone in ("4000", "4002")]
        phones = {
            user: await stack.enter_async_context(
                Baresip(tmp_path / user, asterisks[part].sip, user, f"secret-{user}", answer="auto")
            )
            for user, part in PHONES.items()
        }
        for tsp, far in ((seoul, "4001"), (busan, "4003")):
            await tsp.done(f"Action%Dial%{far}")
            await tsp.come_to("ConnectedState")
        await talk(phones["4000"], phones["4001"])
        await talk(phones["4002"], phones["4003"])
        assert "node two works the telephone system seoul" not in caplog.text
        await one.kill()
        await until(lambda: "node two works the telephone system seoul" in caplog.text)
        await talk(phones["4000"], phones["4001"])
        await talk(phones["4002"], phones["4003"])
        assert busan.untold()
        assert "node two works the telephone system busan no longer" not in caplog.text
        await seoul.done("Action%Drop%4001")
        assert (await seoul.over()).cause == "dropped"
        assert busan.untold()
        await busan.done("Action%Drop%4003")
        assert (await busan.over()).cause == "dropped"
        for asterisk in asterisks.values():
            while await asyncio.to_thread(asterisk.channels):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
