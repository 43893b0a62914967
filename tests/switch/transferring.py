"""A call of which one party is about to be handed on, at the embedded switch."""

from __future__ import annotations

from offhook.call import Call, Transfer
from offhook.demo.phone import Phone
from tests.switch.contract_incoming import rings
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, Site


async def up(site: Site) -> tuple[Phone, Phone]:
    """4000 has called 4001, and they talk."""
    caller, transferor = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    await talk(caller, transferor)
    return caller, transferor


async def begin(site: Site, transferor: Phone, how: str, target: str = "4002") -> Call:
    """The transfer has begun, and the target rings: its call."""
    if how == "by hand":
        await transferor.calls[0].transfer(target)
    else:
        await site.perform(Transfer(site.live("4001")[0].id, "4001", target))
    return await rings(site, target)
