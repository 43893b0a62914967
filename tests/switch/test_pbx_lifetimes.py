"""How long a registration or subscription lasts may stand in two places: both are looked at."""

from __future__ import annotations

import asyncio

import pytest

from offhook.sip.message import Request, Response, make_response
from tests.switch.smallpbx import SmallPbx, small_pbx


async def asked(pbx: SmallPbx, method: str, times: int) -> None:
    """Wait until the PBX was asked so often about one of the terminals."""
    while max((len(tries) for tries in by_call(pbx, method).values()), default=0) < times:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def by_call(pbx: SmallPbx, method: str) -> dict[str, list[Request]]:
    found: dict[str, list[Request]] = {}
    for request in pbx.heard:
        if request.method == method:
            found.setdefault(request.call_id, []).append(request)
    return found


@pytest.mark.parametrize("where", ["header", "parameter", "quoted"])
async def test_our_registration_is_renewed_in_time(where: str) -> None:
    def answer(request: Request) -> Response | None:
        if request.method != "REGISTER":
            return None
        response = make_response(request, 200)
        contact = request.headers.get("Contact") or ""
        says = {"parameter": ";expires=2", "quoted": ';expires="2"'}.get(where, "")
        response.headers.set("Contact", contact + says)
        if where == "header":
            response.headers.set("Expires", "2")
        return response

    async with small_pbx(answer, register=True, watch_s=0.0) as (pbx, _):
        await asked(pbx, "REGISTER", 3)


async def test_a_subscription_is_renewed_by_what_its_notification_says() -> None:
    async with small_pbx(lambda _request: None, dialog_events=True) as (pbx, switch):
        await asked(pbx, "SUBSCRIBE", 1)
        subscribe = next(request for request in pbx.heard if request.method == "SUBSCRIBE")
        while not any(switch.is_watched(terminal) for terminal in switch.accounts):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert subscribe.contact is not None
        notify = Request("NOTIFY", str(subscribe.contact.uri))
        subscription = switch._watching._subscriptions[subscribe.from_.uri.user] if switch._watching else None
        assert subscription is not None
        assert subscription._dialog is not None
        for name, value in (
            ("From", subscription._dialog.remote),
            ("To", subscription._dialog.local),
            ("Call-ID", subscribe.call_id),
            ("CSeq", "1 NOTIFY"),
            ("Event", "dialog"),
            ("Subscription-State", "Active ; Expires=2"),
        ):
            notify.headers.set(name, value)
        pbx.send(notify, switch.address)
        await asked(pbx, "SUBSCRIBE", 2)
