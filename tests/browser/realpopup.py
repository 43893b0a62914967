"""The pop-up as the icon in the toolbar opens it, above a page. The browser's own protocol reaches it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from playwright.async_api import CDPSession, Page

from tests.browser.extension import Extension
from tests.waiting import becomes


class RealPopup:
    """Sends to the pop-up's target by way of the page below it."""

    def __init__(self, below: CDPSession, session: str) -> None:
        self._below, self._session = below, session
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        below.on("Target.receivedMessageFromTarget", self._received)

    def _received(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if event["sessionId"] == self._session and "id" in message:
            self._answers.pop(message["id"]).set_result(message)

    async def send(self, method: str, **params: object) -> dict[str, Any]:
        """A command of the browser's protocol; its result."""
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        answer = self._answers[number]
        message = json.dumps({"id": number, "method": method, "params": params})
        await self._below.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})
        said = await answer
        assert "error" not in said, said
        return dict(said["result"])

    async def evaluate(self, code: str) -> Any:
        """As a person's doing, where the browser asks for that."""
        said = await self.send(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True, userGesture=True
        )
        return said["result"].get("value")

    async def shows(self, selector: str, text: str) -> None:
        """Waits for a text."""
        await becomes(lambda: self.evaluate(f"document.querySelector({selector!r})?.textContent"), text)

    async def press_enter(self, selector: str) -> None:
        """With a key of the keyboard: an event that is trusted."""
        await self.evaluate(f"document.querySelector({selector!r}).focus()")
        for kind in ("keyDown", "keyUp"):
            text = "\r" if kind == "keyDown" else ""
            await self.send(
                "Input.dispatchKeyEvent", type=kind, key="Enter", windowsVirtualKeyCode=13, text=text
            )

    async def picture(self) -> bytes:
        return base64.b64decode((await self.send("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def the_popup(extension: Extension, page: Page) -> AsyncIterator[RealPopup]:
    """Opened above a page, as by a click on the icon."""
    await page.bring_to_front()
    await (await extension.background()).evaluate("chrome.action.openPopup()")
    below = await extension.context.new_cdp_session(page)
    url = extension.url("popup.html")
    targets: list[dict[str, Any]] = []
    while not targets:
        found = (await below.send("Target.getTargets"))["targetInfos"]
        targets = [one for one in found if one["url"] == url]
        await asyncio.sleep(0.02)
    attached = await below.send(
        "Target.attachToTarget", {"targetId": targets[0]["targetId"], "flatten": False}
    )
    popup = RealPopup(below, attached["sessionId"])
    yield popup
    await below.send("Target.closeTarget", {"targetId": targets[0]["targetId"]})
    await below.detach()
