"""What one test leaves in the PBX of its file is said, and does not stay for the next test."""

from __future__ import annotations

import pytest

from offhook.sip.digest import DigestClient
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.peers.pbxsite import close, pbx_site

pytestmark = pytest.mark.peer


async def a_phone_cannot_leave(pbx: tuple[str, int]) -> None:
    site = await pbx_site(pbx)
    phone = await site.phone("4001")
    phone._digest = DigestClient("4001", "wrong")
    with pytest.raises(AssertionError, match=r"phones have not left the PBX: {'4001': .* 401"):
        await close(site)


async def nobody_is_there(pbx: tuple[str, int]) -> None:
    site = await pbx_site(pbx)
    assert not site.switch.in_service("4001")
    phone = await site.phone("4001")
    await phone.stop()
    await site.service("4001", False)
    await close(site)


async def test_a_phone_that_could_not_leave_kamailio_is_named_and_gone_for_the_next_test(
    kamailio: Kamailio,
) -> None:
    await a_phone_cannot_leave(kamailio.address)
    await nobody_is_there(kamailio.address)


async def test_a_phone_that_could_not_leave_asterisk_is_named_and_gone_for_the_next_test(
    asterisk: Asterisk,
) -> None:
    await a_phone_cannot_leave(asterisk.sip)
    await nobody_is_there(asterisk.sip)
