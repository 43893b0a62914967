"""Somebody who hears SIP, and sends what belongs to another's call from an address of his own."""

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState
from offhook.demo.phone import Phone
from offhook.sip.digest import DigestClient
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.leg import Leg
from tests.attacks.site import ELSEWHERE
from tests.attacks.wire import Wire, a_wire, as_heard, final, switch_of
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site

MEDIA = b"v=0\r\no=e 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 6666 RTP/AVP 0\r\n"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


async def in_a_call(site: Site) -> tuple[str, Phone, Phone, Leg]:
    """4000 and 4001 talk; the call, both phones, and what a listener knows of 4001's side."""
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await site.settled(own, callee)
    leg = next(leg for leg in switch_of(site).legs.values() if leg.terminal == "4001")
    return call, own, callee, leg


async def signed(wire: Wire, request: Request, user: str) -> Response:
    """The answer to the request, sent again with the password of this phone once it is challenged."""
    again = DigestClient(user, f"secret-{user}").authorize(request, await final(wire, request))
    assert again is not None
    return await final(wire, again)


@pytest.mark.parametrize(
    ("method", "body"),
    [("BYE", b""), ("REFER", b""), ("INVITE", MEDIA), ("UPDATE", MEDIA), ("INFO", b"x"), ("MESSAGE", b"x")],
)
async def test_who_heard_a_call_neither_ends_nor_moves_it_from_elsewhere(
    site: Site, method: str, body: bytes
) -> None:
    call, own, callee, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as thief:
        assert (await final(thief, as_heard(leg, method, body=body))).status == 401
    # The forged CSeq has not made the phone's own requests old.
    await callee.calls[0].hold()
    callee.calls[0].hang_up()
    await site.until(call, CallState.ON_HOOK)
    assert own.media != ("127.0.0.2", 6666)


async def test_the_sites_other_phones_are_strangers_to_a_call_as_well(site: Site) -> None:
    call, _, _, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as lobby:
        assert (await signed(lobby, as_heard(leg, "BYE"), "4002")).status == 403
    assert site.states(call)[-1] is CallState.CONNECTED


async def test_a_phone_with_a_new_address_shows_its_password_and_is_believed(site: Site) -> None:
    call, _, _, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as phone:
        assert (await signed(phone, as_heard(leg, "BYE"), "4001")).status == 200
    await site.until(call, CallState.ON_HOOK)


async def test_a_phone_that_registered_from_its_new_address_is_not_asked_again(site: Site) -> None:
    call, _, _, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as phone:
        await phone.ask(await phone.sign(phone.register("4001"), "secret-4001"))
        assert (await final(phone, as_heard(leg, "BYE"))).status == 200
    await site.until(call, CallState.ON_HOOK)


async def test_a_phone_that_moved_is_reached_where_it_says_so(site: Site) -> None:
    _, own, _, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as phone:
        await phone.ask(await phone.sign(phone.register("4001"), "secret-4001"))
        assert (await final(phone, as_heard(leg, "UPDATE"))).status == 200
        assert leg.dialog is not None and leg.dialog.flow.remote[0] == ELSEWHERE
    own.calls[0].hang_up()


async def test_a_site_may_refuse_them_outright() -> None:
    site = await a_site(from_elsewhere="refuse")
    call, _, callee, leg = await in_a_call(site)
    async with a_wire(switch_of(site), ELSEWHERE) as thief:
        assert (await final(thief, as_heard(leg, "BYE"))).status == 403
    assert site.states(call)[-1] is CallState.CONNECTED
    callee.calls[0].hang_up()
    await site.until(call, CallState.ON_HOOK)
    await close(site)


async def test_an_answer_in_the_called_phones_name_connects_nobody(site: Site) -> None:
    """All that one phone sees of another call's request is not enough; nor is all of it, from elsewhere."""
    await site.phone("4000")
    async with a_wire(switch_of(site)) as rings, a_wire(switch_of(site), ELSEWHERE) as thief:
        await rings.ask(await rings.sign(rings.register("4001"), "secret-4001"))
        call = site.dial()
        await site.until(call, CallState.PROCEED)
        invite = await rings.requests.get()
        thief.answer(invite, 200, MEDIA)
        await thief.ask(thief.register("4001", "later"))  # by its answer the other has been looked at
        assert site.states(call)[-1] is CallState.PROCEED
    site.drop(call)
