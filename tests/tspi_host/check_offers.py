"""What is offered and what is refused agree: a function whose feature is nowhere is refused as not available,
and one whose feature is shown is not."""

from collections.abc import Callable
from ctypes import addressof, c_size_t, create_string_buffer
from dataclasses import dataclass

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import TRANSFER, Error, Feature, Feature2, State
from tests.tspi_host.deskcalls import consultation_of, consulting, forward_raw, set_up, talking, tones
from tests.tspi_host.host import Host
from tests.tspi_host.params import CallParams, TargetParams
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings
from tests.tspi_host.switchboard import ALL, Switchboard

EVERYTHING = ALL + " conference"


def without(*names: str) -> str:
    """All capabilities but these."""
    return " ".join(name for name in EVERYTHING.split() if name not in names)


def set_up_transfer(call: Call) -> int:
    return consultation_of(call).answer


def set_up_at_once(call: Call) -> int:
    return consultation_of(call, TargetParams("4002\0".encode("utf-16-le"))).answer


def set_up_conference(call: Call) -> int:
    return set_up(call)[1].answer


def park(call: Call) -> int:
    slot = create_string_buffer(b"\x40\0\0\0", 64)
    return call.does("linePark", 0x2, None, addressof(slot))


def hold(call: Call) -> int:
    return call.asks("lineHold")


def transfer(call: Call) -> int:
    return call.asks("lineBlindTransfer", "4002", 0)


def generate(call: Call) -> int:
    return tones(call, "1", 1)


@dataclass(frozen=True)
class Offer:
    """A call in conversation is offered this by its feature, if the switch has the capability."""

    capability: str
    feature: Feature
    ask: Callable[[Call], int]


OFFERS = (
    Offer("hold", Feature.HOLD, hold),
    Offer("transfer", Feature.BLINDTRANSFER, transfer),
    Offer("consult", Feature.SETUPTRANSFER, set_up_transfer),
    Offer("consult", Feature.SETUPTRANSFER, set_up_at_once),
    Offer("conference", Feature.SETUPCONF, set_up_conference),
    Offer("consult", Feature.SETUPCONF, set_up_conference),
    Offer("dtmf", Feature.GENERATEDIGITS, generate),
    Offer("park", Feature.PARK, park),
)

each_offer = pytest.mark.parametrize(
    "offer", OFFERS, ids=lambda offer: f"{offer.ask.__name__}-{offer.capability}"
)


@each_offer
def check_what_is_offered_is_done(desk: Line, board: Switchboard, offer: Offer) -> None:
    board.change_line(capabilities=EVERYTHING)
    call = talking(desk)
    desk.host.wait(lambda: bool(call.features & offer.feature), f"{offer.feature!r}")
    assert desk.host.address_caps(desk.device)["dwCallFeatures"] & offer.feature
    assert offer.ask(call) < 0x80000000


@each_offer
def check_what_is_not_offered_is_not_available(offer: Offer) -> None:
    with (
        Switchboard(without(offer.capability)) as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        desk = desk_of(host)
        host.wait(lambda: desk.news_of_capabilities() == (1, 1), "the capabilities")
        assert not host.address_caps(desk.device)["dwCallFeatures"] & offer.feature
        call = talking(desk)
        assert not call.features & offer.feature
        assert offer.ask(call) == Error.OPERATIONUNAVAIL


def check_one_step_is_offered_with_the_consultation_only() -> None:
    with (
        Switchboard(without("consult")) as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        desk = desk_of(host)
        host.wait(lambda: desk.news_of_capabilities() == (1, 1), "the capabilities")
        assert not host.address_caps(desk.device)["dwCallFeatures2"] & Feature2.ONESTEPTRANSFER
        assert not talking(desk).status()["dwCallFeatures2"] & Feature2.ONESTEPTRANSFER


def check_a_held_call_that_cannot_be_taken_back_is_not_offered_to_be() -> None:
    with (
        Switchboard(without("retrieve")) as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        first, second = consulting(desk_of(host), board)
        second.is_in(State.CONNECTED)
        assert not first.features & Feature.UNHOLD
        assert first.asks("lineUnhold") == Error.OPERATIONUNAVAIL
        assert first.features & Feature.COMPLETETRANSF
        assert first.does("lineCompleteTransfer", second.hd, 0, None, TRANSFER) == 0


def check_a_call_that_cannot_be_answered_from_here_is_not_accepted_either() -> None:
    with (
        Switchboard(without("answer")) as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        desk_of(host)
        board.incoming()
        call = host.is_offered().reaches(State.OFFERING)
        assert call.features == Feature.DROP | Feature.REDIRECT
        assert call.asks("lineAccept", None, 0) == Error.OPERATIONUNAVAIL
        assert call.asks("lineAnswer", None, 0) == Error.OPERATIONUNAVAIL


def check_a_conference_without_the_capability_is_nothing(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    caps = desk.host.address_caps(desk.device)
    assert (caps["dwMaxNumConference"], caps["dwRemoveFromConfCaps"], caps["dwRemoveFromConfState"]) == (
        0,
        0,
        0,
    )
    assert call.asks("lineRemoveFromConference") == Error.OPERATIONUNAVAIL
    assert call.asks("lineAddToConference", call.hd) == Error.OPERATIONUNAVAIL
    made = c_size_t(0)
    assert call.asks("linePrepareAddToConference", 1, addressof(made), None) == Error.OPERATIONUNAVAIL


def check_forwarding_asks_nobody(desk: Line) -> None:
    """A consultation before it is for telephone systems that want one; here the handle comes back empty."""
    assert forward_raw(desk, None) == 0


def check_parameters_of_a_plain_consultation_are_taken(desk: Line) -> None:
    assert consultation_of(talking(desk), CallParams(dwTargetAddressSize=8)).is_made() == 0
