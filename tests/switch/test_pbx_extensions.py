"""A PBX that wants an extension: it is had, or the end names it. Nobody's phone has refused anything."""

from __future__ import annotations

import asyncio

import pytest

from offhook.call import CallState, Cause
from offhook.errors import CallError
from offhook.sip import sessiontimer
from offhook.sip.authparams import parse_auth
from offhook.sip.message import Request, Response, make_response
from tests.switch.smallpbx import Answer, came_to, refusing, small_pbx


def unless(good: str, refuse: Answer, method: str = "INVITE") -> Answer:
    """Refuse first requests of the method whose lines do not have this one in them."""

    def answer(request: Request) -> Response | None:
        if request.method != method or request.to_tag:
            return None
        lines = [f"{name}: {value}" for name, value in request.headers]
        return None if good in lines else refuse(request)

    return answer


@pytest.mark.parametrize(
    ("good", "refuse"),
    [
        ("Session-Expires: 1800", refusing(421, Require="timer")),
        ("Session-Expires: 1800", refusing(421, Require="Timer")),
        ("Session-Expires: 3600", refusing(422, Min_SE="3600")),
        ("Min-SE: 7200", refusing(422, Min_SE="7200;x=y")),
    ],
)
async def test_a_pbx_that_wants_timers_gets_them(good: str, refuse: Answer) -> None:
    async with small_pbx(unless(good, refuse)) as (pbx, switch):
        await came_to(switch, CallState.CONNECTED, CallState.ON_HOOK)
        first, again = pbx.invites("4000")
        assert (again.call_id, again.cseq) == (first.call_id, first.cseq + 1)
        assert first.headers.all("Supported") == again.headers.all("Supported") == ["timer"]
        assert len(pbx.invites("4001")) == 2


async def test_a_pbx_that_asks_for_the_password_first_gets_new_credentials_with_the_timer() -> None:
    def answer(request: Request) -> Response | None:
        if request.method != "INVITE" or request.to_tag:
            return None
        told = parse_auth(request.headers.get("Authorization") or "")
        if not told:
            return refusing(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')(request)
        counts.append(told["nc"])
        return None if "Session-Expires" in request.headers else refusing(421, Require="timer")(request)

    counts: list[str] = []
    async with small_pbx(answer) as (_, switch):
        call = await came_to(switch, CallState.CONNECTED, CallState.ON_HOOK)
        assert call.state is CallState.CONNECTED
    assert len(set(counts)) == len(counts) >= 4


async def test_a_pbx_that_knows_no_timers_is_asked_without() -> None:
    def answer(request: Request) -> Response | None:
        strict = "timer" in request.headers.all("Supported")
        return refusing(420, Unsupported="timer")(request) if request.method == "INVITE" and strict else None

    async with small_pbx(answer) as (pbx, switch):
        call = await came_to(switch, CallState.CONNECTED, CallState.ON_HOOK)
        assert call.state is CallState.CONNECTED
        assert "Supported" not in pbx.invites("4001")[-1].headers


async def test_a_timer_that_the_pbx_sets_is_kept_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessiontimer, "MIN_S", 1)
    refreshed = asyncio.Event()

    def answer(request: Request) -> Response | None:
        if request.method == "UPDATE":
            refreshed.set()
        if request.method not in ("INVITE", "UPDATE"):
            return None
        response = pbx._usual(request)
        response.headers.set("Session-Expires", "2;refresher=uac")
        response.headers.set("Require", "timer")
        response.headers.set("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE")
        return response

    async with small_pbx(answer) as (pbx, switch):
        call = await came_to(switch, CallState.CONNECTED, CallState.ON_HOOK)
        for _ in range(3):
            refreshed.clear()
            await refreshed.wait()
        switch.drop(call.id)  # it is still there


@pytest.mark.parametrize(
    ("refuse", "words"),
    [
        (refusing(421, Require="100rel"), "wants the extension 100rel"),
        (refusing(421, Require="timer, 100rel"), "wants the extension timer, 100rel"),
        (refusing(421), "wants an extension that it does not name"),
        (refusing(421, Require="timer"), "wants session timers, and does not take those"),
        (refusing(420, Unsupported="replaces"), "does not know the extension replaces"),
        (refusing(420, Unsupported="timer"), "does not know the extension timer"),
    ],
)
async def test_an_extension_that_we_do_not_have_is_named_at_the_end(
    refuse: Answer, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with small_pbx(unless("never", refuse)) as (_, switch):
        call = await came_to(switch, CallState.ON_HOOK)
        assert call.cause is Cause.FAILURE
    assert words in caplog.text


async def test_of_the_called_phone_it_is_no_refusal_either() -> None:
    def answer(request: Request) -> Response | None:
        called = request.method == "INVITE" and request.target.user == "4001"
        return refusing(421, Require="100rel")(request) if called else None

    async with small_pbx(answer) as (_, switch):
        assert (await came_to(switch, CallState.ON_HOOK)).cause is Cause.FAILURE


async def test_a_registrar_that_wants_an_extension_is_told_so() -> None:
    async with small_pbx(unless("never", refusing(421, Require="path"), "REGISTER")) as (_, switch):
        with pytest.raises(CallError, match="wants the extension path"):
            switch.dial("4000", "4001")


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ('Digest realm="r", nonce="n", qop="token"', "a login that Offhook does not know: qop 'token'"),
        ('Digest realm="r", nonce="n", algorithm=SHA-1', "algorithm 'SHA-1'"),
        ('Digest realm="r", nonce="n", qop="auth-int"', "does not accept the password"),
    ],
)
async def test_a_login_that_we_do_not_know_is_no_wrong_password(challenge: str, words: str) -> None:
    refuse = refusing(401, WWW_Authenticate=challenge)
    async with small_pbx(unless("never", refuse, "REGISTER")) as (_, switch):
        with pytest.raises(CallError, match=words):
            switch.dial("4000", "4001")


@pytest.mark.parametrize("status", [400, 415, 482, 483, 488, 493, 513])
async def test_what_the_programs_do_not_understand_is_no_person_who_refuses(status: int) -> None:
    def answer(request: Request) -> Response | None:
        return make_response(request, status) if request.method == "INVITE" else None

    async with small_pbx(answer) as (_, switch):
        assert (await came_to(switch, CallState.ON_HOOK)).cause is Cause.FAILURE
