"""A certificate that nobody vouches for is trusted once a person has compared its fingerprint."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from offhook.assembly.run import running
from offhook.certificates import SiteFiles, issue, make_authority
from offhook.cli.desktopprogram import program
from offhook.config import Config, load
from offhook.desktop.trust import CertificateQuestion, TrustDialog, confirmed
from tests.desktop.world import CONFIG, PEOPLE
from tests.peers.program import free_port
from tests.waiting import until

WINDOW = """\
[sscp]
url = "{url}"
user = "kim"
[state]
dir = '{folder}/own'
"""


@pytest.fixture
async def window(tmp_path: Path) -> AsyncIterator[Config]:
    """The configuration of a window, with a Call Manager behind a certificate of its own."""
    files = SiteFiles(tmp_path / "tls")
    make_authority(files, "Test site")
    issue(files, ["localhost", "127.0.0.1"])
    tls = f"[sscp]\ntls_certificate = '{files.server}'\ntls_key = '{files.server_key}'"
    manager = tmp_path / "manager.toml"
    manager.write_text(CONFIG.format(folder=tmp_path, sip=free_port()).replace("[sscp]", tls))
    (tmp_path / "people.csv").write_text(PEOPLE)
    async with running(load(manager), only="manager") as system:
        file = tmp_path / "window.toml"
        file.write_text(WINDOW.format(url=system.sscp_url, folder=tmp_path))
        yield load(file)


async def question(config: Config) -> CertificateQuestion | None:
    made = program(Namespace(config=Path(config.file), set=[]), Path(config.file), "")
    return await made.certificate(config)


async def test_a_new_certificate_is_a_question_and_once_confirmed_none(window: Config) -> None:
    asked = await question(window)
    assert asked is not None and not asked.changed
    assert "127.0.0.1" in asked.hosts
    asked.confirm()
    assert await question(window) is None


async def test_of_several_call_managers_each_is_confirmed_and_one_that_is_away_is_left_out(
    window: Config, tmp_path: Path
) -> None:
    port = window.sscp.url.rpartition(":")[2]
    addresses = f"wss://localhost:{port}, wss://127.0.0.1:{port}, wss://127.0.0.1:1"
    several = replace(window, sscp=replace(window.sscp, url=addresses))
    asked = await question(several)
    assert asked is not None
    asked.confirm()
    asked = await question(several)
    assert asked is not None
    asked.confirm()
    assert await question(several) is None
    assert len(list((tmp_path / "own" / "confirmed").glob("*.pem"))) == 2


async def test_a_person_is_asked_once_about_a_certificate_that_several_show(
    qapp: QApplication, window: Config
) -> None:
    port = window.sscp.url.rpartition(":")[2]
    several = replace(
        window, sscp=replace(window.sscp, url=f"wss://localhost:{port}, wss://127.0.0.1:{port}")
    )

    def shown() -> list[TrustDialog]:
        widgets = QApplication.topLevelWidgets()
        return [one for one in widgets if isinstance(one, TrustDialog) and one.isVisible()]

    asking = asyncio.ensure_future(confirmed(several.sscp.url, lambda: question(several)))
    await until(lambda: bool(shown()))
    shown()[0].trust.click()
    assert await asking
    assert await question(several) is None


async def test_the_dialog_shows_the_whole_fingerprint_and_return_does_not_trust(
    qapp: QApplication, window: Config
) -> None:
    asked = await question(window)
    assert asked is not None
    dialog = TrustDialog(window.sscp.url, asked)
    assert dialog.fingerprint.text().split() == asked.fingerprint.split()
    assert not dialog.trust.isDefault()


async def test_a_changed_certificate_is_told_as_a_danger(window: Config, tmp_path: Path) -> None:
    asked = await question(window)
    assert asked is not None
    asked.confirm()
    (pin,) = (tmp_path / "own" / "confirmed").glob("*.pem")
    other = SiteFiles(tmp_path / "other")
    make_authority(other, "Somebody else")
    pin.write_text(other.authority.read_text())
    again = await question(window)
    assert again is not None and again.changed
    assert "somebody pretends" in TrustDialog(window.sscp.url, again).intro.text()
