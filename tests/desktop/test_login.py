"""Logging in to a Call Manager elsewhere: asked once, then a token from the key store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running, running
from offhook.config import Config, load
from offhook.desktop.app import App
from offhook.desktop.login import SERVICE, LoginDialog
from offhook.desktop.preferences import Preferences
from offhook.desktop.program import Login, Program
from offhook.desktop.singleinstance import address
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.client import Credentials
from tests.desktop.world import CONFIG, PEOPLE, click
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S, until

PASSWORD = "correct horse battery"

WINDOW = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
url = "{url}"
user = "kim"
[state]
dir = '{folder}/own'
"""


class InMemory(KeyringBackend):
    """A key store for as long as the test runs."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


@pytest.fixture
def store() -> InMemory:
    store = InMemory()
    keyring.set_keyring(store)
    return store


@dataclass
class Site:
    """A Call Manager that kim may use, and the window's configuration for it."""

    url: str
    file: Path


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    config = tmp_path / "manager.toml"
    config.write_text(CONFIG.format(folder=tmp_path, sip=free_port()))
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "state").mkdir()
    with closing(SqliteUsers(tmp_path / "state" / "users.sqlite")) as users:
        users.add("kim", PASSWORD, terminals=["4000"])
    async with running(load(config), only="manager") as system:
        file = tmp_path / "window.toml"
        file.write_text(WINDOW.format(url=system.sscp_url, folder=tmp_path))
        yield Site(system.sscp_url, file)


@asynccontextmanager
async def start(
    config: Config, login: Login | None, on_token: Callable[[str], None]
) -> AsyncIterator[MessengerParts]:
    credentials = Credentials(login.user, login.password, login.token) if login else None
    async with messenger_running(config, credentials, on_token) as parts:
        yield parts


@asynccontextmanager
async def an_app(site: Site, preferences: Preferences) -> AsyncIterator[App]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    program = Program(
        site.file, lambda: load(site.file), start, lambda _config: str, {}, ["offhook"], address(site.url)
    )
    app = App(application, program, preferences)
    task = asyncio.create_task(app.run(["show"]))
    yield app
    for dialog in asked():
        dialog.reject()
    app.quit()
    async with asyncio.timeout(ONE_STEP_S):
        await task


def asked() -> list[LoginDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, LoginDialog) and one.isVisible()]


async def log_in(password: str) -> None:
    await until(asked)
    (dialog,) = asked()
    QTest.keyClicks(dialog.password, password)
    click(dialog.log_in)
    await until(lambda: not asked())


async def test_the_password_is_asked_for_once_and_a_token_kept(
    site: Site, store: InMemory, preferences: Preferences
) -> None:
    async with an_app(site, preferences) as app:
        await log_in(PASSWORD)
        await until(lambda: app.phones is not None and app.phones.connected)
        await until(lambda: store.kept)
    (key, token) = next(iter(store.kept.items()))
    assert key == (SERVICE, f"kim@{site.url}")
    assert token != PASSWORD


async def test_the_next_start_logs_in_with_the_token(
    site: Site, store: InMemory, preferences: Preferences
) -> None:
    async with an_app(site, preferences):
        await log_in(PASSWORD)
        await until(lambda: store.kept)
    async with an_app(site, preferences) as app:
        await until(lambda: app.phones is not None and app.phones.connected)
        assert asked() == []
        await until(lambda: app.phones is not None and [one.id for one in app.phones.terminals] == ["4000"])


async def test_a_wrong_password_is_told_and_asked_for_again(
    site: Site, store: InMemory, preferences: Preferences
) -> None:
    async with an_app(site, preferences) as app:
        await log_in("wrong")
        await until(asked)
        (dialog,) = asked()
        assert "refused the login" in dialog.problem.text()
        await log_in(PASSWORD)
        await until(lambda: app.phones is not None and app.phones.connected)


async def test_a_token_that_was_revoked_leads_back_to_the_password(
    site: Site, store: InMemory, preferences: Preferences
) -> None:
    store.set_password(SERVICE, f"kim@{site.url}", "no longer good")
    async with an_app(site, preferences) as app:
        await log_in(PASSWORD)
        await until(lambda: app.phones is not None and app.phones.connected)


async def test_the_password_cannot_be_read_off_the_screen(qapp: QApplication) -> None:
    dialog = LoginDialog("wss://phones.example.com", "kim")
    QTest.keyClicks(dialog.password, "secret")
    assert dialog.password.displayText() != "secret"
    QTest.keyClick(dialog.password, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


async def test_after_a_wrong_password_the_user_stays_and_the_password_is_asked_for(
    site: Site, store: InMemory, preferences: Preferences
) -> None:
    site.file.write_text(site.file.read_text().replace('user = "kim"\n', ""))
    async with an_app(site, preferences):
        await until(asked)
        (first,) = asked()
        QTest.keyClicks(first.user, "kim")
        await log_in("wrong")
        await until(asked)
        (dialog,) = asked()
        assert dialog.user.text() == "kim"
        await until(lambda: dialog.password.hasFocus())
