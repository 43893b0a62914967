"""`offhook check` tells whether the NATS servers take this node."""

from pathlib import Path

import pytest

from offhook.cluster.examine import examine
from offhook.common.finding import Level
from offhook.config import ClusterSettings
from tests.cluster.natsserver import NatsServer

pytestmark = pytest.mark.peer


async def test_servers_that_take_the_node_are_found_good_and_a_wrong_number_of_copies_is_told(
    tmp_path: Path,
) -> None:
    server = NatsServer(tmp_path)
    await server.start()
    try:
        settings = ClusterSettings(node="north", servers=(server.url,))
        (good,) = await examine(settings)
        assert (good.level, str(good)) == (Level.OK, "NATS takes node north of offhook")
        (wrong,) = await examine(ClusterSettings(node="north", servers=(server.url,), replicas=3))
        assert wrong.level is Level.WARN
        assert "kept on 1 of the NATS servers" in str(wrong)
        assert "nats stream edit KV_offhook-offhook --replicas 3" in str(wrong)
    finally:
        await server.stop()


async def test_servers_that_are_away_or_do_not_know_the_token_are_told(tmp_path: Path) -> None:
    server = NatsServer(tmp_path, token="only-for-nodes")
    settings = ClusterSettings(node="north", servers=(server.url,), token="guessed")
    (away,) = await examine(settings)
    assert away.level is Level.FAIL
    assert server.url in str(away)
    await server.start()
    try:
        (refused,) = await examine(settings)
        assert refused.level is Level.FAIL
        assert "guessed" not in str(refused)
        assert "see that they run, with JetStream, and take this node" in str(refused)
    finally:
        await server.stop()
