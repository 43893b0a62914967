"""Hold, consultation and transfer of calls that are up, by us: the commands that need two legs and no phone's
help.

The switch has no media. So a call on hold is one whose parties have been told to send nothing, and two people
talk when each phone has been given the other one's description.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from offhook.call import (
    Call,
    CallState,
    Cause,
    Complete,
    Consult,
    Dtmf,
    Feature,
    Hold,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.sip.message import Response
from offhook.switch.b2bua.allowed import active_of, partners
from offhook.switch.b2bua.attended import AttendedTransfer
from offhook.switch.b2bua.awaited import Outcome
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.called import CalledSide
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.b2bua.direction import directed
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.negotiation import Negotiation, NotDoneError, refused
from offhook.switch.b2bua.renewedcall import SILENCE
from offhook.switch.b2bua.ringback import RingBack
from offhook.switch.b2bua.tones import CONTENT_TYPE, GAP_S, NOT_UNDERSTOOD, PAUSE_S, TONE_MS, tone
from offhook.switch.b2bua.transfer import BlindTransfer
from offhook.switch.b2bua.turns import ControlHost, Turns
from offhook.switch.base import COMMAND_S, failed, not_now

logger = logging.getLogger(__name__)


class CallControl(Turns):
    """Carries out the commands. Those that change the same call take turns."""

    def __init__(self, host: ControlHost) -> None:
        super().__init__(host)
        self._steps = Negotiation(host.sending, repeats_answers=host.repeats_answers)
        self._tasks: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """The switch stops: what goes on by itself does so no more."""
        for task in self._tasks:
            task.cancel()

    async def hold(self, command: Hold) -> None:
        """Both phones are told to send nothing."""
        call_id = command.call
        async with self._turn(command, call_id) as (call,):
            await self._hold(call, call_id)
            call.update_hold()

    async def retrieve(self, command: Retrieve | Swap) -> None:
        """The phone gets the other party's audio again; one that it talks to goes on hold.

        A consultation that nobody has answered yet is given up for it.
        """
        call_id = command.call
        self._check_allowed(command)
        value = self._value(command, call_id)
        active = active_of(self._host.others(value))
        if active is None:
            await self._retrieve_only(command)
            return
        async with self._turn(command, call_id, active[1].id) as (call, other):
            await self._exchange(call, call_id, other, active[1].id)

    async def swap(self, command: Swap) -> None:
        """As `retrieve`, where there is a call to be put on hold."""
        await self.retrieve(command)

    async def consult(self, command: Consult) -> Call:
        """The other party is put on hold, and the phone is used for a second call, in the dialog it has.

        Where nobody would be called, the second call ends at once, as one that is dialled does, and the first
        one is left alone.
        """
        call_id = command.call
        async with self._turn(command, call_id) as (call,):
            value, leg = self._value(command, call_id), call.leg_of(call_id)
            far = call.far_leg_of(call_id)
            if leg is None or far is None:
                raise NotDoneError("the other party is not there")
            self._host.check_call(value.terminal, command.address)
            if CalledSide(call, command.address).prospect(value.terminal):
                return self._ask_nobody(call, value, command.address)
            if not value.held:
                await self._steps.offer(far, _silence(far))
            _check(call.value(call_id) is not None and not leg.ended, "the call is over")
            try:
                question = self._host.consultation(value.terminal, command.address)
            except BaseException:
                if not value.held:
                    with self._host.sending():
                        call.renew(far)
                raise
            call.put_on_hold(call_id)
            question.call = replace(question.call, related=call_id, consultation=True)
            (call.lines.get(call_id) or Line(leg, call, call_id)).take(question, question.call.id)
            call.change(call_id, held=True, related=question.call.id)
            call.update_hold()
            begun = question.call
            with self._host.sending():
                call.play_music(call_id)
                question.begin_on(leg)
            return begun

    def _ask_nobody(self, call: B2buaCall, value: Call, address: str) -> Call:
        """A consultation that is just about to end, since who is asked is away or not to be disturbed."""
        with self._host.sending():
            question = self._host.consultation(value.terminal, address)
            question.call = replace(question.call, related=value.id, consultation=True)
            call.change(value.id, related=question.call.id)
            question.comes_to_nothing()
            return question.call

    async def transfer(self, command: Transfer) -> None:
        """The target is called, and the phone is hung up as soon as that rings."""
        call_id = command.call
        outcome = Outcome()
        async with self._turn(command, call_id) as (call,):
            transferor, transferee = call.leg_of(call_id), call.far_leg_of(call_id)
            if transferor is None or transferee is None:
                raise NotDoneError("the other party is not there")
            transfer = BlindTransfer(call, transferor, transferee, command.address, outcome)
            transfer.leaving = Cause.TRANSFERRED

            def leave() -> None:
                if not transfer.left:
                    transferee.offer(_silence(transferee)(), lambda *_: None)
                    transfer.leave()

            outcome.on_ringing = leave
            with self._host.sending():
                begun = transfer.begin()
            _check(begun, f"{command.address} cannot be reached")
            try:
                await outcome.done
            except asyncio.CancelledError:
                with self._host.sending():
                    transfer.fail(408, Cause.NO_ANSWER)
                raise

    async def complete(self, command: Complete) -> None:
        """The other parties of the two calls are connected, and the phone is hung up."""
        call_id = command.call
        self._check_allowed(command)
        value = self._value(command, call_id)
        others = self._host.others(value)
        wanted = command.other or value.related
        found = [
            one for one in partners(self._call(command, call_id), value, others) if wanted in ("", one[1].id)
        ]
        if not found:
            raise not_now(command, "there is no other call whose party it could be connected with")
        other_id = found[-1][1].id
        async with self._turn(command, call_id, other_id) as (call, other):
            first, second = (call, call_id), (other, other_id)
            if self._value(command, call_id).consultation:
                first, second = second, first
            await self._join_others(*first, *second)

    async def dtmf(self, command: Dtmf) -> None:
        """One INFO after another to the other phone."""
        call_id, duration_ms = command.call, command.duration_ms or TONE_MS
        self._check_allowed(command)
        for digit in command.digits.upper():
            if digit == ",":
                await asyncio.sleep(PAUSE_S)
                continue
            call = self._host.find(call_id)
            far = None if call is None else call.far_leg_of(call_id)
            if call is None or far is None or far.ended or call_id in call.held_for:
                raise failed(command, "the other party is not there any more")
            status = await self._inform(command, far, tone(digit, duration_ms))
            if status in NOT_UNDERSTOOD:
                far.takes_info = False
                call.tell_all_again()
            if status >= 300:
                raise failed(command, refused(status).why)
            await asyncio.sleep(duration_ms / 1000 + GAP_S)

    async def _inform(self, command: Dtmf, leg: Leg, body: bytes) -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def final(_response: Response | None, status: int) -> None:
            if not done.done():
                done.set_result(status)

        with self._host.sending():
            leg.request("INFO", body, CONTENT_TYPE, final)
        try:
            return await asyncio.wait_for(done, COMMAND_S)
        except TimeoutError:
            raise failed(command, "the other phone did not answer in time") from None

    async def answer_on(self, line: Line, call: B2buaCall) -> bool:
        """Answer the call that rings with a phone that is up, by what the caller has offered. False if the
        phone refuses, or has something else to do by now.

        The phone needs no second line for it, and no key: it would put the first call on hold by itself, and
        only its own key could take that back. Until it has changed over it stays the first call's, and
        neither that nor the phone itself may hand it to a third one.
        """
        first = line.leg.owner
        if not isinstance(first, B2buaCall):
            return False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(COMMAND_S), self._alone(first):
                if line.leg.owner is not first or first.transfer is not None:
                    return False
                with self._host.sending():
                    call.answer_on(line, done)
                return await done
        except TimeoutError:
            return False

    # What goes on by itself

    def phone_free(self, line: Line, related: str, *, taken_back: bool) -> None:
        """Another call gets the phone whose call is over."""
        call_id = related if related in line.calls else next(reversed(line.calls))
        call = self._host.find(call_id)
        if call is None:
            return
        line.give(call_id)
        if taken_back:
            self._spawn(self._take_back(call_id))
        else:
            line.leg.offer(self._host.own_silence(line.leg), lambda *_: None)

    def phone_gone(self, line: Line, cause: Cause) -> None:
        """The calls that are on hold there ring back, if somebody has hung up the phone."""
        for call_id in list(line.calls):
            line.remove(call_id)
            call = self._host.find(call_id)
            if call is not None and not (cause is Cause.NORMAL and self._ring_back(call, call_id)):
                call.end(cause)

    def _ring_back(self, call: B2buaCall, call_id: str) -> bool:
        value = call.value(call_id)
        if value is None or call_id not in call.held_for or call.ring_back or call.transfer is not None:
            return False
        ring_back = RingBack(call, call_id, lambda: self._spawn(self._take_back(call_id)))
        call.ring_back = ring_back
        return ring_back.begin(call.host, value.terminal, self._host.number_of(value.terminal))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_back(self, call_id: str) -> None:
        """The consultation was dropped: back to the first call."""
        call = self._host.find(call_id)
        if call is None:
            return
        try:
            async with asyncio.timeout(COMMAND_S), self._alone(call):
                value = call.value(call_id)
                if value is not None and call_id in call.held_for and call.transfer is None:
                    await self._connect(call, call_id)
        except (NotDoneError, TimeoutError) as error:
            logger.warning("call %s stays on hold: %s", call_id, error)

    # The steps

    async def _hold(self, call: B2buaCall, call_id: str) -> None:
        own, far = call.leg_of(call_id), call.far_leg_of(call_id)
        if not call.held_for:  # else there is silence already, by the other terminal
            try:
                # First the own phone: what is said there is nobody's business any more.
                if own is not None:
                    await self._mute(own)
                if far is not None:
                    await self._steps.offer(far, _silence(far))
            except BaseException:
                if own is not None and not own.ended:
                    with self._host.sending():
                        call.renew(own)
                raise
        _check(call.value(call_id) is not None, "the call is over")
        call.put_on_hold(call_id)
        with self._host.sending():
            call.play_music(call_id)

    async def _mute(self, own: Leg) -> None:
        await self._steps.offer(own, lambda: self._host.own_silence(own))

    async def _retrieve_only(self, command: Retrieve | Swap) -> None:
        call_id = command.call
        line = self._call(command, call_id).lines.get(call_id)
        for other_id in [] if line is None else list(line.calls):
            other = self._host.find(other_id)
            value = None if other is None else other.value(other_id)
            if other is not None and value is not None and value.state is not CallState.CONNECTED:
                if Feature.RETRIEVE not in self._host.features(value.terminal, self._value(command, call_id)):
                    break
                with self._host.sending():
                    other.drop(other_id)
        async with self._turn(command, call_id) as (call,):
            if call_id in call.held_for:  # else it was taken back while this waited
                await self._connect(call, call_id)

    async def _exchange(self, call: B2buaCall, call_id: str, active: B2buaCall, active_id: str) -> None:
        line = call.lines.get(call_id)
        shared = line is not None and active_id in line.calls
        if not shared or line is None:
            await self._hold(active, active_id)
            active.update_hold()
            await self._connect(call, call_id)
            return
        far = active.far_leg_of(active_id)
        if far is not None and not active.held_for:
            await self._steps.offer(far, _silence(far))
        _check(active.value(active_id) is not None and call.value(call_id) is not None, "a call is over")
        active.put_on_hold(active_id)
        with self._host.sending():
            active.play_music(active_id)
        line.give(call_id)
        try:
            await self._connect(call, call_id, tell_first=active)
        except BaseException:
            if active_id in line.calls and not line.leg.ended:
                line.give(active_id)
                self._spawn(self._take_back(active_id))
            raise

    async def _connect(self, call: B2buaCall, call_id: str, *, tell_first: B2buaCall | None = None) -> None:
        """Let the terminal talk in this call, with the phone that it has there."""
        line = call.lines.get(call_id)
        own, far = call.leg_of(call_id), call.far_leg_of(call_id)
        if own is None and line is not None:
            line.give(call_id)
            own = line.leg
        if own is None or own.ended:
            raise NotDoneError("the phone has hung up")
        if far is None or call.held_for - {call_id}:
            # The other terminal holds the call as well: there is nothing to be heard yet.
            await self._mute(own)
        else:
            await self._steps.join(own, far)
        _check(call.value(call_id) is not None, "the call is over")
        call.held_for.discard(call_id)
        call.tell_soon()
        if tell_first is not None:
            tell_first.update_hold()
        call.update_hold()

    async def _join_others(self, call: B2buaCall, call_id: str, other: B2buaCall, other_id: str) -> None:
        leg = self._phone(call, call_id)
        its_leg = self._phone(other, other_id)
        transferee, target = call.far_leg_of(call_id), other.far_leg_of(other_id)
        outcome = Outcome()
        if transferee is None:
            raise NotDoneError("the other party is not there")
        if target is None:
            with self._host.sending():
                self._join_ringing(call, call_id, other, leg, transferee)
            return
        call.put_leg(call_id, leg)
        other.put_leg(other_id, its_leg)

        def failed_() -> None:
            # Each phone is with the call again that had it, and so is what the others are to be offered.
            for one, its_id, its_phone in ((call, call_id, leg), (other, other_id, its_leg)):
                if its_phone.owner is not one:
                    one.put_leg(its_id, None)

        outcome.on_failed = failed_
        transfer = AttendedTransfer(call, leg, transferee, other, its_leg, target, outcome)
        transfer.leaving = Cause.TRANSFERRED
        with self._host.sending():
            begun = transfer.begin()
        if not begun:
            failed_()
        _check(begun, "a phone is just changing the call itself")
        try:
            await outcome.done
        except asyncio.CancelledError:
            with self._host.sending():
                transfer.fail(408, Cause.FAILURE)
            raise

    def _join_ringing(
        self, call: B2buaCall, call_id: str, other: B2buaCall, leg: Leg, transferee: Leg
    ) -> None:
        """The target rings: the transferee takes the place of who asked, and waits on hold."""
        assert isinstance(other, ClickToDialCall)
        line, transferor, party = call.line_of(leg), call.own_party(call_id), call.other_party(call_id)
        target = other.called.party
        call.music, other.music = None, call.music
        other.give_place(Cause.TRANSFERRED, party)
        lines = {one_id: line for one_id, line in call.lines.items() if one_id != call_id}
        value = call.hand_far_side(call_id, Cause.TRANSFERRED, target)
        other.take_caller(value, transferee, transferor, leg)
        for one_id, one in lines.items():
            one.add(other, one_id)
        self._host.hang_up(leg, line)

    def _phone(self, call: B2buaCall, call_id: str) -> Leg:
        line = call.lines.get(call_id)
        leg = call.leg_of(call_id) or (line.leg if line is not None else None)
        if leg is None or leg.ended:
            raise NotDoneError("the phone has hung up")
        return leg


def _silence(leg: Leg) -> Callable[[], bytes]:
    return lambda: directed(leg.origin.described, SILENCE)


def _check(fine: bool, otherwise: str) -> None:
    if not fine:
        raise NotDoneError(otherwise)
