"""Joining a Call Manager in the wizard: a real one, with a certificate of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from offhook.assembly.run import running
from offhook.cli.desktopfirst import beginning
from offhook.config import load
from offhook.desktop.firstrun.beginning import Announced, Beginning, Outcome
from offhook.desktop.firstrun.joining import full_url
from offhook.desktop.firstrun.wizard import FirstRunWizard, Page
from offhook.desktop.trust import TrustDialog
from offhook.errors import UnavailableError
from offhook.manager.stores.users import SqliteUsers
from tests.desktop.world import CONFIG, PEOPLE, click
from tests.peers.program import free_port
from tests.waiting import until

PASSWORD = "correct horse battery"


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """A Call Manager that kim may use."""
    text = CONFIG.format(folder=tmp_path, sip=free_port())
    certificate = trustme.CA().issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o600)
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(tmp_path / "cert.pem", append=True)
    tls = f"tls_certificate = '{tmp_path}/cert.pem'\ntls_key = '{tmp_path}/key.pem'"
    (tmp_path / "manager.toml").write_text(text.replace("[sscp]", f"[sscp]\n{tls}"))
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "state").mkdir(mode=0o700)
    with closing(SqliteUsers(tmp_path / "state" / "users.sqlite")) as users:
        users.add("kim", PASSWORD, terminals=["4000"])
    async with running(load(tmp_path / "manager.toml"), only="manager") as system:
        yield system.sscp_url


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "own"))
    return tmp_path / "new" / "offhook.toml"


@pytest.fixture
def start(file: Path) -> Beginning:
    async def nobody() -> Sequence[Announced]:
        return []

    return replace(beginning(file), find=nobody)


@pytest.fixture
async def wizard(start: Beginning) -> AsyncIterator[FirstRunWizard]:
    made = FirstRunWizard(start)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def written(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def questions() -> list[TrustDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, TrustDialog) and one.isVisible()]


async def test_certificate_login_and_phone_are_asked_for_and_written(
    wizard: FirstRunWizard, url: str, file: Path
) -> None:
    assert url.startswith("wss:")
    wizard.next()
    wizard.manager.address.setText(url)
    wizard.next()
    await until(questions)
    (question,) = questions()
    click(question.trust)
    await until(lambda: wizard.currentId() == Page.ACCOUNT)
    QTest.keyClicks(wizard.account.user, "kim")
    QTest.keyClicks(wizard.account.password, "wrong")
    wizard.next()
    await until(lambda: "Check user and password" in wizard.account.message.text())
    assert wizard.currentId() == Page.ACCOUNT
    wizard.account.password.setText(PASSWORD)
    wizard.next()
    await until(lambda: wizard.currentId() == Page.OWN_PHONE)
    assert [wizard.own_phone.list.item(at).text() for at in range(wizard.own_phone.list.count())] == [
        "4000 Kim"
    ]
    wizard.accept()
    await until(lambda: not wizard.isVisible())
    config = load(file)
    assert (config.sscp.url, config.sscp.user, config.tsp.terminal) == (url, "kim", "4000")
    assert PASSWORD not in written(file)
    assert wizard.outcome is Outcome.JOINED
    assert wizard.joined is not None and wizard.joined.password == PASSWORD


async def test_who_does_not_trust_the_certificate_stays_where_he_was(
    wizard: FirstRunWizard, url: str, file: Path
) -> None:
    wizard.next()
    wizard.manager.address.setText(url)
    wizard.next()
    await until(questions)
    (question,) = questions()
    question.reject()
    await until(lambda: not wizard.manager.message.isVisible())
    assert wizard.currentId() == Page.MANAGER
    assert written(file) == ""


async def test_that_nobody_answers_there_is_told_on_the_page(wizard: FirstRunWizard) -> None:
    wizard.next()
    wizard.manager.address.setText(f"127.0.0.1:{free_port()}")
    wizard.next()
    await until(lambda: "No Call Manager answers at wss://127.0.0.1" in wizard.manager.message.text())
    assert wizard.currentId() == Page.MANAGER


async def test_a_password_does_not_go_to_another_machine_in_the_clear(wizard: FirstRunWizard) -> None:
    wizard.next()
    wizard.manager.address.setText("ws://192.0.2.1:7701")
    wizard.next()
    await until(lambda: "wss://" in wizard.manager.message.text())
    assert wizard.currentId() == Page.MANAGER


async def test_the_only_one_that_announces_itself_is_taken(wizard: FirstRunWizard) -> None:
    wizard.next()
    await until(lambda: "None announces itself" in wizard.manager.state.text())
    wizard.manager.show_found([Announced("Offhook on pbx", "wss://pbx.local:7701")])
    assert wizard.manager.url == "wss://pbx.local:7701"


async def test_that_the_network_cannot_be_asked_is_told(start: Beginning) -> None:
    async def broken() -> Sequence[Announced]:
        raise UnavailableError("the network cannot be asked: no route", "check network")

    wizard = FirstRunWizard(replace(start, find=broken))
    wizard.show()
    wizard.next()
    await until(lambda: "no route" in wizard.manager.state.text())
    wizard.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("phones.example.com", "wss://phones.example.com:7701"),
        (" phones.example.com:99/ ", "wss://phones.example.com:99"),
        ("ws://127.0.0.1", "ws://127.0.0.1:7701"),
        ("fd00::2", "wss://[fd00::2]:7701"),
        ("[fd00::2]:5", "wss://[fd00::2]:5"),
        ("host:port", "wss://host:port"),
        ("a.example, b.example:99", "wss://a.example:7701, wss://b.example:99"),
        ("wss+srv://site.example", "wss+srv://site.example"),
    ],
)
def test_an_address_is_completed(typed: str, meant: str) -> None:
    assert full_url(typed) == meant
