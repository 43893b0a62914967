"""A Call Manager of a cluster is stopped, as for an upgrade: phones and clients go to another one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from offhook.sscp.client import Credentials, SscpClient
from tests.cluster.natsserver import NatsServer
from tests.manager.helpers import user_store
from tests.peers.chain import write_config
from tests.peers.manager import Manager
from tests.peers.program import free_port
from tests.sscp.helpers import Heard
from tests.waiting import ONE_STEP_S

pytestmark = pytest.mark.peer


def node(name: str, folder: Path, nats: NatsServer, port: int) -> Manager:
    folder = folder / name
    (folder / "state").mkdir(parents=True)
    user_store(folder / "state").close()
    file = write_config(folder, sscp_port=port, sip_port=free_port())
    cluster = f'[cluster]\nnode = "{name}"\nservers = ["{nats.url}"]\n'
    file.write_text(cluster + file.read_text())
    return Manager(file)


@pytest.mark.timeout(60)
async def test_at_sigterm_phones_and_clients_go_to_the_other_node(tmp_path: Path, nats: NatsServer) -> None:
    ports = {"north": free_port(), "south": free_port()}
    heard = Heard()
    async with (
        node("north", tmp_path, nats, ports["north"]) as north,
        node("south", tmp_path, nats, ports["south"]) as south,
    ):
        client = SscpClient(
            ", ".join(f"ws://127.0.0.1:{port}" for port in ports.values()),
            Credentials("kim", "secret"),
            on_link=heard.on_link,
            on_terminal=heard.on_terminal,
        )
        await client.start()
        try:
            await client.connected_once(ONE_STEP_S)
            await client.watch("4000")
            at_north = client.place.endswith(f":{ports['north']}")
            going, staying, other = (
                (north, south, ports["south"]) if at_north else (south, north, ports["north"])
            )
            os.kill(going.pid, signal.SIGTERM)
            await heard.until(lambda: heard.links == [True, False, True])
            assert client.place.endswith(f":{other}")
            assert await going.ended() == 0
            await going.said("handing over to")
            await staying.said("works the telephone system from now on")
            assert await client.calls() == []
        finally:
            await client.stop()
