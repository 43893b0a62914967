"""Session timers with phones: who refreshes, how, and what becomes of a call whose other side is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause
from offhook.demo.phone import Phone, PhoneCall
from offhook.sip import sessiontimer
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, Response
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, FAST, Site, ask
from tests.switch.timewarp import in_no_time


class Timed(Phone):
    """`asks`: what its INVITEs say besides; `says`: what its answers to ours do."""

    asks: tuple[tuple[str, str], ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    heard: tuple[Request, ...] = ()
    answered_with: Response | None = None

    async def _ask(self, request: Request, flow: Flow, call: PhoneCall | None = None) -> Response:
        if request.method == "INVITE":
            for name, value in self.asks:
                request.headers.set(name, value)
        response = await super()._ask(request, flow, call)
        if request.method == "INVITE":
            self.answered_with = response
        return response

    def listen(self) -> None:
        """Put what it says into its answers, and keep what comes in a call."""
        endpoint = self.endpoint
        on_request = endpoint.on_request

        def hear(transaction, request, flow, now) -> None:  # type: ignore[no-untyped-def]
            if request.to_tag:
                self.heard += (request,)
                self._tell(request.method)
            on_request(transaction, request, flow, now)

        endpoint.on_request = hear
        self.endpoint = Saying(endpoint, self)  # type: ignore[assignment]


class Saying:
    """The phone's endpoint, with what the phone says in its answers: a compiled one cannot be patched."""

    def __init__(self, endpoint: Endpoint, phone: Timed) -> None:
        self._endpoint, self._phone = endpoint, phone

    def __getattr__(self, name: str) -> object:
        return getattr(self._endpoint, name)

    def respond(self, transaction: ServerTransaction, response: Response, now: float) -> None:
        if transaction.request.method in ("INVITE", "UPDATE") and response.status == 200:
            for name, value in self._phone.says:
                response.headers.set(name, value)
        self._endpoint.respond(transaction, response, now)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST)
    yield site
    await close(site)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of seconds."""
    monkeypatch.setattr(sessiontimer, "MIN_S", 1)


async def timed(site: Site, terminal: str, **values: object) -> Timed:
    phone = await site.phone(terminal, ANSWERS if terminal != "4000" else None)
    phone.__class__ = Timed
    assert isinstance(phone, Timed)
    for name, value in values.items():
        setattr(phone, name, value)
    phone.listen()
    return phone


@pytest.mark.parametrize(
    ("asks", "told", "required"),
    [
        ((("Session-Expires", "1800"),), "1800;refresher=uas", None),
        ((("Session-Expires", "1800"), ("Supported", "100rel, TIMER")), "1800;refresher=uac", "timer"),
        ((("x", "1800;refresher=uas"), ("k", "timer")), "1800;refresher=uas", "timer"),
        ((), None, None),
    ],
)
async def test_a_phone_that_calls_is_told_who_refreshes(
    site: Site, asks: tuple[tuple[str, str], ...], told: str | None, required: str | None
) -> None:
    caller = await timed(site, "4000", asks=asks)
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    assert caller.answered_with is not None
    headers = caller.answered_with.headers
    assert (headers.get("Session-Expires"), headers.get("Require")) == (told, required)


async def test_an_interval_that_is_too_short_is_refused(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    response = await ask(caller, "UPDATE", Session_Expires="30", Supported="timer")
    assert (response.status, response.headers.get("Min-SE")) == (422, "90")
    assert caller.state == "up"


@pytest.mark.parametrize(
    ("allow", "method"),
    [("INVITE, ACK, UPDATE", "UPDATE"), ("INVITE, ACK", "INVITE")],
    ids=["update", "reinvite"],
)
async def test_we_refresh_by_what_the_phone_knows(site: Site, short: None, allow: str, method: str) -> None:
    says = (("Session-Expires", "2;refresher=uac"), ("Require", "timer"), ("Allow", allow))
    own = await site.phone("4000")
    callee = await timed(site, "4001", says=says)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    before = callee.calls[0].version
    for _ in range(3):
        await callee.event(method)
    refresh = callee.heard[-1]
    assert refresh.headers.get("Session-Expires") == "2;refresher=uac"
    assert refresh.headers.all("Supported") == ["timer"]
    assert callee.calls[0].remote_media == own.media
    if method == "INVITE":
        versions = {request.body.split()[3] for request in callee.heard if request.method == "INVITE"}
        assert len(versions) == 1
        assert callee.calls[0].version > before
    assert site.states(call_id)[-1] is CallState.CONNECTED


async def test_a_phone_that_does_not_take_update_after_all_is_refreshed_otherwise(
    site: Site, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = (("Session-Expires", "2;refresher=uac"), ("Allow", "INVITE, UPDATE"))
    await site.phone("4000")
    callee = await timed(site, "4001", says=says)
    monkeypatch.setattr("offhook.demo.phone.METHODS", ("INVITE", "ACK", "BYE", "CANCEL"))
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await callee.event("UPDATE")
    await callee.event("INVITE")
    assert site.states(call_id)[-1] is CallState.CONNECTED


async def test_a_call_that_the_phone_was_to_refresh_and_did_not_is_over(site: Site, short: None) -> None:
    caller = await timed(site, "4000", asks=(("Session-Expires", "1"), ("Supported", "timer")))
    callee = await site.phone("4001", ANSWERS)
    await caller.call("4001")
    (call,) = site.calls_of("4000")
    assert await site.cause(call.id) is Cause.FAILURE
    await caller.event("ended")
    await callee.event("ended")


def test_a_call_whose_phone_refreshes_goes_on(short: None) -> None:
    """On a clock that jumps: a machine that stands still for a moment is no phone that does not refresh."""
    asks = (("Session-Expires", "3;refresher=uac"), ("Supported", "timer"))

    async def refreshed() -> None:
        site = await a_site(timing=FAST)
        caller = await timed(site, "4000", asks=asks)
        await site.phone("4001", ANSWERS)
        await caller.call("4001")
        for _ in range(5):
            await asyncio.sleep(0.6)
            response = await ask(caller, "UPDATE", Session_Expires="3;refresher=uac", Supported="timer")
            assert response.headers.get("Session-Expires") == "3;refresher=uac"
        (call,) = site.calls_of("4000")
        assert call.state is CallState.CONNECTED
        site.drop(call.id)
        await close(site)

    in_no_time(refreshed())
