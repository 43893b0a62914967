"""What the Reason header of a PBX's refusal is taken for."""

import pytest

from offhook.call import Cause
from offhook.sip.message import Response, parse
from offhook.switch.pbx.causes import cause_of_callee, cause_of_own, q850


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
