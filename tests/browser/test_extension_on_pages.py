"""The extension on pages of foreign sites: what it finds, what it leaves alone, and when it calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Error, Page, Playwright, Position, expect

from tests.browser.extension import Extension, allow_everywhere, an_extension, build
from tests.browser.standin import TOKEN, StandIn, a_stand_in
from tests.waiting import becomes, until

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]

MARKED = """() => [...(CSS.highlights.get("offhook-number") ?? [])].map((range) => {
    const {startContainer, startOffset, endOffset} = range;
    return startContainer.data.slice(startOffset, endOffset);
})"""

APART_S = 0.75
"""A click that comes sooner is the second half of a double click (src/background/clicks.ts), and a number
that has just appeared is asked about (src/page/seen.ts)."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[StandIn]:
    async with a_stand_in() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installed(
    playwright: Playwright, site: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Extension]:
    folder: Path = tmp_path_factory.mktemp("extension")
    built = await build(folder / "built")
    async with an_extension(playwright, folder, built / "chromium") as made:
        await made.store(server=site.origin, token=TOKEN, country="KR")
        await allow_everywhere(made)
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def extension(installed: Extension, site: StandIn) -> AsyncIterator[Extension]:
    """As installed; afterwards as if nothing had been."""
    site.asked.clear()
    site.refusal = None
    yield installed
    for page in installed.context.pages[1:]:
        await page.close()
    await installed.store(sitesOff=[], findNumbers=True, takeTelLinks=True, country="KR")


async def show(extension: Extension, site: StandIn, html: str, path: str = "/page", **host: str) -> Page:
    site.pages[path] = f"<!doctype html><meta charset=utf-8><body>{html}"
    page = await extension.context.new_page()
    await page.goto(site.page(path, **host))
    return page


async def marked(page: Any, *wanted: str) -> None:
    """Waits until exactly these numbers are shown as such."""

    async def found() -> list[str]:
        return sorted(await page.evaluate(MARKED))

    await becomes(found, sorted(wanted))


async def click_text(page: Page, selector: str, at: Position | None = None) -> None:
    """As a person: after having seen it."""
    await asyncio.sleep(APART_S)
    await page.click(selector, position=at or {"x": 12, "y": 8}, force=True)


async def press(question: Page, button: str) -> None:
    """The window may be gone before the driver has heard of its click."""
    with suppress(Error):
        await question.click(button)


async def test_a_number_that_is_clicked_is_called(extension: Extension, site: StandIn) -> None:
    page = await show(extension, site, "<p><span id=n>02-568-3848</span> is our number")
    await marked(page, "02-568-3848")
    await click_text(page, "#n")
    await until(lambda: site.dialled == ["+8225683848"])
    [asked] = [one for one in site.asked if one.method == "POST"]
    assert asked.path == "/terminals/default/calls"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert len(asked.headers["idempotency-key"]) >= 16
    assert "referer" not in asked.headers


async def test_a_click_beside_a_number_is_the_page_s(extension: Extension, site: StandIn) -> None:
    page = await show(
        extension, site, "<p id=p style='width:600px'>02-568-3848</p><script>onclick = () => n = 1</script>"
    )
    await marked(page, "02-568-3848")
    await click_text(page, "#p", {"x": 500, "y": 8})
    await page.wait_for_function("self.n === 1")
    assert site.dialled == []


async def test_a_click_on_a_number_is_not_the_page_s_as_well(extension: Extension, site: StandIn) -> None:
    page = await show(
        extension, site, "<span id=n>02-568-3848</span><script>n = 0; onclick = () => n++</script>"
    )
    await marked(page, "02-568-3848")
    await click_text(page, "#n")
    await until(lambda: site.dialled == ["+8225683848"])
    assert await page.evaluate("n") == 0


async def test_a_double_click_calls_once(extension: Extension, site: StandIn) -> None:
    page = await show(extension, site, "<span id=n>02-568-3848</span>")
    await marked(page, "02-568-3848")
    await asyncio.sleep(APART_S)
    await page.click("#n", click_count=2, position={"x": 12, "y": 8})
    await until(lambda: bool(site.dialled))
    await asyncio.sleep(0.5)
    assert site.dialled == ["+8225683848"]


async def test_a_script_s_click_calls_nobody(extension: Extension, site: StandIn) -> None:
    page = await show(extension, site, "<span id=n>02-568-3848</span><a id=t href='tel:+8225683848'>call</a>")
    await marked(page, "02-568-3848")
    await asyncio.sleep(APART_S)
    await page.evaluate(
        """() => {
            const {left, top} = document.querySelector("#n").getBoundingClientRect();
            const at = {bubbles: true, composed: true, clientX: left + 12, clientY: top + 8};
            document.querySelector("#n").dispatchEvent(new MouseEvent("click", at));
            addEventListener("click", (event) => event.preventDefault());
            document.querySelector("#t").click();
            postMessage({kind: "page-dial", number: "+8225683848", seen: true}, "*");
        }"""
    )
    await asyncio.sleep(0.6)
    assert site.asked == []
    assert len(extension.context.pages) == 2, "nobody is asked either"


HIDDEN = {
    "nearly transparent": "<div style='opacity:.02'><span id=n>02-568-3848</span></div>",
    "in the colour of its background": "<div style='background:#fff'>"
    "<b id=n style='color:#fff'>02-568-3848</b></div>",
    "tiny": "<span id=n style='font-size:3px'>02-568-3848</span>",
    "transparent letters": "<span id=n style='color:rgba(0,0,0,.05)'>02-568-3848</span>",
    "behind a filter": "<div style='filter:opacity(.1)'><span id=n>02-568-3848</span></div>",
    "under what lets clicks through": "<span id=n>02-568-3848</span><div style='position:fixed;inset:0;"
    "background:#fff;pointer-events:none'>Win a car!</div>",
}


@pytest.mark.parametrize("html", HIDDEN.values(), ids=HIDDEN.keys())
async def test_a_number_that_the_page_hides_is_asked_about(
    extension: Extension, site: StandIn, html: str
) -> None:
    page = await show(extension, site, html)
    await marked(page, "02-568-3848")
    async with extension.context.expect_page() as opening:
        await click_text(page, "#n", {"x": 3, "y": 2} if "3px" in html else None)
    question = await opening.value
    await expect(question.locator("#number")).to_have_text("+8225683848")
    await expect(question.locator("#why")).to_contain_text("crm.example")
    assert site.dialled == []
    if "opacity:.02" in html:
        await press(question, "#yes")
        await until(lambda: site.dialled == ["+8225683848"])
    else:
        await press(question, "#no")
        assert site.dialled == []


async def test_a_number_that_appears_under_the_pointer_is_asked_about(
    extension: Extension, site: StandIn
) -> None:
    html = """<button id=b>Next</button><script>
        b.onpointerdown = () => b.outerHTML = '<b>02-568-3848</b>';
    </script>"""
    page = await show(extension, site, html)
    await asyncio.sleep(APART_S)
    box = await page.locator("#b").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 9, box["y"] + 9)
    await page.mouse.down()
    await marked(page, "02-568-3848")
    await page.mouse.up()
    async with extension.context.expect_page() as opening:
        await page.mouse.click(box["x"] + 9, box["y"] + 9)
    await press(await opening.value, "#no")
    assert site.dialled == []


async def test_the_page_stays_what_it_is(extension: Extension, site: StandIn) -> None:
    html = """<p>Call 02-568-3848 or <b>031-789-1234</b></p><script>
        changes = 0;
        new MutationObserver((records) => changes += records.length).observe(document,
            {subtree: true, childList: true, attributes: true, characterData: true});
    </script>"""
    page = await show(extension, site, html)
    before = await page.evaluate("[document.documentElement.outerHTML, document.body.scrollHeight]")
    await marked(page, "02-568-3848", "031-789-1234")
    after = await page.evaluate("[document.documentElement.outerHTML, document.body.scrollHeight]")
    assert after == before
    assert await page.evaluate("changes") == 0
    assert await page.evaluate("[...document.styleSheets].length + document.adoptedStyleSheets.length") == 0
    assert await page.evaluate("typeof chrome.runtime") == "undefined"


LEFT_ALONE = {
    "a field": "<input value='02-568-3848'><textarea>02-568-3848</textarea>",
    "what is edited": "<div contenteditable><p>02-568-3848</p></div><div role=textbox>02-568-3848</div>",
    "code": "<pre>02-568-3848</pre><code>02-568-3848</code><div class=monaco-editor>02-568-3848</div>",
    "a link": "<a href='/customer/7'>02-568-3848</a>",
    "a button": "<button>02-568-3848</button><div role=button>02-568-3848</div>",
    "a script": "<script>'02-568-3848'</script><style>/* 02-568-3848 */</style>"
    "<template>02-568-3848</template>",
    "what is no number": "<p>4111 1111 1111 1111, 2026-11-26, ₩1,234,567, 192.168.100.200</p>",
}


@pytest.mark.parametrize("html", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
async def test_it_is_left_alone(extension: Extension, site: StandIn, html: str) -> None:
    page = await show(extension, site, f"{html}<p>031-789-1234</p>")
    await marked(page, "031-789-1234")


async def test_a_page_that_changes_itself(extension: Extension, site: StandIn) -> None:
    page = await show(extension, site, "<div id=d>no number yet</div>")
    await marked(page)
    await page.evaluate("d.innerHTML = '<p>02-568-3848</p><p>010-1234-5678</p>'")
    await marked(page, "02-568-3848", "010-1234-5678")
    await page.evaluate("d.firstChild.firstChild.data = 'now 031-789-1234'")
    await marked(page, "031-789-1234", "010-1234-5678")
    await page.evaluate("d.firstChild.remove()")
    await marked(page, "010-1234-5678")
    await page.evaluate("d.contentEditable = true")
    await marked(page)


async def test_numbers_in_shadow_roots_are_called_too(extension: Extension, site: StandIn) -> None:
    html = """<style>x-open, x-closed { display: block }</style><x-open></x-open><x-closed></x-closed><script>
        for (const [name, mode] of [["x-open", "open"], ["x-closed", "closed"]]) {
            document.querySelector(name).attachShadow({mode}).innerHTML =
                name === "x-open" ? "<div id=o>02-568-3848</div>" : "<div>010-1234-5678</div>";
        }
    </script>"""
    page = await show(extension, site, html)
    await marked(page, "02-568-3848", "010-1234-5678")
    await click_text(page, "#o")
    await until(lambda: site.dialled == ["+8225683848"])
    await click_text(page, "x-closed")
    await until(lambda: site.dialled == ["+8225683848", "+821012345678"])


async def test_a_component_that_gets_its_shadow_root_late_is_read(
    extension: Extension, site: StandIn
) -> None:
    page = await show(extension, site, "<p>031-789-1234</p><x-late></x-late>")
    await marked(page, "031-789-1234")
    await page.evaluate(
        "document.querySelector('x-late').attachShadow({mode: 'closed'}).innerHTML = '<p>02-568-3848'"
    )
    await marked(page, "031-789-1234", "02-568-3848")


async def test_numbers_in_frames_are_called_too(extension: Extension, site: StandIn) -> None:
    site.pages["/inner"] = "<!doctype html><meta charset=utf-8><p id=n>02-568-3848</p>"
    inner = site.page("/inner", "mail.example")
    html = f"<iframe src='{inner}'></iframe><iframe srcdoc='010-1234-5678'></iframe>"
    page = await show(extension, site, html)
    frame = page.frames[1]
    await marked(frame, "02-568-3848")
    await marked(page.frames[2], "010-1234-5678")
    await asyncio.sleep(APART_S)
    await frame.click("#n", position={"x": 12, "y": 8})
    await until(lambda: site.dialled == ["+8225683848"])


async def test_a_frame_that_a_page_hides_is_asked_about(extension: Extension, site: StandIn) -> None:
    site.pages["/inner"] = "<!doctype html><meta charset=utf-8><p id=n>02-568-3848</p>"
    html = f"<iframe style='opacity:.01' src='{site.page('/inner', 'mail.example')}'></iframe>"
    page = await show(extension, site, html)
    await marked(page.frames[1], "02-568-3848")
    await asyncio.sleep(APART_S)
    async with extension.context.expect_page() as opening:
        await page.frames[1].click("#n", position={"x": 12, "y": 8})
    await press(await opening.value, "#no")
    assert site.dialled == []


async def test_a_link_to_a_number_is_called_if_the_person_wants_that(
    extension: Extension, site: StandIn
) -> None:
    html = "<a id=t href='tel:+82-2-568-3848;ext=12'>Call us</a>"
    page = await show(extension, site, html)
    await asyncio.sleep(APART_S)
    await page.click("#t")
    await until(lambda: site.dialled == ["+82-2-568-3848"])
    await asyncio.sleep(APART_S)
    await extension.store(takeTelLinks=False)
    await page.wait_for_timeout(300)
    await page.evaluate("() => { t.onclick = (event) => { event.preventDefault(); n = 1; }; }")
    await page.click("#t")
    await page.wait_for_function("self.n === 1")
    assert site.dialled == ["+82-2-568-3848"]


async def test_where_it_is_switched_off_nothing_is_left(extension: Extension, site: StandIn) -> None:
    page = await show(extension, site, "<span id=n>02-568-3848</span><script>onclick = () => n = 1</script>")
    await marked(page, "02-568-3848")
    before = await page.evaluate("document.documentElement.outerHTML")
    await extension.store(sitesOff=["crm.example"])
    await page.wait_for_function("!CSS.highlights.has('offhook-number')")
    assert await page.evaluate("CSS.highlights.size") == 0
    await page.click("#n")
    await page.wait_for_function("self.n === 1")
    assert await page.evaluate("document.documentElement.outerHTML") == before
    assert site.dialled == []
    other = await show(extension, site, "<p>02-568-3848</p>", host="other.example")
    await marked(other, "02-568-3848")
    below = await show(extension, site, "<p>02-568-3848</p>", host="sales.crm.example")
    await asyncio.sleep(0.3)
    assert await below.evaluate("CSS.highlights.size") == 0


async def test_why_a_number_was_not_called_is_said_on_the_page(extension: Extension, site: StandIn) -> None:
    site.refusal = 409, {"code": "terminal-busy", "detail": "terminal 4000 is dialling already"}
    page = await show(extension, site, "<span id=n>02-568-3848</span>")
    await marked(page, "02-568-3848")
    await click_text(page, "#n")
    await page.wait_for_selector("#offhook-note", state="attached")
    background = await extension.background()
    title = "terminal 4000 is dialling already"
    await becomes(lambda: background.evaluate("chrome.action.getTitle({})"), title)
    await becomes(lambda: background.evaluate("chrome.action.getBadgeText({})"), "!")
    assert await page.evaluate("document.querySelector('#offhook-note').shadowRoot") is None, "it is closed"


async def test_the_script_in_a_page_cannot_read_the_token(extension: Extension, site: StandIn) -> None:
    """In a process of the page's: whoever breaks out of the page's own script finds no token there."""
    page = await show(extension, site, "<p>02-568-3848</p>")
    await marked(page, "02-568-3848")
    session = await extension.context.new_cdp_session(page)
    contexts: list[Any] = []
    session.on("Runtime.executionContextCreated", lambda event: contexts.append(event["context"]))
    await session.send("Runtime.enable")
    [own] = [one["id"] for one in contexts if one["name"] == "Offhook"]
    code = "chrome.storage.local.get().then((all) => JSON.stringify(all), (error) => String(error))"
    said = await session.send(
        "Runtime.evaluate", {"expression": code, "contextId": own, "awaitPromise": True}
    )
    assert TOKEN not in said["result"]["value"]
    assert "not allowed" in said["result"]["value"]


PLAYED = {
    "outlook": ["+82 (2) 568-3848", "010-1234-5678"],
    "gmail": ["02-568-3848", "01012345678"],
    "crm": ["02-568-3848"],
}


@pytest.mark.parametrize(("name", "numbers"), PLAYED.items(), ids=PLAYED.keys())
async def test_numbers_are_found_where_people_read_them(
    extension: Extension, site: StandIn, name: str, numbers: list[str]
) -> None:
    """Pages built as Outlook on the web, Gmail and a CRM of components are: lists, editors, shadow roots."""
    html = (Path(__file__).parent / "pages" / f"{name}.html").read_text(encoding="utf-8")
    page = await show(extension, site, html)
    await marked(page, *numbers)
    await asyncio.sleep(0.2)
    await marked(page, *numbers)
