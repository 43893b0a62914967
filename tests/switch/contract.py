"""What every switch driver does: the suite that each one passes, with phones that behave as they are told.

A driver's test class derives from `SwitchContract` and has a fixture `site`.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, Dial, Direction, Drop, Feature, Party, Terminal
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import CallError, Refusal
from offhook.manager.locallink import LocalLink
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from tests.switch.site import ANSWERS, NAMES, RINGS, Site, directed, joined, rejects
from tests.waiting import until

ALL_STATES = list(CallState)


async def answered(site: Site) -> tuple[str, Phone, Phone]:
    """A call from 4000 to 4001 that has been answered, with its phones."""
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    return call_id, own, callee


async def a_forwarding_is_not_followed(site: Site) -> None:
    """For drivers that receive a 302 themselves; a PBX may follow it."""
    own = await site.phone("4000")
    await site.phone("4001", replace(rejects(302), forward_to="4002"))
    third = await site.phone("4002", ANSWERS)
    assert await site.cause(site.dial()) is Cause.REJECTED
    await own.event("ended")
    assert third.invites == 0


class SwitchContract:
    async def test_a_call_goes_through_every_state_and_is_dropped_by_us(self, site: Site) -> None:
        call_id, own, callee = await answered(site)
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        assert site.states(call_id) == ALL_STATES
        await own.event("ended")
        await callee.event("ended")

    async def test_both_parties_are_named(self, site: Site) -> None:
        call_id, _, _ = await answered(site)
        call = await site.until(call_id, CallState.CONNECTED)
        assert (call.caller, call.callee) == (Party("Kim", "4000"), Party("Lee Min-ho", "4001"))

    async def test_each_phone_is_told_where_the_other_wants_its_audio(self, site: Site) -> None:
        _, own, callee = await answered(site)
        await joined(own, callee)
        await joined(callee, own)

    async def test_the_called_phone_hangs_up(self, site: Site) -> None:
        call_id, own, callee = await answered(site)
        callee.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await own.event("ended")

    async def test_the_own_phone_hangs_up(self, site: Site) -> None:
        call_id, own, callee = await answered(site)
        own.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await callee.event("ended")

    @pytest.mark.parametrize(
        ("status", "cause"),
        [
            (486, Cause.BUSY),
            (600, Cause.BUSY),
            (480, Cause.NO_ANSWER),
            (408, Cause.NO_ANSWER),
            (603, Cause.REJECTED),
            (403, Cause.REJECTED),
            (404, Cause.UNREACHABLE),
            (410, Cause.UNREACHABLE),
            (503, Cause.UNREACHABLE),
            (484, Cause.INVALID_ADDRESS),
            (488, Cause.FAILURE),
        ],
    )
    async def test_the_called_phone_refuses(self, site: Site, status: int, cause: Cause) -> None:
        own = await site.phone("4000")
        await site.phone("4001", rejects(status))
        call_id = site.dial()
        assert await site.cause(call_id) is cause
        await own.event("ended")

    @pytest.mark.impatient
    async def test_nobody_answers(self, site: Site) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        call_id = site.dial()
        assert await site.cause(call_id) is Cause.NO_ANSWER
        assert site.states(call_id)[-2] is CallState.RING_BACK
        await callee.event("cancelled")
        await own.event("ended")

    async def test_an_address_where_no_phone_is_registered_is_unreachable(self, site: Site) -> None:
        own = await site.phone("4000")
        call_id = site.dial("4000", "4001")
        assert await site.cause(call_id) is Cause.UNREACHABLE
        if site.knows_registrations:
            assert (own.invites, site.states(call_id)) == (0, [CallState.OFF_HOOK, CallState.ON_HOOK])
        else:
            await own.event("ended")

    async def test_an_unknown_address_is_unreachable(self, site: Site) -> None:
        await site.phone("4000")
        assert await site.cause(site.dial("4000", "4999")) is Cause.UNREACHABLE

    async def test_without_the_own_phone_nothing_is_started(self, site: Site) -> None:
        callee = await site.phone("4001")
        with pytest.raises(CallError) as caught:
            site.dial()
        assert caught.value.refusal is Refusal.TERMINAL_UNAVAILABLE
        assert (site.seen, callee.invites) == ([], 0)

    async def test_an_unknown_terminal_is_refused(self, site: Site) -> None:
        with pytest.raises(CallError) as caught:
            site.dial("4999")
        assert caught.value.refusal is Refusal.NO_SUCH_TERMINAL

    @pytest.mark.parametrize("status", [486, 603])
    async def test_the_own_phone_refuses(self, site: Site, status: int) -> None:
        await site.phone("4000", rejects(status))
        callee = await site.phone("4001")
        assert await site.cause(site.dial()) is Cause.TERMINAL_REJECTED
        assert callee.invites == 0

    @pytest.mark.impatient
    async def test_the_own_phone_is_not_picked_up(self, site: Site) -> None:
        own = await site.phone("4000", RINGS)
        await site.phone("4001")
        assert await site.cause(site.dial()) is Cause.TERMINAL_REJECTED
        await own.event("cancelled")

    async def test_a_drop_while_the_own_phone_rings(self, site: Site) -> None:
        own, callee = await site.phone("4000", RINGS), await site.phone("4001")
        call_id = site.dial()
        await own.event("ringing")
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        await own.event("cancelled")
        assert callee.invites == 0

    async def test_a_drop_right_behind_the_dial(self, site: Site) -> None:
        own, _ = await site.phone("4000", RINGS), await site.phone("4001")
        call_id = site.dial()
        site.drop(call_id)
        assert site.states(call_id) == [CallState.OFF_HOOK, CallState.ON_HOOK]
        await own.event("cancelled")

    async def test_a_drop_while_the_called_phone_rings(self, site: Site) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        call_id = site.dial()
        await site.until(call_id, CallState.RING_BACK)
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        await callee.event("cancelled")
        await own.event("ended")

    async def test_a_drop_at_the_very_moment_of_the_answer(self, site: Site) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        call_id = site.dial()
        await site.until(call_id, CallState.RING_BACK)
        callee.calls[0].answer()  # its 200 and our CANCEL cross on the way
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        await callee.event("ended")
        await own.event("ended")

    async def test_a_call_that_is_over_cannot_be_dropped(self, site: Site) -> None:
        call_id, _, _ = await answered(site)
        site.drop(call_id)
        with pytest.raises(CallError) as caught:
            site.drop(call_id)
        assert caught.value.refusal is Refusal.NO_SUCH_CALL

    async def test_two_calls_at_once_do_not_mix(self, site: Site) -> None:
        first, _, _ = await answered(site)
        await site.phone("4002")
        await site.phone("4003", ANSWERS)
        second = site.dial("4002", "4003")
        await site.until(second, CallState.CONNECTED)
        site.drop(second)
        assert await site.cause(second) is Cause.DROPPED
        assert site.states(first)[-1] is CallState.CONNECTED

    async def test_the_called_terminal_has_a_call_too(self, site: Site) -> None:
        call_id, _, _ = await answered(site)
        (inbound,) = site.calls_of("4001")
        assert inbound.direction is Direction.INBOUND
        assert site.states(inbound.id) == [CallState.RING_BACK, CallState.CONNECTED]
        site.drop(inbound.id)
        assert await site.cause(call_id) is Cause.DROPPED

    async def test_of_dials_under_way_at_once_each_reply_comes_first_and_then_each_state(
        self, site: Site, tmp_path: Path
    ) -> None:
        """As a Smart Messenger in the same process hears of them, through a Call Manager."""
        for caller, callee in (("4000", "4001"), ("4002", "4003")):
            await site.phone(caller)
            await site.phone(callee, ANSWERS)
        told: list[tuple[str, str]] = []
        with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
            manager = CallManager(site.switch, [Terminal(one) for one in NAMES], log)
            link = LocalLink(manager, on_call=lambda call: told.append((call.id, call.state.name)))
            await link.start()
            await link.watch("*")

            async def talk(caller: str, callee: str) -> str:
                call = await link.perform(Dial(caller, callee))
                told.append((call.id, f"dialled {call.state.name}"))
                await site.until(call.id, CallState.CONNECTED)
                await link.perform(Drop(call.id))
                told.append((call.id, "dropped"))
                await site.until(call.id, CallState.ON_HOOK)
                return call.id

            calls = await asyncio.gather(talk("4000", "4001"), talk("4002", "4003"))
            await until(lambda: sum(what == "ON_HOOK" for _, what in told) == 4)  # the callees' calls as well
            await link.stop()
        between = [state.name for state in ALL_STATES[1:-1]]
        for call_id in calls:
            expected = ["dialled OFF_HOOK", *between, "dropped", "ON_HOOK"]
            assert [what for of, what in told if of == call_id] == expected

    async def test_a_terminal_can_dial_while_its_phone_is_there(self, site: Site) -> None:
        assert Feature.DIAL not in site.switch.features("4000")
        await site.phone("4000")
        assert Feature.DIAL in site.switch.features("4000")
        assert site.switch.features("4999") == frozenset()

    async def test_a_call_can_be_dropped_until_it_is_over(self, site: Site) -> None:
        call_id, _, _ = await answered(site)
        (inbound,) = site.calls_of("4001")
        for call in [*site.calls_of("4000"), inbound]:
            assert Feature.DROP in site.switch.features(call.terminal, call)
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED
        for call in [*site.calls_of("4000"), inbound]:
            assert site.switch.features(call.terminal, call) == frozenset()
            with pytest.raises(CallError):
                site.drop(call.id)

    async def test_hold_reaches_the_other_phone(self, site: Site) -> None:
        _, own, callee = await answered(site)
        await joined(own, callee)
        await callee.calls[0].hold()
        await directed(own, "recvonly")
        await callee.calls[0].resume()
        await directed(own, "sendrecv")

    async def test_the_called_person_transfers_the_call(self, site: Site) -> None:
        call_id, own, callee = await answered(site)
        third = await site.phone("4002", ANSWERS)
        await site.settled(own, callee)
        await callee.calls[0].transfer("4002")
        await site.until_seen(lambda call: (call.terminal, call.callee.id) == ("4000", "4002"))
        (left,) = site.calls_of("4001")
        assert await site.cause(left.id) is Cause.NORMAL
        assert [call.state for call in site.calls_of("4002")] == [CallState.CONNECTED]
        site.drop(call_id)
        await third.event("ended")
        assert await site.cause(call_id) is Cause.DROPPED

    async def test_the_caller_transfers_the_call_and_is_out_of_it(self, site: Site) -> None:
        call_id, own, callee = await answered(site)
        third = await site.phone("4002", ANSWERS)
        await site.settled(own, callee)
        await own.calls[0].transfer("4002")
        assert await site.cause(call_id) is Cause.NORMAL
        await site.until_seen(lambda call: call.terminal == "4002" and call.state is CallState.CONNECTED)
        assert [call.state for call in site.calls_of("4001")] == [CallState.CONNECTED]
        third.calls[0].hang_up()
        await callee.event("ended")

    async def test_a_hundred_calls_one_after_another(self, site: Site) -> None:
        await site.phone("4000")
        await site.phone("4001", Behaviour(answer_after=0.001, auto_answer=False))
        for _ in range(100):
            call_id = site.dial()
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
            await asyncio.sleep(0)
        assert [call.cause for call in site.calls_of("4000")] == [Cause.DROPPED] * 100

    async def test_a_call_dialled_by_hand_shows_at_both_terminals(self, site: Site) -> None:
        caller = await site.phone("4000")
        await site.phone("4001", ANSWERS)
        await caller.call("4001")
        outbound = await site.until_seen(
            lambda call: call.terminal == "4000" and call.state is CallState.CONNECTED
        )
        (inbound,) = site.calls_of("4001")
        assert (outbound.direction, inbound.direction) == (Direction.OUTBOUND, Direction.INBOUND)
        assert site.states(outbound.id) == ALL_STATES[:-1]
        caller.calls[0].hang_up()
        assert await site.cause(outbound.id) is Cause.NORMAL
        assert await site.cause(inbound.id) is Cause.NORMAL
