"""What a Smart Messenger may rely on of its way to the Call Manager: the suite that each way passes.

A test class derives from `LinkContract` and has a fixture `way`, whose switch does what the test says.
"""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    ClearMissed,
    Command,
    Consult,
    Dial,
    DoNotDisturb,
    Drop,
    Dtmf,
    Feature,
    Features,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Park,
    Pickup,
    Result,
    Retrieve,
    TrunkState,
    Unpark,
    Withdraw,
)
from offhook.call.provisioned import PhoneAction, PhoneList, PhoneOrder
from offhook.errors import CallError, Refusal
from offhook.manager.service import CallManager
from offhook.messenger import ManagerClient
from tests.manager.helpers import FakeSwitch
from tests.provisioning.phonefile import ADDRESS, a_phone_file
from tests.sscp.helpers import Heard
from tests.waiting import until


@dataclass
class Way:
    """A link to a Call Manager, and what it told. `told` has replies and events in their order."""

    switch: FakeSwitch
    manager: CallManager
    link: ManagerClient
    heard: Heard
    told: list[tuple[str, str, str]]

    async def ask(self, command: Command[Result]) -> Result:
        result = await self.link.perform(command)
        terminal = getattr(command, "terminal", "")
        call_id = result.id if isinstance(result, Call) else getattr(command, "call", "")
        self.told.append(("reply", terminal, call_id))
        return result

    def on_call(self, call: Call) -> None:
        self.told.append((call.state.name, call.terminal, call.id))
        self.heard.on_call(call)

    def of(self, call_id: str) -> list[str]:
        """What was told of the call, its commands' replies included."""
        return [what for what, _, told_of in self.told if told_of == call_id]

    async def all_told(self) -> None:
        """Wait until what has happened so far has been told: a call made by hand is the last of it."""
        last = self.switch.ring_in("4002", "4001")
        await self.heard.until(lambda: any(call.id == last.id for call in self.heard.calls))
        await asyncio.sleep(0)  # what a command has held back comes with the next turn of the loop


class LinkContract:
    async def test_the_reply_to_a_dial_comes_before_the_calls_events(self, way: Way) -> None:
        await way.link.watch("*")
        way.switch.rings_while_dialling = True
        call = await way.ask(Dial("4000", "4001"))
        assert (call.state, call.callee.name) == (CallState.OFF_HOOK, "Lee Min-ho")
        way.switch.go(call.id, CallState.CONNECTED)
        await way.all_told()
        assert way.of(call.id) == ["reply", "PROCEED", "CONNECTED"]

    async def test_the_reply_to_a_drop_comes_before_the_calls_end(self, way: Way) -> None:
        await way.link.watch("*")
        call = await way.ask(Dial("4000", "4001"))
        await way.ask(Drop(call.id))
        await way.all_told()
        assert way.of(call.id) == ["reply", "reply", "ON_HOOK"]

    async def test_a_slow_dial_holds_up_no_other_terminals_calls(self, way: Way) -> None:
        await way.link.watch("*")
        way.switch.slow_reply = asyncio.Event()
        dialling = asyncio.ensure_future(way.ask(Dial("4000", "4001")))
        await until(lambda: way.switch.calls)
        await asyncio.sleep(0)
        (call_id,) = way.switch.calls
        way.switch.go(call_id, CallState.PROCEED)
        await way.all_told()
        assert way.of(call_id) == []
        way.switch.slow_reply.set()
        await dialling
        await way.all_told()
        assert way.of(call_id) == ["reply", "PROCEED"]

    async def test_what_a_slow_dial_has_caused_elsewhere_is_told_in_order_and_at_once(
        self, way: Way, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await way.link.watch("*")
        dial = way.switch.dial
        inbound: list[Call] = []

        def dial_and_ring(terminal: str, address: str) -> Call:
            call = dial(terminal, address)
            inbound.append(way.switch.ring_in("4001", terminal))
            return call

        monkeypatch.setattr(way.switch, "dial", dial_and_ring)
        way.switch.slow_reply = asyncio.Event()
        dialling = asyncio.ensure_future(way.ask(Dial("4000", "4001")))
        await until(lambda: inbound)
        way.switch.go(inbound[0].id, CallState.CONNECTED)
        await way.all_told()
        assert way.of(inbound[0].id) == ["RING_BACK", "CONNECTED"]
        assert not dialling.done()
        way.switch.slow_reply.set()
        await dialling

    @pytest.mark.parametrize("seed", range(5))
    async def test_however_many_dials_are_under_way_each_reply_comes_before_its_events(
        self, way: Way, seed: int
    ) -> None:
        rng = random.Random(seed)
        await way.link.watch("*")

        async def somebody(terminal: str) -> None:
            for _ in range(6):
                way.switch.rings_while_dialling = rng.random() < 0.5
                call = await way.ask(Dial(terminal, "0301234"))
                for state in (CallState.RING_BACK, CallState.CONNECTED):
                    if rng.random() < 0.5:
                        way.switch.go(call.id, state)
                    for _ in range(rng.randrange(3)):
                        await asyncio.sleep(0)
                await way.ask(Drop(call.id))

        await asyncio.gather(*(somebody(terminal) for terminal in ("4000", "4001", "4002")))
        await way.all_told()
        ids = {call_id for what, _, call_id in way.told if what == "reply"}
        assert len(ids) == 18
        for call_id in ids:
            told = way.of(call_id)
            events = [what for what in told if what != "reply"]
            assert events == [state.name for state in CallState if state.name in events]
            assert (told[0], told[-1], told.count("reply")) == ("reply", "ON_HOOK", 2)

    async def test_a_refused_dial_says_why_and_nothing_is_told(self, way: Way) -> None:
        await way.link.watch("*")
        way.switch.refusal = CallError(Refusal.TERMINAL_UNAVAILABLE, "switch the phone on")
        with pytest.raises(CallError, match="switch the phone on") as caught:
            await way.ask(Dial("4000", "4001"))
        assert caught.value.refusal is Refusal.TERMINAL_UNAVAILABLE
        await way.all_told()
        assert [terminal for _, terminal, _ in way.told] == ["4002"]

    async def test_what_changes_while_a_phone_takes_its_time_is_told_meanwhile(self, way: Way) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        call = await way.ask(Dial("4000", "4001"))
        way.switch.go(call.id, CallState.CONNECTED)
        way.switch.slow_reply = asyncio.Event()
        holding = asyncio.ensure_future(way.ask(Hold(call.id)))
        await way.heard.until(lambda: any(one.held for one in way.heard.calls))
        assert not holding.done()
        way.switch.slow_reply.set()
        await holding
        await way.all_told()
        assert way.of(call.id) == ["reply", "CONNECTED", "CONNECTED", "reply"]

    async def test_what_a_command_changes_at_once_is_told_before_its_reply(self, way: Way) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        call = await way.ask(Dial("4000", "4001"))
        way.switch.go(call.id, CallState.CONNECTED)
        await way.all_told()
        await way.ask(Hold(call.id))
        await way.all_told()
        assert way.of(call.id) == ["reply", "CONNECTED", "CONNECTED", "reply"]

    @pytest.mark.parametrize("kind", [Dial, Consult, Pickup], ids=lambda kind: kind.name)
    async def test_a_call_that_comes_in_does_not_wait_for_a_slow_command_of_the_same_phone(
        self, way: Way, kind: type[Command[Call]]
    ) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        first = await way.ask(Dial("4000", "4001"))
        way.switch.go(first.id, CallState.CONNECTED)
        way.switch.slow_reply = asyncio.Event()
        command: Command[Call] = {
            Dial: Dial("4000", "4002"),
            Consult: Consult(first.id, "", "4002"),
            Pickup: Pickup("4000", "4001"),
        }[kind]
        asking = asyncio.ensure_future(way.ask(command))
        await until(lambda: len(way.switch.calls) == 2)
        comes = way.switch.ring_in("4000", "0301234")
        await way.heard.until(lambda: any(call.id == comes.id for call in way.heard.calls))
        assert not asking.done()
        way.switch.go(comes.id, CallState.ON_HOOK, Cause.CANCELLED)
        await way.heard.until(lambda: way.of(comes.id) == ["RING_BACK", "ON_HOOK"])
        way.switch.slow_reply.set()
        begun = await asking
        way.switch.go(begun.id, CallState.CONNECTED)
        await way.all_told()
        assert way.of(begun.id) == ["reply", "CONNECTED"]

    @pytest.mark.parametrize("kind", [Consult, Pickup, Unpark], ids=lambda kind: kind.name)
    async def test_the_beginning_of_a_call_that_a_command_asks_for_comes_before_its_events(
        self, way: Way, kind: type[Command[Call]]
    ) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        first = await way.ask(Dial("4000", "4001"))
        way.switch.go(first.id, CallState.CONNECTED)
        command: Command[Call] = {
            Consult: Consult(first.id, "", "4002"),
            Pickup: Pickup("4000", "4001"),
            Unpark: Unpark("4000", "701"),
        }[kind]
        does = way.switch.does[kind]

        def does_and_goes_on(asked: Command[Call]) -> object:
            call = does(asked)
            assert isinstance(call, Call)
            way.switch.go(call.id, CallState.CONNECTED)
            return call

        way.switch.does[kind] = does_and_goes_on
        call = await way.ask(command)
        await way.all_told()
        assert way.of(call.id) == ["reply", "CONNECTED"]
        assert call.related == (first.id if kind is Consult else "")

    async def test_a_phone_that_takes_its_time_holds_up_no_other_command(self, way: Way) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        slow = await way.ask(Dial("4000", "4002"))
        way.switch.go(slow.id, CallState.CONNECTED)
        slow_reply = way.switch.slow_reply = asyncio.Event()
        waiting = [
            asyncio.ensure_future(way.ask(Hold(slow.id))),
            asyncio.ensure_future(way.ask(Park(slow.id))),
        ]
        await until(lambda: len(way.switch.done) == 2)
        way.switch.slow_reply = None
        other = await way.ask(Dial("4001", "4002"))
        await way.ask(Drop(other.id))
        await way.all_told()
        assert way.of(other.id) == ["reply", "reply", "ON_HOOK"]
        assert not any(one.done() for one in waiting)
        slow_reply.set()
        assert await asyncio.gather(*waiting) == [None, "701"]

    async def test_a_call_that_is_dropped_while_its_phone_takes_its_time_ends_at_once(self, way: Way) -> None:
        way.switch.do_anything()
        await way.link.watch("*")
        call = await way.ask(Dial("4000", "4002"))
        way.switch.go(call.id, CallState.CONNECTED)
        slow_reply = way.switch.slow_reply = asyncio.Event()
        holding = asyncio.ensure_future(way.ask(Hold(call.id)))
        await way.heard.until(lambda: any(one.held for one in way.heard.calls))
        way.switch.slow_reply = None
        await way.ask(Drop(call.id))
        await way.all_told()
        assert way.of(call.id)[-2:] == ["reply", "ON_HOOK"]
        slow_reply.set()
        await holding

    @pytest.mark.parametrize("seed", range(3))
    async def test_whatever_happens_who_watches_knows_each_call_as_the_call_manager_does(
        self, way: Way, seed: int
    ) -> None:
        """Calls change each other's features here, and each change is a newer value."""
        rng = random.Random(seed)
        way.switch.do_anything()
        names = [Feature.HOLD, Feature.SWAP, Feature.COMPLETE, Feature.DTMF]

        def offers(terminal: str, call: Call | None) -> Features:
            own = sorted(one.id for one in way.switch.calls.values() if one.terminal == terminal)
            held = sum(one.held for one in way.switch.calls.values() if one.terminal == terminal)
            return frozenset({Feature.DROP, names[(len(own) + held) % 4]} if call else names[: len(own) % 4])

        way.switch.offers = offers
        await way.link.watch("*")
        for _ in range(60):
            live = list(way.switch.calls.values())
            call = rng.choice(live) if live else None
            match rng.randrange(6):
                case 0 | 1:
                    way.switch.ring_in(rng.choice(("4000", "4001")), "0301234")
                case 2 if call is not None and call.state is CallState.RING_BACK:
                    way.switch.go(call.id, CallState.CONNECTED)
                case 3 if call is not None:
                    await way.ask(rng.choice((Hold(call.id), Retrieve(call.id), Drop(call.id))))
                case 4 if call is not None:
                    way.switch.go(call.id, CallState.ON_HOOK, Cause.NORMAL)
                case 5:
                    await asyncio.sleep(0)
        await way.all_told()
        known = {call.id: call for call in way.heard.calls}
        for terminal in ("4000", "4001"):
            live_calls = await way.link.calls(terminal)
            assert [known[call.id] for call in live_calls] == live_calls
            state = next(one for one in reversed(way.heard.terminals) if one.id == terminal)
            assert state == next(one for one in await way.link.terminals() if one.id == terminal)
        for call_id in known:
            revisions = [call.revision for call in way.heard.calls if call.id == call_id]
            assert revisions == sorted(set(revisions))

    async def test_commands_bring_their_results(self, way: Way) -> None:
        way.switch.do_anything()
        call = await way.ask(Dial("4000", "4001"))
        way.switch.go(call.id, CallState.CONNECTED)
        assert await way.ask(Park(call.id)) == "701"
        await way.ask(Dtmf(call.id, "", "12#", 80))
        forward = Forward("4000", (Forwarding(ForwardWhen.NO_ANSWER, "4002", 20),))
        await way.ask(forward)
        await way.ask(DoNotDisturb("4000", on=True))
        assert way.switch.done[-3:] == [Dtmf(call.id, "", "12#", 80), forward, DoNotDisturb("4000", on=True)]

    async def test_what_the_telephone_system_cannot_do_is_refused(self, way: Way) -> None:
        call = await way.ask(Dial("4000", "4001"))
        with pytest.raises(CallError, match="cannot do that") as caught:
            await way.ask(Hold(call.id))
        assert caught.value.refusal is Refusal.NOT_SUPPORTED

    async def test_missed_calls_are_counted_and_cleared_for_all_who_watch(self, way: Way) -> None:
        await way.link.watch("4000")
        for _ in range(2):
            call = way.switch.ring_in("4000", "4001")
            way.switch.go(call.id, CallState.ON_HOOK, Cause.CANCELLED)
        await way.heard.until(lambda: way.heard.terminals[-1].missed == 2)
        await way.ask(ClearMissed("4000"))
        await way.heard.until(lambda: way.heard.terminals[-1].missed == 0)

    async def test_a_call_that_is_over_cannot_be_dropped(self, way: Way) -> None:
        with pytest.raises(CallError) as caught:
            await way.ask(Drop("c1"))
        assert caught.value.refusal is Refusal.NO_SUCH_CALL

    async def test_a_dial_that_was_withdrawn_is_cleared(self, way: Way) -> None:
        call = await way.ask(Dial("4000", "4001", "d1"))
        assert [one.id for one in await way.link.perform(Withdraw(["d1"]))] == [call.id]
        assert way.switch.dropped == [call.id]

    async def test_a_watch_returns_the_live_calls_and_tells_of_the_terminal(self, way: Way) -> None:
        call = way.switch.ring_in("4000", "4001")
        way.switch.serve("4000", in_service=True)
        (watched,) = await way.link.watch("4000")
        assert (watched.id, watched.caller.name) == (call.id, "Lee Min-ho")
        assert watched.allows(Feature.DROP)
        way.switch.serve("4000", in_service=False)
        await way.heard.until(lambda: len(way.heard.terminals) == 2)
        assert [(one.id, one.in_service) for one in way.heard.terminals] == [("4000", True), ("4000", False)]

    async def test_of_what_is_not_watched_nothing_is_told(self, way: Way) -> None:
        await way.link.watch("4002")
        await way.link.watch("4001")
        await way.link.unwatch("4001")
        way.switch.ring_in("4000", "4001")
        way.switch.ring_in("4001", "4000")
        await way.all_told()
        assert {call.terminal for call in way.heard.calls} == {"4002"}

    @pytest.mark.parametrize("what", ["watch", "calls"])
    async def test_a_terminal_that_there_is_not_is_refused(self, way: Way, what: str) -> None:
        with pytest.raises(CallError) as caught:
            await getattr(way.link, what)("9999")
        assert caught.value.refusal is Refusal.NO_SUCH_TERMINAL

    async def test_calls_terminals_and_the_history_can_be_asked_for(self, way: Way) -> None:
        call = await way.ask(Dial("4000", "4001"))
        assert [one.id for one in await way.link.calls("4000")] == [call.id]
        assert [one.id for one in await way.link.terminals()] == ["4000", "4001", "4002"]
        way.switch.go(call.id, CallState.ON_HOOK, Cause.BUSY)
        assert await way.link.calls("4000") == []
        (logged,) = await way.link.history("4000", limit=1)
        assert (logged.id, logged.cause) == (call.id, Cause.BUSY)

    async def test_a_listener_that_fails_ends_nothing(
        self, way: Way, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        await way.link.watch("*")
        call = await way.ask(Dial("4000", "4001"))
        await way.all_told()
        failing = iter([True])

        def on_call(told: Call) -> None:
            if next(failing, False):
                raise ZeroDivisionError
            way.heard.on_call(told)

        monkeypatch.setattr(way, "on_call", on_call)
        way.switch.go(call.id, CallState.PROCEED)
        way.switch.go(call.id, CallState.CONNECTED)
        await way.all_told()
        assert [one.state.name for one in way.heard.calls if one.id == call.id] == ["CONNECTED"]
        assert "failed" in caplog.text
        assert way.link.connected

    async def test_once_stopped_it_refuses_at_once_and_tells_nothing(self, way: Way) -> None:
        await way.link.watch("*")
        assert way.link.connected
        await way.link.stop()
        assert not way.link.connected
        way.switch.ring_in("4000", "4001")
        for asked in (way.link.perform(Dial("4000", "4001")), way.link.watch("4000")):
            with pytest.raises(CallError) as caught:
                await asked
            assert caught.value.refusal is Refusal.UNAVAILABLE
        assert (way.heard.calls, way.heard.links) == ([], [True])

    async def test_trunks_are_listed_and_once_watched_told_as_they_change(self, way: Way) -> None:
        refused = TrunkState("provider", problem='the provider refuses the account (403 "not paid")')
        way.switch.tell_trunk(TrunkState("provider", usable=True))
        assert await way.link.trunks(watch=True) == [TrunkState("provider", usable=True)]
        assert way.heard.trunks == []
        way.switch.tell_trunk(refused)
        await way.heard.until(lambda: bool(way.heard.trunks))
        assert way.heard.trunks == [refused]

    async def test_phones_that_fetch_their_configuration_are_added_let_in_and_listed(
        self, way: Way, tmp_path: Path
    ) -> None:
        with pytest.raises(CallError) as caught:
            await way.link.phones()
        assert caught.value.refusal is Refusal.NOT_SUPPORTED
        with a_phone_file(tmp_path) as file:
            way.manager.phones.open(file)
            model = (await way.link.phone_models())[0].models[0]
            added = await way.link.order_phone(PhoneOrder(PhoneAction.ADD, "805ec0123456", model, "4000", 60))
            assert added.phone.open_until is not None and not added.address
            shown = await way.link.order_phone(PhoneOrder(PhoneAction.SHOW, "805ec0123456"))
            assert shown.address.startswith(ADDRESS)
            assert await way.link.phones() == PhoneList((shown.phone,))
