"""`offhook check` tells whether the NATS servers take this node."""

from pathlib import Path

import pytest

from offhook.cluster.examine import between, examine
from offhook.common.finding import Level
from offhook.config import ClusterSettings, load
from tests.cluster.natsserver import NatsServer
from tests.switch.certificate import make_certificate

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


PARTS = """\
[cluster]
node = "one"
[[cluster.part]]
name = "seoul"
[cluster.part.switch.embedded]
listen = "{host}:5060"
{seoul}
[[cluster.part]]
name = "busan"
[cluster.part.switch.embedded]
listen = "{host}:5070"
{busan}
"""


TLS = "tls_listen = '192.0.2.1:{port}'\ntls_certificate = 'chain.pem'\ntls_key = 'key.pem'\n"


@pytest.mark.parametrize(
    ("host", "by_tls", "level", "text"),
    [
        ("192.0.2.1", (), Level.OK, "calls between seoul and busan go by UDP"),
        ("192.0.2.1", ("busan",), Level.WARN, "calls from and to seoul go by UDP"),
        ("192.0.2.1", ("seoul", "busan"), Level.OK, "calls between seoul and busan go by TLS"),
        ("127.0.0.1", (), None, ""),
    ],
)
def test_it_is_said_whether_calls_between_telephone_systems_are_encrypted(
    tmp_path: Path, host: str, by_tls: tuple[str, ...], level: Level | None, text: str
) -> None:
    make_certificate(tmp_path)
    keys = {part: TLS.format(port=5061 + at) for at, part in enumerate(by_tls)}
    file = tmp_path / "offhook.toml"
    file.write_text(PARTS.format(host=host, seoul=keys.get("seoul", ""), busan=keys.get("busan", "")))
    file.chmod(0o600)
    found = between(load(file, environ={}).systems)
    assert [one.level for one in found] == ([] if level is None else [level])
    assert all(text in str(one) for one in found)
