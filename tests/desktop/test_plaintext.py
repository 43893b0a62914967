"""What others wrote is shown as it is written: no view takes a name or number for HTML."""

import ast
import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTextEdit,
    QToolTip,
    QWidget,
)

import offhook.desktop
from offhook.call import Call, CallState, Cause, Direction, Party
from offhook.desktop.about import About
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.dialbox import DialBox
from offhook.desktop.dialconfirmation import DialConfirmation
from offhook.desktop.login import LoginDialog
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import (
    caption,
    isolated,
    label,
    message_box,
    notification,
    runs_right_to_left,
    tip,
)
from offhook.desktop.popup import CallPopup
from offhook.desktop.preferences import Preferences
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.settings.pages import Pages
from offhook.desktop.startup import Startup
from offhook.desktop.tray import Tray
from offhook.desktop.trust import CertificateQuestion, TrustDialog
from offhook.directory import Number, Person
from tests.desktop.world import World
from tests.waiting import until

SOURCES = Path(offhook.desktop.__file__).parent

HOSTILE = [
    "<img src='{file}'>",
    "<b>Kim</b>",
    "&lt;b&gt;",
    "<?xml version='1.0'?>",
    "\n<h1>x",
    "<a href='x'>y",
]


def rich(text: str) -> bool:
    """Would a label or tooltip that guesses take it for HTML?"""
    return bool(QtGui.Qt.mightBeRichText(text))


def test_the_texts_of_these_tests_are_taken_for_html_where_nobody_minds() -> None:
    assert [rich(text) for text in HOSTILE[:3]] == [True] * 3


@pytest.mark.parametrize("text", [*HOSTILE, "Müller & Sons", "a < b", "< b>x</b>"])
def test_a_tooltip_is_no_html_and_looks_the_same(text: str) -> None:
    assert not rich(tip(text))
    assert tip(text).replace("\u2060", "") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_notification_has_no_tags(text: str) -> None:
    assert "<" not in notification(text)


async def test_a_name_with_an_ampersand_is_a_button_called_so(world: World) -> None:
    button = QPushButton(caption("Müller & Sons"))
    assert button.shortcut().isEmpty()
    assert button.text() == "Müller && Sons"


def calls(phones: PhoneModel, text: str) -> list[Call]:
    """Calls with such a name and number, up, over and missed; the phone model has just heard of them."""
    own, other = Party("Kim", "4000"), Party(text, text)
    found = [
        Call("c1", "4000", CallState.CONNECTED, own, other, 1.0, connected=2.0),
        Call("c2", "4000", CallState.ON_HOOK, own, other, 1.0, ended=2.0, cause=Cause.BUSY),
        Call("c3", "4000", CallState.ON_HOOK, other, own, 1.0, Direction.INBOUND, ended=2.0),
    ]
    for one in found:
        phones.call_changed.emit(one)
    return found


async def nothing_found() -> str:
    return ""


def everything(world: World, preferences: Preferences, text: str) -> list[QWidget]:
    """Every window of the program, with this text wherever another's text may stand."""
    phones, file = world.phones, world.file
    pages = Pages(world.config, file, {})

    def settings() -> list[tuple[str, QWidget]]:
        appearance = AppearancePage(preferences, Startup(["offhook"], environ={"HOME": str(file.parent)}))
        appearance.message.setText(text)
        shown = pages.all()
        for page in shown:
            page.result.setText(text)
            for complaint in page.complaints.values():
                complaint.setText(text)
        return [*((text, page) for page in shown), (text, appearance)]

    window = MainWindow(phones, preferences, settings, in_tray=False)
    window.link.setText(text)
    up, *over = calls(phones, text)
    window.dialbox.input.setText("any")
    window.dialbox.suggest()
    window.dialbox._say(text, bad=True)
    window.contacts.search("any")
    window.contacts.hint.setText(text)
    window.contacts.card.message.setText(text)
    window.history.message.setText(text)
    window.statusBar().showMessage(text)
    about = About(lambda: text, nothing_found)
    about.show_faults(text)
    question = CertificateQuestion("AA BB CC DD", text, (text,), 1.0, True, lambda: None)
    return [
        window,
        *(CallPopup(CallCard(phones, call)) for call in (up, *over)),
        DialConfirmation(text, text, text),
        LoginDialog(text, text, text),
        TrustDialog(text, question),
        about,
        message_box(QMessageBox.Icon.Critical, text, text),
    ]


class Bait:
    """A picture that nobody may open."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bait.png"
        self.path.write_bytes(b"no picture")
        self.set()

    def set(self) -> None:
        os.utime(self.path, (1, time.time()))

    @property
    def taken(self) -> bool:
        return self.path.stat().st_atime != 1


@pytest.fixture
def bait(tmp_path: Path) -> Bait:
    made = Bait(tmp_path)
    made.path.read_bytes()
    if not made.taken:
        pytest.skip("the file system does not keep when a file was read")
    made.set()
    assert not made.taken
    return made


@pytest.fixture
def hostile(bait: Bait) -> list[str]:
    return [text.format(file=bait.path) for text in HOSTILE]


async def settled() -> None:
    """Let Qt show and paint. Not by processEvents, which would run other tasks within this one."""
    for _ in range(5):
        await asyncio.sleep(0.01)


def within(roots: list[QWidget]) -> Iterator[QWidget]:
    for root in roots:
        yield root
        yield from root.findChildren(QWidget)


def cells(model: QAbstractItemModel, role: Qt.ItemDataRole) -> Iterator[str]:
    for row in range(model.rowCount()):
        for column in range(MAX_COLUMNS):
            index = model.index(row, column)
            if index.isValid() and isinstance(text := index.data(role), str):
                yield text


MAX_COLUMNS = 10
"""Lists do not let themselves be asked for it."""

ROLES = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.StatusTipRole)


async def test_no_view_takes_what_others_wrote_for_html(
    world: World, preferences: Preferences, hostile: list[str], bait: Bait, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    for text in hostile:
        person = Person(text, (Number(text),), company=text, mail=text)
        with monkeypatch.context() as patch:
            patch.setattr(world.phones, "search", lambda *_, person=person: [person])
            roots = everything(world, preferences, text)
            try:
                for root in roots:
                    root.show()
                await settled()
                found += [f"{text!r} {one}" for one in taken_for_html(list(within(roots)), text)]
            finally:
                for root in roots:
                    root.close()
                    root.deleteLater()
                await settled()
    assert not found
    assert not bait.taken


def taken_for_html(widgets: list[QWidget], text: str) -> Iterator[str]:
    """The labels that guess, documents, and tips that are HTML; also where this text is nowhere."""
    labels = [one for one in widgets if isinstance(one, QLabel)]
    if not any(text in one.text() for one in labels):
        yield "no label has it"
    for one in labels:
        if one.textFormat() is not Qt.TextFormat.PlainText and one.objectName() != "qt_msgboxex_icon_label":
            yield f"{one!r} with {one.text()!r} guesses"
    yield from (f"{one!r} is a document" for one in widgets if isinstance(one, QTextEdit))
    tipped: list[QWidget | QAction] = [*widgets]
    tipped += [action for one in widgets for action in one.findChildren(QAction)]
    tips = [told for one in tipped for told in (one.toolTip(), one.whatsThis(), one.statusTip())]
    views = [one for one in widgets if isinstance(one, QAbstractItemView) and one.model()]
    tips += [told for one in views for role in ROLES for told in cells(one.model(), role)]
    if not any(text in told.replace("\u2060", "") for told in tips):
        yield "no tooltip has it"
    yield from (f"the tip {told!r} is HTML" for told in tips if rich(told))


async def test_the_tooltip_of_a_suggestion_opens_no_file(
    world: World, bait: Bait, hostile: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person("Eve", (Number(hostile[0]),))
    monkeypatch.setattr(world.phones, "search", lambda *_: [person])
    box = DialBox(world.phones)
    box.show()
    box.input.setText("eve")
    await until(lambda: box.suggestions())
    at = box.list.visualItemRect(box.list.rows()[0][0]).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, box.list.viewport().mapToGlobal(at))
    QApplication.sendEvent(box.list.viewport(), event)
    await settled()
    shown = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel")]
    texts = [one.text() for one in shown if isinstance(one, QLabel)]
    QToolTip.hideText()
    box.close()
    assert len(texts) == 1
    assert "<\u2060img" in texts[0]
    assert not rich(texts[0])
    assert not bait.taken


async def test_a_missed_call_and_the_menu_of_the_tray_have_no_tags(
    world: World, hostile: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tray, told = Tray(world.phones), list[str]()
    monkeypatch.setattr(tray.icon, "showMessage", lambda _title, text, *_: told.append(text))
    up, *_ = calls(world.phones, hostile[0])
    assert len(told) == 1
    assert "<" not in told[0]
    monkeypatch.setattr(world.phones, "calls", lambda: [up])
    tray.build_menu()
    assert not any(rich(action.toolTip()) and tray.menu.toolTipsVisible() for action in tray.menu.actions())
    tray.icon.hide()


ONLY_HERE = frozenset({"QLabel", "QMessageBox", "QErrorMessage", "QInputDialog", "QWhatsThis", "QToolTip"})
NEVER = frozenset({"QTextBrowser", "QTextEdit", "QTextDocument", "QStaticText", "QWebEngineView"})
NEVER_CALLED = frozenset({"setHtml", "insertHtml", "appendHtml"})
TIPS = frozenset({"setToolTip", "setWhatsThis", "setStatusTip"})


def faults(tree: ast.AST) -> Iterator[str]:
    """What a view may not do by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(one) for one in node.bases}
            if bases & ONLY_HERE and "self.setTextFormat(Qt.TextFormat.PlainText)" not in ast.unparse(node):
                yield f"line {node.lineno}: {node.name} guesses what its text is"
        if not isinstance(node, ast.Call):
            if isinstance(node, ast.Name) and node.id in NEVER:
                yield f"line {node.lineno}: {node.id}"
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0] if node.args else None
        if name == "setTextFormat" and ast.unparse(node.args[0]) != "Qt.TextFormat.PlainText":
            yield f"line {node.lineno}: another format than plain text"
        if name in ONLY_HERE | NEVER_CALLED:
            yield f"line {node.lineno}: {name}()"
        if name in TIPS and not (isinstance(first, ast.Call) and getattr(first.func, "id", "") == "tip"):
            yield f"line {node.lineno}: {name}() without tip()"
        if name == "addRow" and not (isinstance(first, ast.Constant) and first.value == ""):
            yield f"line {node.lineno}: addRow() with a text makes a label that guesses; use add_row()"


@pytest.mark.parametrize(
    "path", sorted(SOURCES.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCES))
)
def test_labels_boxes_and_tooltips_are_made_in_one_place(path: Path) -> None:
    found = list(faults(ast.parse(path.read_text(encoding="utf-8"))))
    assert bool(found) == (path.name == "plaintext.py"), found


async def test_a_label_stays_plain_when_its_text_changes(world: World) -> None:
    made = label("x")
    made.setText("<b>x</b>")
    assert made.textFormat() is Qt.TextFormat.PlainText
    assert QPoint(0, 0) == made.pos()


@pytest.mark.parametrize(
    ("text", "right_to_left"),
    [
        ("Anna", False),
        ("+49 371 38", False),
        ("ليلى حداد", True),
        ("12 ליאה", True),
        ("김철수", False),
        ("", False),
    ],
)
def test_a_text_runs_as_its_first_letter_does(text: str, right_to_left: bool) -> None:
    assert runs_right_to_left(text) is right_to_left


def test_a_number_keeps_the_order_of_its_digits_in_a_text_from_right_to_left(qapp: QApplication) -> None:
    assert isolated("+49 371 38") == "+49 371 38"
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert isolated("+49 371 38") == "\u2066+49 371 38\u2069"
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("text", ["Lee Min-ho", "+49 371 38", "ليلى حداد"])
@pytest.mark.parametrize("wrap", [False, True])
def test_from_right_to_left_a_label_begins_at_the_right_whatever_its_letters_are(
    qapp: QApplication, text: str, wrap: bool
) -> None:
    window = QWidget()
    made = label(text, wrap=wrap)
    made.setParent(window)
    made.resize(400, 24)
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    image = made.grab().toImage()
    behind = image.pixelColor(200, 0)
    left = {image.pixelColor(x, y).name() for x in range(200) for y in range(image.height())}
    right = {image.pixelColor(x, y).name() for x in range(200, 400) for y in range(image.height())}
    assert left == {behind.name()} != right


@pytest.mark.parametrize("text", ["&Telefone", "T&est", "Kenn&wort", "&AVAVA"])
def test_a_label_with_a_key_has_room_for_all_its_letters(qapp: QApplication, text: str) -> None:
    """Qt draws the letters around the underlined one without kerning, and measures them with it."""
    field = QLineEdit()
    made = label(text)
    made.setBuddy(field)
    assert inked(made, made.sizeHint().width()) == inked(made, 300)


def inked(widget: QWidget, wide: int) -> int:
    """How many columns have something of the text."""
    widget.resize(wide, 32)
    image = widget.grab().toImage()
    behind = image.pixelColor(wide - 1, 0)
    return sum(any(image.pixelColor(x, y) != behind for y in range(32)) for x in range(wide))
