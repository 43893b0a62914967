"""Apply without the right to write: the change goes to a second process by a pipe, not by its command line.

Wine asks nobody and gives the process no other rights; here it finds them changed meanwhile, or not.
"""

import asyncio

import pytest

from tests.windows.desktop import Desktop, Dialog, Elevated, elevated
from tests.windows.dialogs import APPLY, KIM, LINES, NAME, TOKEN

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

LINE = r"SOFTWARE\Offhook\TSP\Lines\1"
READ_ONLY = {LINE: "D:P(A;;KR;;;WD)(A;;WD;;;WD)"}


async def apply_a_change(dialog: Dialog) -> Elevated:
    await dialog.focus(NAME)
    await dialog.type("Mr Kim")
    await dialog.fill("k", TOKEN, "a-new-token")
    return await press(dialog, "alt+a")


async def press(dialog: Dialog, key: str) -> Elevated:
    """Press a key and wait for the second process, which begins before the key has been let go."""
    process = asyncio.create_task(elevated(dialog))
    await dialog.key(key)
    return await process


async def test_the_second_process_writes_what_was_typed(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM], rights=READ_ONLY) as dialog:
        process = await apply_a_change(dialog)
        await dialog.grant(LINE)
        process.go_on()
        await dialog.until("Apply to be done", lambda window: window.active and not window[APPLY].enabled)
        await dialog.key("Escape")
        line = (await dialog.end()).registry["1"]
    assert (line["Name"], line["Token"]) == ("Mr Kim", "a-new-token")
    assert "a-new-token" not in process.command
    assert r"rundll32.exe" in process.command


async def test_a_second_process_without_the_right_either_is_told(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM], rights=READ_ONLY) as dialog:
        (await apply_a_change(dialog)).go_on()
        await dialog.box("Nothing was saved: even with the permission")
        await dialog.key("Return")
        await dialog.until("the dialog", lambda window: window.active and window[APPLY].enabled)
        await dialog.key("Escape")
        assert (await dialog.end()).registry["1"]["Name"] == "Kim"


async def test_a_second_process_that_dies_is_told(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM], rights=READ_ONLY) as dialog:
        (await apply_a_change(dialog)).kill()
        await dialog.box("did not answer whether it did")
        await dialog.key("Return", "Escape")
        assert (await dialog.end()).registry["1"]["Name"] == "Kim"


async def test_another_process_gets_nothing_out_of_the_pipe(desktop: Desktop) -> None:
    async with Dialog(desktop, "line", [KIM], rights=READ_ONLY) as dialog:
        process = await apply_a_change(dialog)
        assert await dialog.steal(process.pipe) == 0
        process.go_on()
        await dialog.box("did not answer whether it did")
        await dialog.key("Return", "Escape")
        assert (await dialog.end()).registry["1"]["Token"] == "s3cret"


async def test_a_removal_is_elevated_as_well(desktop: Desktop) -> None:
    rights = {r"SOFTWARE\Offhook\TSP\Lines": "D:P(A;;KR;;;WD)(A;;WD;;;WD)"}
    async with Dialog(desktop, "lines", [KIM], rights=rights) as dialog:
        await dialog.focus(LINES)
        await dialog.key("alt+r")
        await dialog.box("Remove the line")
        process = await press(dialog, "alt+y")
        await dialog.grant(r"SOFTWARE\Offhook\TSP\Lines")
        process.go_on()
        await dialog.until(
            "no lines", lambda window: window.active and all(not one.rows for one in window.controls)
        )
        await dialog.key("Escape")
        assert (await dialog.end()).registry == {}
