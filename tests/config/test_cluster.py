"""`[cluster]`: NATS servers on other machines are spoken to by TLS, and by nodes that they know."""

from pathlib import Path

import pytest

from offhook.config import ClusterSettings
from offhook.config.setting import read_section
from offhook.config.table import Source, Table
from offhook.errors import ConfigError


def read(tmp_path: Path, **keys: object) -> ClusterSettings:
    root = Table({"cluster": keys}, Source("offhook.toml", tmp_path, {}, secrets=True))
    return read_section(ClusterSettings, root.table("cluster"))


def test_without_a_name_there_is_no_cluster(tmp_path: Path) -> None:
    assert not read(tmp_path).on
    assert read(tmp_path, node="north").on


def test_servers_elsewhere_are_spoken_to_by_tls_and_with_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("only-for-nodes\n")
    (tmp_path / "token").chmod(0o600)
    found = read(tmp_path, node="a", servers=["tls://nats.example:4222"], token_file="token")
    assert found.token == "only-for-nodes"
    assert "only-for-nodes" not in repr(found)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"node": "north 1"}, "node"),
        ({"node": "a", "site": "a.b"}, "site"),
        ({"node": "a", "servers": []}, "servers"),
        ({"node": "a", "servers": ["http://127.0.0.1:4222"]}, "servers"),
        ({"node": "a", "servers": ["nats://me:secret@127.0.0.1"]}, "servers"),
        ({"node": "a", "servers": ["nats://127.0.0.1:99999"]}, "servers"),
        ({"node": "a", "servers": ["nats://10.0.0.1:4222"]}, "servers"),
        ({"node": "a", "servers": ["tls://10.0.0.1:4222"]}, "token_file"),
        ({"node": "a", "replicas": 9}, "replicas"),
        ({"node": "a", "tls_key": "key.pem"}, "tls_certificate"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, keys: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, **keys)
    assert error.value.key == f"cluster.{key}"
