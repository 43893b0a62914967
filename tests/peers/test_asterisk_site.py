"""What one test leaves in the Asterisk of its file is said, and does not stay for the next test."""

from __future__ import annotations

import pytest

from offhook.demo.phone import Phone
from offhook.sip.digest import DigestClient
from tests.peers import asterisksite
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import asterisk_site, close

pytestmark = pytest.mark.peer


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not over soon stays."""
    for limit in ("LIMIT_S", "EMPTY_S"):
        monkeypatch.setattr(asterisksite, limit, 1.0)


async def site_works(asterisk: Asterisk) -> None:
    site = await asterisk_site(asterisk)
    await site.phone("4001")
    await close(site)


async def test_who_still_is_registered_is_named_and_gone_for_the_next_test(
    asterisk: Asterisk, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Phone(asterisk.sip, "4001", "secret-4001") as left_behind:
        with pytest.raises(
            AssertionError, match=r"4001 is in service; Asterisk says(.|\n)*Contact:  4001/sip"
        ):
            await asterisk_site(asterisk)
        left_behind.registered = False  # Asterisk knows nothing of it now
    monkeypatch.undo()
    await site_works(asterisk)


async def test_a_phone_that_could_not_leave_is_named_and_gone_for_the_next_test(asterisk: Asterisk) -> None:
    site = await asterisk_site(asterisk)
    phone = await site.phone("4001")
    phone._digest = DigestClient("4001", "wrong")
    with pytest.raises(AssertionError, match=r"phones have not left the PBX: {'4001': .* 401"):
        await close(site)
    await site_works(asterisk)


async def test_a_channel_that_stays_is_named_and_gone_for_the_next_test(
    asterisk: Asterisk, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await asterisk_site(asterisk)
    stays = [("Channel", "Local/4990@internal"), ("Application", "Wait"), ("Data", "600")]
    assert (await site.switch.client.ask("Originate", stays)).good
    with pytest.raises(AssertionError, match="Local/4990@internal"):
        await close(site)
    monkeypatch.undo()
    await site_works(asterisk)
