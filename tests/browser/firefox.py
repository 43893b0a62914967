"""Debian's Firefox, driven by WebDriver BiDi (W3C), which it speaks by itself over a WebSocket."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.peers.program import free_port
from tests.waiting import becomes

PREFERENCES = {
    # The person has said yes to what the extension asks the browser for.
    "extensions.webextOptionalPermissionPrompts": False,
    # Foreign sites, all of them here.
    "network.dns.localDomains": "crm.example,mail.example",
    # It asks nobody outside for anything.
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "services.settings.server": "data:,",
}


class Firefox:
    """A running one."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count(1)

    async def send(self, method: str, **params: object) -> dict[str, Any]:
        """A command; its result."""
        number = next(self._ids)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(await self._socket.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return dict(answer["result"])

    async def pages(self) -> dict[str, str]:
        """The contexts of all tabs and windows, by address."""
        tree = await self.send("browsingContext.getTree")
        return {one["url"]: one["context"] for one in tree["contexts"]}

    async def page(self, ending: str) -> str:
        """The context of a page whose address has this in it, once it is there."""
        while True:
            for url, context in (await self.pages()).items():
                if ending in url:
                    return context
            await asyncio.sleep(0.05)

    async def open(self, url: str) -> str:
        context = str((await self.send("browsingContext.create", type="tab"))["context"])
        await self.send("browsingContext.navigate", context=context, url=url, wait="complete")
        return context

    async def evaluate(self, context: str, code: str) -> Any:
        said = await self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({code})))()",
            target={"context": context},
            awaitPromise=True,
            userActivation=True,
        )
        assert said["type"] == "success", said
        return json.loads(said["result"].get("value", "null"))

    async def shows(self, context: str, code: str, wanted: object) -> None:
        """Waits until this is so."""
        await becomes(lambda: self.evaluate(context, code), wanted)

    async def click(self, context: str, selector: str, x: int = 12, y: int = 8) -> None:
        """With the mouse, as a person does it."""
        await self.send("browsingContext.activate", context=context)
        code = f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})"
        await self.evaluate(context, code)
        box = await self.evaluate(context, f"document.querySelector({selector!r}).getBoundingClientRect()")
        move = {"type": "pointerMove", "x": round(box["left"]) + x, "y": round(box["top"]) + y}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": [move, *press]}
        await self.send("input.performActions", context=context, actions=[mouse])


@asynccontextmanager
async def a_firefox(folder: Path) -> AsyncIterator[Firefox]:
    """One with a profile of its own."""
    profile = folder / "firefox"
    profile.mkdir()
    lines = (f"user_pref({name!r}, {json.dumps(value)});" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines))
    port = free_port()
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(profile)]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--remote-debugging-port", str(port), "about:blank"),
        env={**os.environ, "HOME": str(profile)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with await _connected(port) as socket:
            firefox = Firefox(socket)
            await firefox.send("session.new", capabilities={})
            yield firefox
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _connected(port: int) -> ClientConnection:
    while True:
        try:
            return await connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None)
        except OSError:
            await asyncio.sleep(0.1)
