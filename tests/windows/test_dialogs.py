"""The dialogs of the DLL, on a screen, under Wine, by the keyboard alone; and what they write."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.config import Listen, TspSettings
from offhook.tsp.server import TspServer
from tests.cli.helpers import a_site
from tests.tsp.helpers import PlayedBackend
from tests.windows.desktop import KOREAN, Desktop, Dialog
from tests.windows.dialogs import (
    ADD,
    APPLY,
    EDIT,
    HOST,
    KIM,
    LINES,
    NAME,
    PORT,
    REMOVE,
    REPORT,
    TERMINAL,
    TEST,
    TEST_RESULT,
    TOKEN,
    TOKEN_HINT,
)

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]

OK, CANCEL = 1, 2

TITLE = "Phone Line Attributes"
LEE = {"name": "Lee", "terminal": "4001", "host": "messenger.example.org", "port": 7800}


@asynccontextmanager
async def smart_messenger(token: str | None = "s3cret") -> AsyncIterator[int]:
    """The port of the real server of TSP sessions."""
    server = TspServer(PlayedBackend(), TspSettings(Listen("127.0.0.1", 0)), token=token)
    await server.start()
    try:
        yield server.port
    finally:
        await server.stop()


@asynccontextmanager
async def peer(answer: Callable[[asyncio.StreamWriter], None]) -> AsyncIterator[int]:
    """The port of something that does as told once it has heard anything."""
    writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read(1)
        answer(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await server.wait_closed()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


async def test_the_line_is_shown_as_it_is_stored(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM, LEE]) as dialog:
        window = await dialog.focus(NAME)
        assert window.title == TITLE
        assert [window[field].text for field in (NAME, HOST, PORT, TERMINAL)] == [
            "Kim",
            "127.0.0.1",
            "7700",
            "4000",
        ]
        assert not window[APPLY].enabled


async def test_the_token_is_not_in_the_window(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        window = await dialog.focus(NAME)
        assert "s3cret" not in window.texts
        assert window[TOKEN].text == "\u2022" * 8
        assert "will be kept" in window[TOKEN_HINT].text


async def test_tab_goes_through_the_fields_as_they_are_read(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        for control in (HOST, PORT, TERMINAL, TOKEN, REPORT, TEST, TEST_RESULT, OK, CANCEL, NAME):
            await dialog.key("Tab")
            await dialog.focus(control)


async def test_apply_comes_after_cancel_once_there_is_something_to_apply(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.type("x")
        await dialog.until("Apply", lambda window: window[APPLY].enabled)
        await dialog.key("shift+Tab")
        await dialog.focus(APPLY)


@pytest.mark.parametrize("language", ["0409", KOREAN])
async def test_every_field_has_a_label_with_a_letter_of_its_own(desktop: Desktop, language: str) -> None:
    async with Dialog(desktop, "line", [KIM], language=language) as dialog:
        await dialog.focus(NAME)
        letters = {"h": HOST, "p": PORT, "t": TERMINAL, "k": TOKEN, "d": REPORT}
        letters |= {"r": TEST_RESULT, "n": NAME}
        for letter, control in letters.items():
            await dialog.key(f"alt+{letter}")
            await dialog.focus(control)


async def test_apply_writes_what_was_typed_and_the_dialog_stays(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.fill("n", NAME, "Front desk")
        await dialog.fill("h", HOST, "10.0.0.7")
        await dialog.fill("p", PORT, "7801")
        await dialog.fill("t", TERMINAL, "4002")
        await dialog.fill("k", TOKEN, "another")
        await dialog.key("alt+a")
        window = await dialog.until("Apply to be done", lambda window: not window[APPLY].enabled)
        assert window[TOKEN].text == "\u2022" * 8
        await dialog.key("Escape")
        ended = await dialog.end()
    assert ended.result == 0
    assert ended.registry == {
        "1": {
            "Name": "Front desk",
            "Host": "10.0.0.7",
            "Port": 7801,
            "Terminal": "4002",
            "Token": "another",
            "TokenInTheClear": False,
        }
    }


async def test_calls_by_hand_are_told_as_is_chosen(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        window = await dialog.focus(NAME)
        assert window[REPORT].text == "Tell while a program handles calls (usual)"
        await dialog.key("alt+d", "End")
        await dialog.until("the choice", lambda window: "only watch" in window[REPORT].text)
        await dialog.key("alt+a")
        await dialog.until("Apply to be done", lambda window: not window[APPLY].enabled)
        await dialog.key("alt+n", "Return")
        assert (await dialog.end()).registry["1"]["ReportManual"] == "always"


async def test_what_is_usual_for_calls_by_hand_is_not_written(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM | {"report_manual": "never"}]) as dialog:
        window = await dialog.focus(NAME)
        assert window[REPORT].text == "Never tell programs"
        await dialog.key("alt+d", "Home")
        await dialog.until("the choice", lambda window: "usual" in window[REPORT].text)
        await dialog.key("Return")
        assert "ReportManual" not in (await dialog.end()).registry["1"]


async def test_ok_keeps_a_token_that_was_not_touched(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.type("Mr Kim")
        await dialog.key("Return")
        line = (await dialog.end()).registry["1"]
    assert (line["Name"], line["Token"]) == ("Mr Kim", "s3cret")


async def test_cancel_writes_nothing(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.type("Mr Kim")
        await dialog.key("Escape")
        assert (await dialog.end()).registry["1"]["Name"] == "Kim"


async def test_a_token_that_is_deleted_is_removed(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.key("alt+k", "BackSpace")
        await dialog.until("the hint", lambda window: "will be removed" in window[TOKEN_HINT].text)
        await dialog.key("Return")
        assert "Token" not in (await dialog.end()).registry["1"]


async def test_typing_into_the_middle_of_a_token_replaces_all_of_it(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.key("alt+k", "End", "Left", "Left")
        await dialog.type("new")
        await dialog.until("the token", lambda window: window[TOKEN].text == "new")
        await dialog.key("Return")
        assert (await dialog.end()).registry["1"]["Token"] == "new"


@pytest.mark.parametrize(
    ("letter", "control", "text", "says"),
    [
        ("n", NAME, "", "Line name: type the name"),
        ("n", NAME, "lee", "Line name: another line has this name"),
        ("h", HOST, "", "Smart Messenger host: type the name"),
        ("h", HOST, "http://messenger", "Smart Messenger host: this is no name"),
        ("h", HOST, "messenger:7700", "Smart Messenger host: type the host alone"),
        ("p", PORT, "65536", "Port: type a number"),
        ("p", PORT, "", "Port: type a number"),
        ("t", TERMINAL, "40%00", "Terminal: type the extension"),
        ("k", TOKEN, "50%", "Token: it holds characters"),
    ],
)
async def test_a_mistake_names_the_field_and_goes_to_it(
    desktop: Desktop, letter: str, control: int, text: str, says: str
) -> None:
    async with Dialog(desktop, "line", [KIM, LEE]) as dialog:
        await dialog.focus(NAME)
        await dialog.fill(letter, control, text)
        await dialog.key("Return")
        await dialog.box(says)
        await dialog.key("Return")
        await dialog.focus(control)
        await dialog.key("Escape")
        assert (await dialog.end()).registry["1"]["Name"] == "Kim"


async def run_test(dialog: Dialog, says: str) -> None:
    await dialog.key("alt+e")
    await dialog.until(says, lambda window: says in window[TEST_RESULT].text)


async def test_the_test_logs_in_with_the_stored_token(desktop: Desktop) -> None:
    async with (
        smart_messenger() as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, f"Success: the Smart Messenger at 127.0.0.1, {port} accepted the login")


async def test_the_test_finds_a_whole_site_and_a_terminal_that_it_has_not(
    desktop: Desktop, tmp_path: Path
) -> None:
    async with a_site(tmp_path) as (_, system):
        token = (tmp_path / "state" / "tsp.token").read_text().strip()
        line = KIM | {"port": system.tsp_port, "token": token}
        async with Dialog(desktop, "line", [line]) as dialog:
            await dialog.focus(NAME)
            await run_test(dialog, "accepted the login")
            await dialog.fill("t", TERMINAL, "4999")
            await run_test(dialog, "refused the login")


async def test_the_test_takes_what_is_typed_and_writes_nothing(desktop: Desktop) -> None:
    async with smart_messenger("typed") as port, Dialog(desktop, "line", [KIM]) as dialog:
        await dialog.focus(NAME)
        await dialog.fill("p", PORT, str(port))
        await dialog.fill("k", TOKEN, "typed")
        await run_test(dialog, "accepted the login")
        await dialog.key("Escape")
        assert (await dialog.end()).registry["1"]["Port"] == 7700


async def test_the_test_tells_of_a_wrong_token(desktop: Desktop) -> None:
    async with (
        smart_messenger("another") as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, "refused the login. Check the token")


async def test_the_test_tells_that_nobody_listens(desktop: Desktop) -> None:
    port = unused_port()
    async with Dialog(desktop, "line", [KIM | {"port": port}]) as dialog:
        await dialog.focus(NAME)
        await run_test(dialog, f"Nothing listens at 127.0.0.1, {port}")


async def test_the_test_tells_of_a_name_that_there_is_not(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM | {"host": "messenger.invalid"}]) as dialog:
        await dialog.focus(NAME)
        await run_test(dialog, "There is no computer of this name: messenger.invalid, 7700")


async def test_the_test_tells_of_something_else_on_the_port(desktop: Desktop) -> None:
    async with (
        peer(lambda writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, "Something else than a Smart Messenger answers")


async def test_the_test_tells_of_a_peer_that_hangs_up(desktop: Desktop) -> None:
    async with (
        peer(lambda writer: writer.close()) as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, "hung up without an answer")


async def test_a_peer_that_names_no_version_is_told(desktop: Desktop) -> None:
    async with (
        peer(lambda writer: writer.write(b"Response%Success\r\n\r\n")) as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, "It speaks version 1")


async def test_the_window_lives_while_the_test_runs_and_can_stop_it(desktop: Desktop) -> None:
    async with (
        peer(lambda writer: None) as port,
        Dialog(desktop, "line", [KIM | {"port": port}]) as dialog,
    ):
        await dialog.focus(NAME)
        await run_test(dialog, "Connecting to")
        await dialog.fill("n", NAME, "typed meanwhile")
        await run_test(dialog, "The test was stopped.")
        await run_test(dialog, "Connecting to")
        await dialog.key("Escape")
        assert (await dialog.end()).result == 0


async def test_lines_are_listed_opened_added_and_removed(desktop: Desktop) -> None:
    async with Dialog(desktop, "lines", [KIM, LEE]) as dialog:
        window = await dialog.focus(LINES)
        assert window[LINES].rows == [
            ["Kim", "4000", "127.0.0.1, 7700"],
            ["Lee", "4001", "messenger.example.org, 7800"],
        ]
        await dialog.key("Down", "Return")
        assert (await dialog.focus(NAME))[NAME].text == "Lee"
        await dialog.type("Ms Lee")
        await dialog.key("Return")
        await dialog.until(
            "the new name", lambda window: "Lee" not in window.title and is_row(window, 1, "Ms Lee")
        )
        await dialog.key("alt+a")
        await dialog.focus(NAME)
        await dialog.type("Reception")
        await dialog.key("Return")
        await dialog.until("the new line", lambda window: is_row(window, 2, "Reception"))
        await dialog.key("alt+l", "Home", "Delete")
        await dialog.box('Remove the line "Kim"?')
        await dialog.key("alt+y")
        await dialog.until("two lines", lambda window: len(list_rows(window)) == 2)
        await dialog.key("Escape")
        ended = await dialog.end()
    assert {index: line["Name"] for index, line in ended.registry.items()} == {
        "2": "Ms Lee",
        "3": "Reception",
    }


def list_rows(window: object) -> list[list[str]]:
    controls = getattr(window, "controls", [])
    return next((one.rows for one in controls if one.id == LINES), [])


def is_row(window: object, row: int, name: str) -> bool:
    rows = list_rows(window)
    return len(rows) > row and rows[row][0] == name


async def test_a_removal_is_asked_for_and_no_is_what_return_means(desktop: Desktop) -> None:
    async with Dialog(desktop, "lines", [KIM]) as dialog:
        await dialog.focus(LINES)
        await dialog.key("alt+r")
        await dialog.box("Remove the line")
        await dialog.key("Return")
        await dialog.until("the list", lambda window: window.active and len(list_rows(window)) == 1)
        await dialog.key("Escape")
        assert list((await dialog.end()).registry) == ["1"]


async def test_without_lines_there_is_nothing_to_edit_or_remove(desktop: Desktop) -> None:
    async with Dialog(desktop, "lines") as dialog:
        window = await dialog.until("the list", lambda window: window.active)
        assert [window[button].enabled for button in (ADD, EDIT, REMOVE)] == [True, False, False]


async def test_korean_is_spoken_to_koreans(desktop: Desktop) -> None:
    port = unused_port()
    async with Dialog(desktop, "line", [KIM | {"port": port}], language=KOREAN) as dialog:
        window = await dialog.focus(NAME)
        assert window.title == "전화 회선 속성"
        await run_test(dialog, "응답하는 프로그램이 없습니다")


async def test_a_first_line_is_made_silently_when_there_is_none(desktop: Desktop) -> None:
    async with Dialog(desktop, "install") as dialog:
        ended = await dialog.end()
    assert ended.result == 0
    assert ended.registry == {"1": {"Name": "Offhook", "Host": "127.0.0.1", "Port": 7700, "Terminal": ""}}


async def test_lines_that_are_there_are_kept_by_an_install(desktop: Desktop) -> None:
    async with Dialog(desktop, "install", [KIM]) as dialog:
        ended = await dialog.end()
    assert ended.result == 0
    assert [line["Name"] for line in ended.registry.values()] == ["Kim"]


async def test_removing_the_provider_removes_its_settings(desktop: Desktop) -> None:
    async with Dialog(desktop, "remove", [KIM]) as dialog:
        ended = await dialog.end()
    assert (ended.result, ended.registry) == (0, {})


async def test_another_device_class_is_refused_without_a_dialog(desktop: Desktop) -> None:
    async with Dialog(desktop, "wave/in", [KIM]) as dialog:
        assert (await dialog.end()).result == 0x8000_0023  # LINEERR_INVALDEVICECLASS
