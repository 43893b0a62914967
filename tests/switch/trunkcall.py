"""A call that goes out by a trunk, to a provider that says what a test has it say."""

from __future__ import annotations

from typing import Any

from offhook.call import CallState
from offhook.demo.phone import Phone
from offhook.sip.message import Request
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.site import Site
from tests.switch.trunksite import SDP, ScriptedProvider, a_site_with, a_trunk
from tests.waiting import until

DIALLED = "08912345678"
"""The friend, as it is dialled in Berlin."""

EARLY = SDP.replace("m=audio 9 ", "m=audio 19 ")
OTHERS = SDP.replace("m=audio 9 ", "m=audio 29 ")
"""Descriptions that differ in their port: 9, 19 and 29."""


def port(phone: Phone) -> int:
    """The port that the phone's audio goes to; 0 as long as it does not know."""
    media = phone.calls[0].remote_media if phone.calls else None
    return 0 if media is None else media[1]


class Call:
    """A call that goes out, and is at the provider now."""

    def __init__(self, provider: ScriptedProvider, site: Site, own: Phone, id: str, invite: Request) -> None:
        self.provider, self.site, self.own, self.id, self.invite = provider, site, own, id, invite

    def say(self, status: int, extra: str = "", body: str = "", *, tag: str = "provider") -> None:
        self.provider.respond(self.invite, status, extra, body, tag=tag)

    async def is_up(self, media_port: int = 9) -> None:
        await self.site.until(self.id, CallState.CONNECTED)
        await until(lambda: port(self.own) == media_port)

    async def close(self) -> None:
        await self.site.close()
        assert isinstance(self.site.switch, EmbeddedSwitch)
        assert self.site.switch.idle


async def a_call(provider: ScriptedProvider, **trunk: Any) -> Call:
    """Kim has clicked on the friend's number."""
    provider.answers["INVITE"] = None
    site = await a_site_with(a_trunk(provider.address, **trunk))
    own = await site.phone("4000")
    call_id = site.dial("4000", DIALLED)
    return Call(provider, site, own, call_id, await provider.next("INVITE"))
