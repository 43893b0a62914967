"""A phone with a password, that of the lobby, and somebody at it who wants the others not to telephone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from offhook.call import CallState
from offhook.errors import CallError, Refusal
from offhook.sip.digest import DigestClient
from offhook.sip.message import Request
from offhook.switch.embedded.allowance import RATES
from tests.attacks.site import ELSEWHERE
from tests.attacks.wire import Wire, a_wire, final, switch_of
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, RINGS, Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(max_calls_of_one=5, max_dialled_of_one=5)
    yield site
    await close(site)


class Lobby:
    """4002's phone, which invites 4001 again and again."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self._digest, self._number = wire, DigestClient("4002", "secret-4002"), 0

    def invite(self) -> Request:
        self._number += 1
        request = self.wire.register("4002", f"flood-{self._number}")
        request.method, request.uri = "INVITE", "sip:4001@offhook"
        request.headers.set("CSeq", "1 INVITE")
        request.headers.set("To", "<sip:4001@offhook>")
        return request

    async def begin(self, request: Request) -> int:
        """Send it with credentials; the final status, or 100 to 199 once it is on its way."""
        self._digest.sign(request)
        answer = await self.wire.ask(request)
        while answer.call_id != request.call_id:
            answer = await self.wire.answers.get()
        if answer.status == 401:
            signed = self._digest.authorize(request, answer)
            assert signed is not None
            answer = await self.wire.ask(signed)
            while answer.call_id != request.call_id or answer.cseq != signed.cseq:
                answer = await self.wire.answers.get()
        return answer.status


async def test_a_phone_that_calls_without_end_keeps_nobody_else_from_calling(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4001", RINGS)
    async with a_wire(switch_of(site), ELSEWHERE) as wire:
        lobby = Lobby(wire)
        statuses = [await lobby.begin(lobby.invite()) for _ in range(9)]
        assert [status < 200 for status in statuses] == [True] * 5 + [False] * 4
        assert set(statuses[5:]) == {503}
        call = site.dial()
        await site.until(call, CallState.PROCEED)
        site.drop(call)
        for one in list(switch_of(site)._calls):
            if one in switch_of(site)._calls:
                site.drop(one)


async def test_a_user_who_dials_without_end_is_refused_in_plain_words(site: Site) -> None:
    await site.phone("4000", RINGS)
    calls = [site.dial("4000", "4001") for _ in range(5)]
    with pytest.raises(CallError, match="phone 4000 has 5 calls; end some") as refused:
        site.dial("4000", "4001")
    assert refused.value.refusal is Refusal.OVERLOADED
    site.drop(calls[0])
    again = site.dial("4000", "4001")
    for call in (*calls[1:], again):
        site.drop(call)


@pytest.mark.parametrize(("kind", "wanted"), [("REGISTER", 200), ("INVITE", 404)])
async def test_requests_beyond_what_a_phone_needs_are_put_off(
    site: Site, kind: str, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine may not send faster than the phone is allowed more.
    monkeypatch.setitem(RATES, kind, replace(RATES[kind], a_second=0.1))
    async with a_wire(switch_of(site)) as wire:
        digest, statuses = DigestClient("4002", "secret-4002"), []
        for number in range(int(RATES[kind].burst) + 30):
            request = wire.register("4002", f"flood-{number}")
            if kind == "INVITE":
                request.method, request.uri = "INVITE", "sip:7777@offhook"
                request.headers.set("CSeq", "1 INVITE")
            digest.sign(request)
            answer = await wire.ask(request)
            while answer.call_id != request.call_id:
                answer = await wire.answers.get()
            if answer.status == 401:
                signed = digest.authorize(request, answer)
                assert signed is not None
                answer = await final(wire, signed)
            statuses.append(answer.status)
        assert set(statuses) == {wanted, 503}
        assert statuses.count(wanted) >= RATES[kind].burst
        assert int(answer.headers.get("Retry-After") or 0) > 0


async def test_a_call_ends_however_much_its_phone_has_asked_for(site: Site) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await site.settled(own, callee)
    switch = switch_of(site)
    while switch._admission._allowance.take("4001", "in a call", switch.endpoint.now):
        pass
    callee.calls[0].hang_up()
    await site.until(call, CallState.ON_HOOK)
