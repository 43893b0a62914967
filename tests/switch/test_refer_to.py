"""Blind and attended transfers, however the phone writes whom it means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from offhook.call import CallState
from offhook.demo.phone import CallRejected
from offhook.sip.message import Request, SipParseError
from offhook.switch.b2bua.referto import ReferTo
from tests.sip.helpers import request
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, Site, ask, joined


def refer(*values: str) -> Request:
    message = request("REFER")
    message.headers.set("Refer-To", list(values))
    return message


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


NUMBERS = [
    "<sip:4002@offhook>",
    "sip:4002@offhook",
    "sip:4002@offhook;method=INVITE",
    '"Park, 2" <sip:4002@offhook;user=phone>;x=y',
    "Park <sips:4002@offhook>",
    "<tel:4002>",
    "tel:40-02;phone-context=offhook",
    "<sip:%34002@offhook>",
    "<sip:4002@offhook;method=INVITE>",
    "<sip:4002@offhook>;method=invite",
    "<sip:4002@offhook?User-to-User=56a390f3d2b7310023a%3Bencoding%3Dhex>",
    "<sip:4002@offhook?Subject=replaces&Priority=urgent>",
    "<sip:4002@offhook;method=INVITE?X-Call=1&User-to-User=00%3Bencoding%3Dhex&Require=replaces>",
    "<sip:4002@offhook?>",
    "sip:4002@offhook?User-to-User=56a3",
    "<sip:4002@offhook?X-Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
]


@pytest.mark.parametrize("value", NUMBERS)
def test_whom_a_phone_means_is_read_from_all_that_it_may_write(value: str) -> None:
    assert ReferTo.of(refer(value)) == ReferTo("4002")


@pytest.mark.parametrize(
    "headers",
    [
        "Replaces=a%40b%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs",
        "replaces=a%40b%3bfrom-tag%3dtheirs%3bto-tag%3dours",
        "REPLACES=a@b;to-tag=ours;from-tag=theirs",
        "Repl%61ces=a%40b%3BTo-Tag%3Dours%3BFROM-TAG%3Dtheirs",
        "Require=replaces&Replaces=a%40b%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs&X-Other=",
        "User-to-User=00&Replaces=a%40b%3B%20to-tag%20%3D%20ours%3Bfrom-tag%3Dtheirs%3Bx%3D1",
    ],
)
@pytest.mark.parametrize(
    "form", ["<sip:4002@offhook?{}>", "<sip:4002@offhook;method=INVITE?{}>", "sip:4002@offhook?{}"]
)
def test_the_call_that_is_replaced_is_found_among_others_and_in_any_spelling(form: str, headers: str) -> None:
    assert ReferTo.of(refer(form.format(headers))).replaces == ("a@b", "ours", "theirs")


@pytest.mark.parametrize(
    "values",
    [(), ("",), ("4002",), ("<sip:4002@offhook",), ("<sip:4002@a>", "<sip:4003@a>"), ("<sip:a@b@c>",)],
)
def test_not_one_that_can_be_read_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(SipParseError):
        ReferTo.of(refer(*values))


@pytest.mark.parametrize("value", NUMBERS[6:12])
async def test_a_transfer_rings_whom_the_phone_means(site: Site, value: str) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    await caller.call("4001")
    assert (await ask(callee, "REFER", Refer_To=value)).status == 202
    await joined(caller, third)
    await joined(third, caller)


@pytest.mark.parametrize("value", ["<sip:4002@offhook;method=BYE>", "<sip:4002@offhook>;method=MESSAGE"])
async def test_what_is_no_call_is_declined(site: Site, value: str) -> None:
    caller, third = await site.phone("4000"), await site.phone("4002", ANSWERS)
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    assert (await ask(caller, "REFER", Refer_To=value)).status == 603
    assert third.invites == 0


@pytest.mark.parametrize(
    "form",
    [
        "<{uri}?replaces={id}%3Bto-tag%3D{to}%3Bfrom-tag%3D{of}&Require=replaces>",
        "<{uri}?Replaces={id};to-tag={of};from-tag={to}>",
    ],
)
async def test_an_attended_transfer_joins_whom_the_phone_has_asked(site: Site, form: str) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    await caller.call("4001")
    await callee.calls[0].hold()
    await site.until(site.dial("4001", "4002"), CallState.CONNECTED)
    while callee.calls[1].remote_media != third.media:
        await callee.event("media")
    asked = callee.calls[1].dialog
    assert asked is not None
    value = form.format(
        uri="sip:4002@offhook", id=quote(asked.call_id, safe=""), to=asked.remote_tag, of=asked.local_tag
    )
    assert (await ask(callee, "REFER", Refer_To=value)).status == 202
    await joined(caller, third)
    await joined(third, caller)


async def test_a_call_that_the_phone_has_handed_on_already_cannot_be_handed_on_with_another(
    site: Site,
) -> None:
    """Its dialog is kept for a moment, until the phone has acknowledged what it was told last."""
    phone, first = await site.phone("4001"), await site.phone("4000")
    second, last = await site.phone("4002", ANSWERS), await site.phone("4003", ANSWERS)
    phone.behaviour = ANSWERS
    await first.call("4001")
    gone = await phone.call("4002")
    phone.behaviour = replace(phone.behaviour, ack=False)
    await gone.hold()
    phone.behaviour = ANSWERS
    await gone.transfer("4003")
    await joined(second, last)
    with pytest.raises(CallRejected, match="603"):
        await phone.calls[0].transfer_to(gone)
    await talk(second, last)
    await talk(first, phone)
