"""A call at Asterisk, and the connection to its manager interface, which is cut and mended."""

from __future__ import annotations

from offhook.call import CallState
from offhook.demo.phone import Phone
from tests.peers.asterisksite import AsteriskSite
from tests.peers.cutter import Cutter
from tests.switch.site import ANSWERS


async def cut(site: AsteriskSite, cutter: Cutter) -> None:
    """The connection is gone, and the switch knows it."""
    await cutter.cut()
    await site.service("4000", False)


async def mend(site: AsteriskSite, cutter: Cutter) -> None:
    """It is back, and the picture is right."""
    await cutter.mend()
    await site.service("4000", True)


async def connected(site: AsteriskSite) -> tuple[str, Phone, Phone]:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    return call_id, own, callee
