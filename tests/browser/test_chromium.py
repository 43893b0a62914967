"""The browser that the other tests here use."""

import pytest
from playwright.async_api import Browser

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]


async def test_chromium_runs_a_page_s_script(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<p></p><script>document.querySelector('p').textContent = 6 * 7</script>")
    assert await page.inner_text("p") == "42"
    await page.close()
