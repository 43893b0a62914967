"""What a PBX does by its codes: forwarding, do-not-disturb, picking calls up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.call import (
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Pickup,
    Reason,
)
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.forwardingfile import FileForwardings
from offhook.switch.base import ForwardingChanged, SwitchEvent
from offhook.switch.pbx import PbxSwitch
from tests.switch.smallpbx import SmallPbx, refusing, small_pbx
from tests.waiting import until

ALWAYS, BUSY, NO_ANSWER = ForwardWhen.ALWAYS, ForwardWhen.BUSY, ForwardWhen.NO_ANSWER

CODES = (
    ("forward-always", "*72{number}"),
    ("forward-always-off", "*73"),
    ("forward-no-answer", "*61*{number}*{seconds}#"),
    ("forward-no-answer-off", "#61#"),
    ("do-not-disturb", "*78"),
    ("do-not-disturb-off", "*79"),
)


@asynccontextmanager
async def a_pbx(
    answer: Callable[[Request], Response | None] = lambda _request: None, **more: object
) -> AsyncIterator[tuple[SmallPbx, PbxSwitch, list[ForwardingChanged]]]:
    told: list[ForwardingChanged] = []

    def note(event: SwitchEvent) -> None:
        if isinstance(event, ForwardingChanged):
            told.append(event)

    async with small_pbx(answer, **{"codes": CODES, **more}) as (pbx, switch):
        switch.subscribe(note)
        yield pbx, switch, told


def dialled(pbx: SmallPbx) -> list[str]:
    """The codes that were dialled, in their order."""
    first = (one for one in pbx.heard if one.method == "INVITE" and not one.to_tag)
    return [one.target.user for one in first if one.target.user[:1] in ("*", "#")]


async def refused(switch: PbxSwitch, command: Forward | DoNotDisturb | Pickup, refusal: Refusal) -> None:
    with pytest.raises(CallError) as caught:
        await switch.perform(command)
    assert caught.value.refusal is refusal, caught.value


async def test_a_forwarding_is_dialled_with_the_users_account() -> None:
    async with a_pbx() as (pbx, switch, told):
        always, later = Forwarding(ALWAYS, "4001"), Forwarding(NO_ANSWER, "4002", 12.0)
        await switch.perform(Forward("4000", (later, always)))
        assert dialled(pbx) == ["*724001", "*61*4002*12#"]
        assert pbx.invites("*724001")[0].from_.uri.user == "4000"
        assert told[-1] == ForwardingChanged("4000", (always, later))
        await switch.perform(Forward("4000", (always,)))
        assert dialled(pbx)[2:] == ["#61#"]
        assert told[-1] == ForwardingChanged("4000", (always,))
        await until(lambda: sum(one.method == "BYE" for one in pbx.heard) == 3, "it hangs up")
        assert switch.idle


async def test_none_ends_also_what_was_set_at_the_phone() -> None:
    async with a_pbx() as (pbx, switch, _):
        await switch.perform(Forward("4000"))
        assert dialled(pbx) == ["*73", "#61#"]


async def test_do_not_disturb_has_codes_as_well() -> None:
    async with a_pbx() as (pbx, switch, told):
        await switch.perform(DoNotDisturb("4000"))
        await switch.perform(DoNotDisturb("4000", False))
        assert dialled(pbx) == ["*78", "*79"]
        assert [one.do_not_disturb for one in told] == [True, False]


async def test_only_what_has_a_code_is_offered() -> None:
    async with a_pbx() as (pbx, switch, _):
        able = switch.capabilities("4000")
        assert able >= {Feature.FORWARD, Feature.FORWARD_NO_ANSWER, Feature.DO_NOT_DISTURB}
        assert not able & {Feature.FORWARD_BUSY, Feature.PICKUP, Feature.PICKUP_GROUP}
        assert switch.features("4000") >= {Feature.FORWARD, Feature.DO_NOT_DISTURB}
        await refused(switch, Forward("4000", (Forwarding(BUSY, "4001"),)), Refusal.NOT_SUPPORTED)
        await refused(switch, Pickup("4000", "4001"), Refusal.NOT_SUPPORTED)
        await refused(switch, Forward("4999"), Refusal.NO_SUCH_TERMINAL)
        assert dialled(pbx) == []
    async with a_pbx(codes=()) as (_, switch, _):
        assert not switch.capabilities("4000") & {Feature.FORWARD, Feature.DO_NOT_DISTURB}
        await refused(switch, Forward("4000"), Refusal.NOT_SUPPORTED)
        await refused(switch, DoNotDisturb("4000"), Refusal.NOT_SUPPORTED)


@pytest.mark.parametrize("number", ["1#*21*2", "*72", "40 01", "4001;x=1"])
async def test_no_number_smuggles_in_another_code(number: str) -> None:
    async with a_pbx() as (pbx, switch, told):
        await refused(switch, Forward("4000", (Forwarding(ALWAYS, number),)), Refusal.INVALID_ADDRESS)
        assert (dialled(pbx), told) == ([], [])


async def test_a_code_that_the_pbx_refuses_is_not_in_force() -> None:
    refuse = refusing(404)

    def answer(request: Request) -> Response | None:
        return refuse(request) if request.method == "INVITE" else None

    async with a_pbx(answer) as (_, switch, told):
        await refused(switch, Forward("4000", (Forwarding(ALWAYS, "4001"),)), Refusal.FAILURE)
        assert told == []
        assert switch.idle


async def test_of_two_codes_the_one_that_was_taken_is_told() -> None:
    refuse = refusing(404)

    def answer(request: Request) -> Response | None:
        second = request.method == "INVITE" and request.target.user.startswith("*61")
        return refuse(request) if second else None

    async with a_pbx(answer) as (_, switch, told):
        both = (Forwarding(ALWAYS, "4001"), Forwarding(NO_ANSWER, "4002", 12))
        await refused(switch, Forward("4000", both), Refusal.FAILURE)
        assert told == [ForwardingChanged("4000", both[:1])]


async def test_race_two_programs_set_it_at_once() -> None:
    async with a_pbx() as (pbx, switch, told):
        results = await asyncio.gather(
            switch.perform(DoNotDisturb("4000")),
            switch.perform(DoNotDisturb("4000", False)),
            return_exceptions=True,
        )
        assert [type(one) for one in results] == [type(None), CallError]
        assert (dialled(pbx), [one.do_not_disturb for one in told]) == (["*78"], [True])


async def test_a_pbx_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.switch.b2bua.outcome.COMMAND_S", 0.2)
    ringing = refusing(180)

    def answer(request: Request) -> Response | None:
        return ringing(request) if request.method == "INVITE" else None

    async with a_pbx(answer) as (pbx, switch, told):
        await refused(switch, DoNotDisturb("4000"), Refusal.FAILURE)
        assert told == []
        await until(lambda: bool(dialled(pbx)))


async def test_what_was_set_is_remembered_over_a_restart(tmp_path: Path) -> None:
    file = FileForwardings(tmp_path / "forwardings.json")
    async with a_pbx() as (_, switch, _):
        switch._forwardings._store = file
        await switch.perform(DoNotDisturb("4000"))
    assert file.read()["4000"].do_not_disturb


@pytest.mark.parametrize(
    ("mode", "code", "able"),
    [
        ("calls", ("pickup", "*8{number}"), {Feature.PICKUP}),
        ("calls", ("pickup-group", "*8"), {Feature.PICKUP, Feature.PICKUP_GROUP}),
        ("refer", ("pickup-group", "*8"), set()),
    ],
)
async def test_picking_up_is_offered_where_the_call_can_be_one_of_ours(
    mode: str, code: tuple[str, str], able: set[Feature]
) -> None:
    async with a_pbx(codes=(code,), mode=mode) as (_, switch, _):
        pickups = {Feature.PICKUP, Feature.PICKUP_GROUP}
        assert switch.capabilities("4000") & pickups == able
        if not able or Feature.PICKUP_GROUP not in able:
            await refused(switch, Pickup("4000", ""), Refusal.NOT_SUPPORTED)
        else:
            call = await switch.perform(Pickup("4000", ""))
            assert (call.reason, call.redirecting) == (Reason.PICKED_UP, None)
            switch.drop(call.id)


async def test_nothing_is_dialled_while_it_is_not_known_what_is_in_force() -> None:
    async with a_pbx() as (pbx, switch, told):
        switch._forwardings._reading = asyncio.create_task(asyncio.sleep(60))
        for command in (DoNotDisturb("4000"), Forward("4000", (Forwarding(ALWAYS, "4001"),))):
            with pytest.raises(UnavailableError, match="just now"):
                await switch.perform(command)
        assert dialled(pbx) == []
        assert told == []
