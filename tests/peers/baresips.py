"""Baresips at the site's terminals, for tests in which a person uses the phone's own keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from offhook.call import CallState
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.switch.site import Site


@asynccontextmanager
async def baresips(
    site: Site, folder: Path, server: tuple[str, int], users: Collection[str], answer: Collection[str]
) -> AsyncIterator[dict[str, Baresip]]:
    """One for each of `users`; those of `answer` answer by themselves. What is still up at the end is hung
    up."""
    async with AsyncExitStack() as stack:
        made = {}
        for user in users:
            phone = Baresip(
                folder, server, user, f"secret-{user}", answer="auto" if user in answer else "manual"
            )
            made[user] = await stack.enter_async_context(phone)
        yield made
        for call in site.live():
            if site.now(call.id).state is not CallState.ON_HOOK:
                site.drop(call.id)
    await site.empty()


async def talking(site: Site, phones: dict[str, Baresip]) -> str:
    """4000 has dialled 4001 by hand; the id of the call."""
    await phones["4000"].dial("4001")
    call = await site.until_seen(lambda one: one.terminal == "4000" and one.state is CallState.CONNECTED)
    await talk(phones["4000"], phones["4001"])
    return call.id
