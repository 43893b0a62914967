"""The Smart Messenger's way to the Call Manager on the same machine, over TLS."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from offhook.assembly.run import messenger_running, running
from offhook.config import load
from offhook.sscp.client import SscpClient
from tests.assembly.helpers import a_config, connected, phone
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S, until


def make(folder: Path, *, ended: bool = False) -> tuple[Path, Path]:
    """A certificate that no authority of anybody's has signed, and its key."""
    folder.mkdir(exist_ok=True)
    end = datetime(2020, 1, 1, tzinfo=UTC) if ended else None
    since = datetime(2019, 1, 1, tzinfo=UTC) if ended else None
    made = trustme.CA().issue_cert("phones.example", not_before=since, not_after=end)
    certificate, key = folder / "server.pem", folder / "server.key"
    made.cert_chain_pems[0].write_to_path(str(certificate))
    made.private_key_pem.write_to_path(str(key))
    key.chmod(0o600)
    return certificate, key


def with_tls(folder: Path, certificate: Path, key: Path) -> Path:
    file = a_config(folder, sscp=free_port())
    lines = f"tls_certificate = '{certificate}'\ntls_key = '{key}'\n[switch]\n"
    file.write_text(file.read_text().replace("[switch]\n", lines))
    return file


@pytest.mark.parametrize("ended", [False, True])
async def test_manager_and_messenger_of_one_file_trust_each_other(tmp_path: Path, ended: bool) -> None:
    file = with_tls(tmp_path, *make(tmp_path / "shown", ended=ended))
    async with (
        running(load(file), "manager") as manager,
        running(load(file), "messenger") as messenger,
        phone(manager, "4000"),
        phone(manager, "4001"),
        await connected(messenger) as client,
    ):
        await client.dial("4001")


async def test_a_messenger_gets_in_again_after_its_own_certificate_was_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.assembly.tls.FOLLOW_S", 0.02)
    certificate, key = make(tmp_path / "shown")
    config = load(with_tls(tmp_path, certificate, key))
    async with running(config, "manager"), messenger_running(config) as parts:
        assert isinstance(parts.client, SscpClient)
        for new, place in zip(make(tmp_path / "new"), (certificate, key), strict=True):
            shutil.copy(new, place)
        shown = tmp_path / "state" / "shown.pem"
        await until(lambda: shown.read_text() == certificate.read_text())
        channel = parts.client._channel
        assert channel is not None
        channel.abort()
        await until(lambda: not parts.client.connected)
        await parts.client.connected_once(ONE_STEP_S)
