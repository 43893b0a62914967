"""What is selected in the program in front, on a Windows that is played."""

import pytest

from offhook.windows import selection


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
