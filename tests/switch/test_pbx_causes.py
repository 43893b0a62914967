"""What the Reason header of a PBX's refusal is taken for."""

import asyncio

import pytest

from offhook.call import Call, CallState, Cause
from offhook.sip.message import Request, Response, parse
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.upstream.causes import cause_of_callee, cause_of_own, q850
from tests.switch.smallpbx import small_pbx


def refused(*lines: str, status: int = 480) -> Response:
    reasons = "".join(f"{line}\r\n" for line in lines)
    message = parse(
        f"SIP/2.0 {status} No\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        f"To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n{reasons}Content-Length: 0\r\n\r\n".encode()
    )
    assert isinstance(message, Response)
    return message


@pytest.mark.parametrize(
    "lines",
    [
        ('Reason: SIP;cause=480;text="busy, really",Q.850;cause=17;text="User busy"',),
        ('Reason: Q.850;cause=17;text="User busy",SIP;cause=480;text="busy, really"',),
        ('reason : SIP ; text="Q.850;cause=16" ; cause=480 , q.850;text="cause=21; \\"x\\"" ;cause = 17',),
        ("Reason: SIP;cause=603", "Reason: Q.850;cause=17"),
        ("Reason: Q.850;cause=17", "Reason: SIP;cause=603"),
        ("Reason: X.int;cause=3;text=a,,Q.850;cause=17,",),
        ('Reason: SIP;text="broken;cause=1', "Reason: Q.850;CAUSE=17"),
        ("Reason: SIP;cause=480,", "  Q.850;cause=17"),
        ("Reason: SIP;cause=486",),
    ],
)
def test_a_busy_callee_is_told_busy_wherever_that_stands(lines: tuple[str, ...]) -> None:
    assert cause_of_callee(480, True, q850(refused(*lines))) is Cause.BUSY


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Reason: Q.850",),
        ("Reason: Q.850;cause=",),
        ("Reason: Q.850;cause=9999",),
        ('Reason: Preemption;cause=17;text="Q.850;cause=17"',),
        ('Reason: SIP;cause=480;text="Q.850;cause=17"',),
    ],
)
def test_without_a_cause_that_can_be_read_the_status_counts(lines: tuple[str, ...]) -> None:
    assert q850(refused(*lines)) == 0
    assert cause_of_callee(480, True, 0) is Cause.NO_ANSWER


def test_the_networks_cause_outweighs_the_gateways_status() -> None:
    told = q850(refused("Reason: SIP;cause=486,Q.850;cause=1"))
    assert cause_of_callee(480, False, told) is Cause.UNREACHABLE


def test_a_phone_that_is_away_is_told_so_though_another_reason_stands_first() -> None:
    told = q850(refused('Reason: SIP;cause=480;text="x",Q.850;cause=20'))
    assert cause_of_own(480, False, told) is Cause.TERMINAL_UNAVAILABLE


@pytest.mark.parametrize(
    ("fragment", "notify", "cause"),
    [
        ("SIP/2.0 480 No\r\nReason: SIP;cause=480,Q.850;cause=17\r\n", "", Cause.BUSY),
        ("SIP/2.0 480 No\r\nreason : Q.850 ; cause=20", "Q.850;cause=17", Cause.UNREACHABLE),
        ("SIP/2.0 480 No\r\n", 'SIP;cause=480;text="a, b", Q.850;cause=17', Cause.BUSY),
        ("SIP/2.0 480 No\r\n", "", Cause.NO_ANSWER),
    ],
)
async def test_the_cause_of_a_call_that_the_phone_makes_stands_in_the_fragment_or_around_it(
    fragment: str, notify: str, cause: Cause
) -> None:
    async with small_pbx(lambda _request: None, mode="refer") as (pbx, switch):
        over: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        switch.subscribe(lambda event: tell(over, event))
        switch.dial("4000", "4001")
        while not any(request.method == "REFER" for request in pbx.heard):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        refer = next(request for request in pbx.heard if request.method == "REFER")
        assert refer.contact is not None
        told = Request("NOTIFY", str(refer.contact.uri))
        for name, value in (
            ("From", refer.headers.get("To") or ""),
            ("To", refer.headers.get("From") or ""),
            ("Call-ID", refer.call_id),
            ("CSeq", "7 NOTIFY"),
            ("Event", "refer"),
            ("Subscription-State", "terminated;reason=noresource"),
            *((("Reason", notify),) if notify else ()),
        ):
            told.headers.set(name, value)
        told.set_body(fragment.encode(), "message/sipfrag")
        pbx.send(told, switch.address)
        assert (await over).cause is cause


def tell(over: asyncio.Future[Call], event: SwitchEvent) -> None:
    if isinstance(event, CallChanged) and event.call.cause is not None and not over.done():
        over.set_result(event.call)


async def test_a_dial_that_cannot_even_be_sent_begins_and_ends_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with small_pbx(lambda _request: None) as (_, switch):
        told: list[Call] = []
        switch.subscribe(lambda event: told.append(event.call) if isinstance(event, CallChanged) else None)
        with monkeypatch.context() as without_network:
            without_network.setattr(switch._transport.pump, "send", lambda _flow, _data: False)
            begun = switch.dial("4000", "4001")
        assert begun.state is CallState.OFF_HOOK
        assert [(call.id, call.state) for call in told] == [(begun.id, CallState.ON_HOOK)]
