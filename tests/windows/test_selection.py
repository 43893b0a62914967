"""What is selected in the program in front: on a Windows that is played, and in Wine's Notepad."""

import subprocess
import time
from pathlib import Path

import pytest

from offhook.windows import selection
from tests.windows.desktop import LIMIT_S, LOOK_S, WINE, Desktop, windows_path

HOST = Path(__file__).with_name("selection_host.py")


class Front:
    """A program in front with a selection, and the clipboard."""

    def __init__(self, selected: str | None, clipboard: str | None) -> None:
        self.selected, self.clipboard, self.sequence = selected, clipboard, 1

    def press(self) -> None:
        if self.selected is not None:
            self.write(self.selected)

    def write(self, text: str) -> None:
        self.clipboard, self.sequence = text, self.sequence + 1

    async def copied(self) -> str:
        async def sleep(_seconds: float) -> None:
            pass

        return await selection._copied(
            self.press, lambda: self.sequence, lambda: self.clipboard, self.write, sleep
        )


async def test_the_selection_is_read_and_the_clipboard_is_as_it_was() -> None:
    front = Front("+82 2 568 3848", "a draft")
    assert await front.copied() == "+82 2 568 3848"
    assert front.clipboard == "a draft"


async def test_where_nothing_is_selected_nothing_is_found_and_nothing_is_changed() -> None:
    front = Front(None, "a draft")
    assert await front.copied() == ""
    assert (front.clipboard, front.sequence) == ("a draft", 1)


async def test_a_picture_in_the_clipboard_cannot_be_put_back_and_the_number_stays_there() -> None:
    front = Front("4001", None)
    assert await front.copied() == "4001"
    assert front.clipboard == "4001"


async def test_of_a_whole_document_only_the_beginning_is_taken() -> None:
    assert len(await Front("1" * 10_000, "").copied()) == selection.MOST_CHARACTERS


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_elsewhere_no_program_is_asked_to_copy() -> None:
    assert await selection.copied_from_the_front() == ""


@pytest.mark.peer
@pytest.mark.timeout(120)
def test_what_is_selected_in_notepad_is_read_and_the_clipboard_is_as_it_was(desktop: Desktop) -> None:
    note = desktop.folder / "note.txt"
    note.write_text("+82 2 568 3848")
    notepad = subprocess.Popen(
        ["wine", "notepad", windows_path(note)],
        env=desktop.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        window = _window(desktop, "note.txt")
        _xdotool(desktop, "windowfocus", window)
        read = ""
        end = time.monotonic() + LIMIT_S
        while not read and time.monotonic() < end:  # Notepad shows its window before it has read the file
            _xdotool(desktop, "key", "ctrl+a")
            read, kept = _front(desktop)
        assert (read, kept) == ("+82 2 568 3848", "a draft")
    finally:
        notepad.kill()
        notepad.wait()


def _front(desktop: Desktop) -> tuple[str, str]:
    """What is selected in the program in front, and what is in the clipboard then."""
    host = subprocess.run(
        ["wine", str(WINE / "python" / "python.exe"), windows_path(HOST)],
        env=desktop.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=150,
    )
    read, kept = host.stdout.splitlines()
    return read, kept


def _window(desktop: Desktop, name: str) -> str:
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if found := _xdotool(desktop, "search", "--name", name).split():
            return found[-1]
        time.sleep(LOOK_S)
    raise AssertionError(f"no window is called {name}")


def _xdotool(desktop: Desktop, *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments], env=desktop.environ, stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout
