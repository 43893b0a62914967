"""The program as a whole: window, tray, links, settings that start it anew; in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from offhook.address import show
from offhook.assembly.directory import address_rules
from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running
from offhook.config import Config, load
from offhook.config.edit import save
from offhook.config.policies import Values
from offhook.demo.phone import Behaviour, Phone
from offhook.desktop import theme
from offhook.desktop.about import About, report
from offhook.desktop.app import App
from offhook.desktop.dialconfirmation import DialConfirmation
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Links, Preferences
from offhook.desktop.program import Login, Program
from offhook.desktop.quitquestion import QuitQuestion
from offhook.desktop.rail import Page
from offhook.desktop.settings.outside import OutsidePage
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.phones import PhonesPage
from offhook.desktop.settings.unsaved import UnsavedQuestion
from offhook.desktop.singleinstance import address
from offhook.desktop.theme import Appearance
from offhook.errors import UnavailableError
from tests.desktop.world import ANSWERS, CONFIG, PEOPLE, click
from tests.peers.program import free_port
from tests.update.server import Publisher, published
from tests.waiting import ONE_STEP_S, until


@asynccontextmanager
async def start(
    config: Config, login: Login | None, on_token: Callable[[str], None]
) -> AsyncIterator[MessengerParts]:
    async with messenger_running(config) as parts:
        yield parts


@pytest.fixture
def more() -> str:
    """What else the configuration says."""
    return ""


@pytest.fixture
def file(tmp_path: Path, more: str) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text(CONFIG.format(folder=tmp_path, sip=free_port()) + more)
    (tmp_path / "people.csv").write_text(PEOPLE)
    return file


@pytest.fixture
def publishers() -> list[Publisher]:
    """Whose updates the program looks for; nobody's, unless a test has a publisher."""
    return []


@pytest.fixture
async def publisher(tmp_path: Path, publishers: list[Publisher]) -> AsyncIterator[Publisher]:
    async with published(tmp_path) as running:
        publishers.append(running)
        yield running


@pytest.fixture
def policies() -> Values:
    """What an administrator has set."""
    return {}


@pytest.fixture
async def app(
    qapp: QApplication,
    file: Path,
    preferences: Preferences,
    publishers: list[Publisher],
    policies: Values,
) -> AsyncIterator[App]:
    def shower(config: Config) -> Callable[[str], str]:
        rules = address_rules(config)
        return lambda number: show(number, rules)

    program = Program(
        file,
        lambda: load(file, policies=policies),
        start,
        shower,
        {},
        ["offhook"],
        address(str(file)),
        updates=lambda _config: publishers[0].updates() if publishers else None,
    )
    app = App(qapp, program, preferences)
    running = asyncio.create_task(app.run(["show"]), name="program")
    await until(lambda: app.phones is not None and app.phones.terminals)
    yield app
    app.quit()
    async with asyncio.timeout(ONE_STEP_S):
        assert await running == 0


@asynccontextmanager
async def phones(file: Path, callee: Behaviour = ANSWERS) -> AsyncIterator[Phone]:
    """Both phones; the called one."""
    server = load(file).switch.embedded.listen
    at = (server.host, server.port)
    async with Phone(at, "4000", "a"), Phone(at, "4001", "b", behaviour=callee) as called:
        yield called


async def ended() -> None:
    """Wait until the program has ended, and all that it started."""
    await until(lambda: not any(task.get_name() == "program" for task in asyncio.all_tasks()))


def dialogs(kind: type[QDialog]) -> list[QDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


async def test_the_window_says_that_calls_can_be_made(app: App, file: Path) -> None:
    assert app.window is not None
    async with phones(file):
        await until(lambda: app.window and app.window.link.text() == "Ready to call")


async def test_the_window_says_that_the_own_phone_is_not_registered_and_of_what_it_failed(
    app: App, file: Path
) -> None:
    await until(lambda: app.window and app.window.link.text() == "Your phone (4000) is not connected")
    server = load(file).switch.embedded.listen
    with suppress(UnavailableError):
        async with Phone((server.host, server.port), "4000", "wrong"):
            pass
    await until(
        lambda: (
            app.window
            and app.window.link.text().startswith(
                "Your phone (4000) is not connected: wrong password, from 127.0.0.1"
            )
        )
    )
    async with phones(file):
        await until(lambda: app.window and app.window.link.text() == "Ready to call")


async def test_icons_and_status_change_with_the_appearance(
    app: App, file: Path, qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    def shown(window: MainWindow) -> tuple[QImage, QImage, QColor]:
        page = window.rail.buttons[Page.HOME].grab().toImage()
        return (
            page,
            window.dialbox.call.icon().pixmap(32, 32).toImage(),
            window.link.palette().color(QPalette.ColorRole.WindowText),
        )

    window = app.window
    assert window is not None
    request.addfinalizer(partial(theme.apply, qapp, Appearance.SYSTEM))
    theme.apply(qapp, Appearance.LIGHT)
    light = shown(window)
    theme.apply(qapp, Appearance.DARK)
    await until(lambda: all(one != other for one, other in zip(light, shown(window), strict=True)))


async def test_a_link_asks_and_then_dials(app: App, file: Path) -> None:
    async with phones(file) as called:
        app.handle(["open", "tel:4001"])
        (question,) = dialogs(DialConfirmation)
        assert isinstance(question, DialConfirmation)
        assert called.invites == 0
        click(question.call)
        await until(lambda: called.invites == 1)


async def test_what_was_agreed_to_in_a_restart_is_dialled_after_it(app: App, file: Path) -> None:
    async with phones(file) as called:
        app.handle(["open", "tel:4001"])
        (question,) = dialogs(DialConfirmation)
        assert isinstance(question, DialConfirmation)
        before = app.phones
        app._ask_restart()
        await until(lambda: app.phones is None)
        click(question.call)
        await until(lambda: app.phones not in (None, before))
        await until(lambda: called.invites == 1)


async def test_an_allowed_link_dials_at_once(app: App, file: Path, preferences: Preferences) -> None:
    preferences.links = Links.DIAL
    async with phones(file) as called:
        app.handle(["open", "tel:4001"])
        await until(lambda: called.invites == 1)
        assert dialogs(DialConfirmation) == []


@pytest.mark.parametrize("policies", [{"LinksDial": 0}], ids=["ask"])
async def test_where_a_policy_has_links_ask_nobody_allows_them(app: App, preferences: Preferences) -> None:
    preferences.links = Links.DIAL
    app.handle(["open", "tel:4001"])
    (question,) = dialogs(DialConfirmation)
    assert isinstance(question, DialConfirmation)
    assert not question.always.isVisible()
    question.reject()


@pytest.mark.parametrize("policies", [{"LinksDial": 1}], ids=["dial"])
async def test_where_a_policy_lets_links_dial_nobody_is_asked(app: App, file: Path) -> None:
    async with phones(file) as called:
        app.handle(["open", "tel:4001"])
        await until(lambda: called.invites == 1)
        assert dialogs(DialConfirmation) == []


async def test_the_clipboard_asks_whatever_links_may_do(app: App, preferences: Preferences) -> None:
    preferences.links = Links.DIAL
    QGuiApplication.clipboard().setText("4001")
    app.handle(["clipboard"])
    (question,) = dialogs(DialConfirmation)
    question.close()


@pytest.mark.parametrize("link", ["tel:()", "javascript:4001", "http://4001/", "file:///4001"])
async def test_a_link_that_is_no_number_is_told_and_not_asked(app: App, link: str) -> None:
    app.handle(["open", link])
    assert dialogs(DialConfirmation) == []


async def test_closing_the_window_in_a_call_asks(
    app: App, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with phones(file):
        assert app.phones is not None and app.window is not None
        app.window._in_tray = False
        await app.phones.dial("4001")
        await until(lambda: app.phones and app.phones.calls())
        app.window.close()
        assert app.window.isVisible()
        (question,) = dialogs(QuitQuestion)
        assert isinstance(question, QuitQuestion)
        assert "You talk on at your phone" in question.informativeText()
        assert question.defaultButton() is question.stay
        click(question.stay)
        await until(lambda: not dialogs(QuitQuestion))
        assert app.phones.calls(), "it goes on"
        app.window.close()
        (question,) = dialogs(QuitQuestion)
        assert isinstance(question, QuitQuestion)
        click(question.leave)
        await ended()


async def test_quitting_asks_while_others_are_in_calls_whose_switch_would_end(app: App, file: Path) -> None:
    server = load(file).switch.embedded.listen
    at = (server.host, server.port)
    assert app.phones is not None
    async with Phone(at, "4003", "c") as caller, Phone(at, "4001", "b", behaviour=ANSWERS):
        await caller.call("4001")
        assert app.phones.calls() == [], "not our calls"
        app.ask_to_quit()
        (question,) = dialogs(QuitQuestion)
        assert isinstance(question, QuitQuestion)
        assert question.text() == "Others are in a call. Quit Offhook?"
        click(question.stay)
        await until(lambda: not dialogs(QuitQuestion))
    await until(lambda: app._parts and not app._parts.busy())


async def test_closing_the_window_without_a_call_does_not_ask(app: App) -> None:
    assert app.window is not None
    app.window._in_tray = False
    app.window.close()
    assert dialogs(QuitQuestion) == []
    await ended()


async def test_the_diagnosis_has_no_secrets(app: App) -> None:
    phones = app.phones
    assert phones is not None
    await until(lambda: "people: 4" in report(app._config, phones, ""))  # it is read in the background
    app._about()
    (about,) = dialogs(About)
    assert isinstance(about, About)
    text = about.text.toPlainText()
    assert "Call Manager: on this computer, connected" in text
    assert "\ndirectory: sources: 1, of which cannot be read: 0, people: 4\n" in text
    assert app._config.terminals[0].password not in text.split()
    click(about.copy)
    assert QGuiApplication.clipboard().text() == text
    about.close()


async def test_changed_settings_start_it_anew_with_them(app: App, file: Path) -> None:
    before = app.phones
    save(file, {"tsp.terminal": "4001"})
    app._ask_restart()
    await until(lambda: app.phones is not None and app.phones is not before and app.phones.terminals)
    assert app.phones is not None
    assert app.phones.terminal == "4001"


async def test_saved_settings_hold_at_once_and_the_page_is_still_there(app: App, file: Path) -> None:
    before = app.phones
    assert app.window is not None
    app.window.show_page(Page.SETTINGS)
    page = app.window.settings.show_page("Numbers")
    assert isinstance(page, SettingsPage)
    area = page.editors["address.area"]
    assert isinstance(area, QLineEdit)
    area.setText("31")
    click(page.save_button)
    await until(lambda: app.phones is not None and app.phones is not before and app.phones.terminals)
    assert app.window.page is Page.SETTINGS and app.window.settings.title == "Numbers"
    page = app.window.settings.show_page("Numbers")
    assert isinstance(page, SettingsPage) and page.result.text() == "Saved, and in effect."
    assert load(file).address.area == "31"


TRUNK = """
[[trunk]]
name = "provider"
server = "127.0.0.1:9"
user = "account"
password = "secret"
numbers = ["+4930900100"]
"""


@pytest.mark.parametrize("more", [TRUNK])
async def test_a_provider_that_cannot_be_reached_is_told_below_and_in_the_settings(
    app: App, file: Path, more: str
) -> None:
    async with phones(file):
        await until(
            lambda: app.window and app.window.link.text().startswith("Calls inside only. No way out:")
        )
    assert app.window is not None
    page = app.window.settings.show_page("Outside")
    assert isinstance(page, OutsidePage)
    assert page.trunks.item(0).text().startswith("provider   No way out")


def phones_page(app: App) -> PhonesPage | None:
    if app.window is None:
        return None
    page = app.window.settings.show_page("Phones")
    assert isinstance(page, PhonesPage)
    return page


async def test_a_phone_is_added_in_the_settings_and_registers_with_what_is_shown(
    app: App, file: Path
) -> None:
    page, before = phones_page(app), app.window
    assert before is not None
    before.show_page(Page.SETTINGS)
    assert page is not None and page.adding is not None
    click(page.add)
    page.adding.number.setText("4009")
    page.adding.name.setText("Park")
    click(page.adding.add)
    await until(lambda: app.window is not None and app.window is not before)
    await until(lambda: (page := phones_page(app)) is not None and page.current() is not None)
    page = phones_page(app)
    assert page is not None
    await until(lambda: page.state.text() == "Not connected")
    assert page.said.text() == "Saved, and in effect."
    shown = dict(line.split(": ", 1) for line in page.block.toPlainText().splitlines())
    assert shown["User"] == "4009"
    async with Phone((shown["Server"], int(shown["Port"].split()[0])), "4009", shown["Password"]):
        await until(lambda: page.state.text() == "Connected ✓ Free")


async def test_what_is_not_saved_is_not_lost_by_saving_another_page_or_by_quitting(app: App) -> None:
    before = app.phones
    assert app.window is not None
    app.window.show_page(Page.SETTINGS)
    numbers, account = app.window.settings.show_page("Numbers"), app.window.settings.show_page("Advanced")
    assert isinstance(numbers, SettingsPage) and isinstance(account, SettingsPage)
    area, log = numbers.editors["address.area"], account.editors["log.level"]
    assert isinstance(area, QLineEdit) and isinstance(log, QLineEdit)
    area.setText("31")
    log.setText("WARNING")
    click(account.save_button)
    assert "Numbers" in account.result.text() and app.phones is before
    app.ask_to_quit()
    (question,) = dialogs(UnsavedQuestion)
    assert isinstance(question, UnsavedQuestion)
    click(question.stay)
    assert not app._quitting
    click(numbers.undo_button)
    await until(lambda: app.phones is not None and app.phones is not before and app.phones.terminals)


async def test_a_tsp_port_that_is_taken_is_told_and_the_window_serves(file: Path) -> None:
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    save(file, {"tsp.listen": f"127.0.0.1:{port}"})
    async with messenger_running(load(file)) as parts:
        assert parts.tsp_port is None
        assert str(port) in (parts.tsp_problem or "")
        assert parts.client.connected
    taken.close()
    with suppress(asyncio.CancelledError):
        await taken.wait_closed()


async def test_a_newer_version_is_told_above_everything_in_the_window(publisher: Publisher, app: App) -> None:
    await until(lambda: app.updates is not None and app.updates.isVisible())
    assert app.updates is not None and app.window is not None
    assert app.updates.window() is app.window
    assert app.updates.geometry().bottom() < app.window.body.geometry().top()
    assert publisher.asked == ["/offhook.txt"]
    app._ask_restart()
    before = app.updates
    await until(lambda: app.updates not in (None, before) and app.updates.isVisible())
    assert publisher.asked == ["/offhook.txt"], "not asked again on the same day"


async def test_nobody_looks_for_updates_unless_that_is_configured(app: App) -> None:
    assert app.updates is None
