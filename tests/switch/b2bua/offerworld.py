"""The embedded switch with a call between two model phones: no sockets, and a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from math import inf
from typing import Any

from offhook.call import Call, CallState, Command, Direction, Hold, Party, Retrieve, live, new_call
from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.errors import CallError
from offhook.sip.endpoint import Endpoint, Flow
from offhook.switch.b2bua.direction import direction_of
from offhook.switch.b2bua.kept import KeptCall, KeptDialog, KeptLeg
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.sdp import same_media
from offhook.switch.b2bua.takenover import TakenOverCall
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.b2bua.modelphone import SWITCH, ModelPhone

KIM, LEE = Party("Kim", "4000"), Party("Lee", "4001")
TURNS = 12
"""Turns of the event loop that a command needs at most between two messages."""

MAX_DELAY_S, MAX_LOSSES = 1.0, 4
"""With more than that a request may get no answer at all, after 32 s, which ends a call."""

LONG_S = 400.0
"""Longer than anything is tried again."""


class World:
    """`phones` are the caller's and the callee's. What is sent waits in `wires`, by sender, until it is
    delivered or lost."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.loop = asyncio.new_event_loop()
        self.loop.time = lambda: self.now  # type: ignore[method-assign]
        self.phones = ModelPhone("4000", 5001, owner=True), ModelPhone("4001", 5002, owner=False)
        terminals = [TerminalSettings(one.id, one.name, "secret") for one in (KIM, LEE)]
        self.switch = EmbeddedSwitch(terminals, EmbeddedSettings(listen=Listen(*SWITCH)))
        transport = self.switch._transport
        transport.now = lambda: self.now  # type: ignore[method-assign]
        transport.flush = lambda: None  # type: ignore[method-assign]
        self.wires: dict[Endpoint, deque[tuple[Flow, bytes, float]]] = {
            one: deque() for one in self.endpoints
        }
        self.tasks: list[asyncio.Task[None]] = []
        self.losses = 0
        self.call = self._call()
        for endpoint in self.endpoints:
            endpoint.now = self.now

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        return self.switch.endpoint, *(phone.endpoint for phone in self.phones)

    @property
    def legs(self) -> tuple[Leg | None, Leg | None]:
        return self.call.caller_leg, self.call.callee_leg

    def _call(self) -> TakenOverCall:
        began = CallState.CONNECTED, KIM, LEE, self.now
        outbound = new_call("4000", *began, connected=self.now)
        inbound = new_call("4001", *began, connected=self.now, direction=Direction.INBOUND)
        caller, callee = self.phones
        caller.remote, callee.remote = callee.local, caller.local
        kept = KeptCall(outbound, _kept(caller, callee), _kept(callee, caller), "4001", inbound)
        call = TakenOverCall(self.switch, self.switch._dialer, kept)
        for one, phone in ((kept.caller, caller), (kept.callee, callee)):
            call.take_up(one, Flow("udp", SWITCH, phone.address), callee=phone is callee)
        return call

    # What can happen

    def deliver(self, sender: Endpoint, at: int = 0) -> None:
        """The message at this place of the wire comes."""
        wire = self.wires[sender]
        flow, data, _ = wire[at]
        del wire[at]
        to = next((one.endpoint for one in self.phones if one.address == flow.remote), self.switch.endpoint)
        to.receive(data, Flow("udp", flow.remote, flow.local), self.now)
        self.goes_on()

    def lose(self, sender: Endpoint) -> None:
        if self.losses < MAX_LOSSES:
            self.losses += 1
            self.wires[sender].popleft()

    def wait(self, seconds: float) -> None:
        """So much time passes. What is repeated goes onto the wires; nothing is on its way for too long."""
        if any(sent + MAX_DELAY_S < self.now for wire in self.wires.values() for _, _, sent in wire):
            self._deliver_all()
        until = self.now + seconds
        while True:
            due = min(one.timers.latest for one in self.endpoints)
            self.now = min(max(due, self.now), until)
            for endpoint in self.endpoints:
                endpoint.now = self.now
                if endpoint.timers.latest <= self.now:
                    endpoint.tick(self.now)
            self.goes_on()
            if self.now >= until:
                return

    def perform(self, command: Command[None]) -> None:
        """Begin to carry it out."""

        async def carry_out(work: Coroutine[Any, Any, None]) -> None:
            with suppress(CallError):
                await work

        self.switch.endpoint.now = self.now
        self.tasks.append(self.loop.create_task(carry_out(self.switch.perform(command))))
        self.goes_on()

    def goes_on(self) -> None:
        """Commands take notice, and what was written is on the wires."""
        if self.tasks:
            self.loop.run_until_complete(_turns())
            self.tasks = [one for one in self.tasks if not one.done() or one.result()]
        for endpoint, wire in self.wires.items():
            wire.extend((flow, data, self.now) for flow, data in endpoint.outbox)
            endpoint.outbox.clear()

    def settle(self) -> None:
        """All is delivered, everybody answers, and time passes until nothing is tried again."""
        until = self.now + LONG_S
        while self.now < until:
            while self._deliver_all() or self._answer_all():
                pass
            due = min(one.timers.latest for one in self.endpoints)
            waits = any(phone.waits_to_retry for phone in self.phones)
            if due == inf and not self.tasks and not waits:
                break
            self.wait(1.0 if due == inf else max(due - self.now, 0.05))
        self.goes_on()

    def _deliver_all(self) -> bool:
        some = False
        for sender, wire in self.wires.items():
            while wire:
                self.deliver(sender)
                some = True
        return some

    def _answer_all(self) -> bool:
        ringing = [phone for phone in self.phones if phone.rings is not None]
        for phone in ringing:
            phone.answer()
        self.goes_on()
        return bool(ringing)

    def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        self.loop.run_until_complete(_turns())
        self.loop.close()

    # What has to be so

    def check_settled(self) -> None:
        """After `settle`: nothing is open, and the two phones have the same in mind."""
        for phone in self.phones:
            assert not phone.faults, (phone.name, phone.faults)
            assert (phone.invite, phone.update, phone.rings, phone.offered) == (None,) * 4
            assert phone.up is self.up, f"{phone.name} is {'in the call' if phone.up else 'not in the call'}"
        assert not self.tasks
        for endpoint in self.endpoints:
            assert not endpoint._clients and not endpoint._servers and not endpoint._unacked
        assert not self.call.turn.locked()
        if not self.up:
            assert self.switch.idle
            return
        for leg, phone in zip(self.legs, self.phones, strict=True):
            assert leg is not None and not leg.busy and not leg._offers._waiting and not leg._offers.retries
            says = direction_of(phone.local)
            if says != "inactive":  # that may be because of the other one
                assert leg.holds is (says == "sendonly"), (phone.name, says, leg.holds)
        assert not self.call.relay._take_back and not self.call.relay._unacked_offers
        if self.call.held_for:
            for phone in self.phones:
                assert not talks(phone), f"{phone.name} is on hold, and talks"

    def talk(self) -> None:
        """Whoever holds takes the call back; then each sends where the other one listens."""
        for phone in self.phones:
            if phone.up and direction_of(phone.local) in ("sendonly", "inactive") and phone.may_offer:
                phone.reinvite("sendrecv")
                self.goes_on()
                self.settle()
        for value in (self.call.call, self.call.inbound):
            if value is not None and value.id in self.call.held_for:
                self.perform(Retrieve(value.id))
                self.settle()
        self.check_settled()
        if not self.up:
            return
        assert not self.call.held_for
        for one, other in (self.phones, self.phones[::-1]):
            assert same_media(one.remote, other.local), (one.name, one.remote, other.local)
            heard = direction_of(one.remote), direction_of(other.local)
            assert heard == ("sendrecv", "sendrecv"), (one.name, heard)

    @property
    def up(self) -> bool:
        return live(self.call.call)

    def hold(self, callee: bool) -> None:
        self._command(Hold, callee)

    def retrieve(self, callee: bool) -> None:
        self._command(Retrieve, callee)

    def _command(self, command: type[Hold | Retrieve], callee: bool) -> None:
        value: Call | None = self.call.inbound if callee else self.call.call
        if value is not None:
            self.perform(command(value.id))


def talks(phone: ModelPhone) -> bool:
    """Has it been told to send its audio, and hears somebody?"""
    return direction_of(phone.remote) == "sendrecv" and direction_of(phone.local) == "sendrecv"


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _kept(phone: ModelPhone, other: ModelPhone) -> KeptLeg:
    """The leg of the phone's dialog, as of a call that has been up for a while."""
    one = phone.dialog
    dialog = KeptDialog(
        call_id=one.call_id,
        local=one.remote,
        local_tag=one.remote_tag,
        remote=one.local,
        remote_tag=one.local_tag,
        remote_target=f"sip:{phone.name}@127.0.0.1:{phone.address[1]}",
        contact=f"<{one.remote_target}>",
        local_cseq=1,
        remote_cseq=0,
        route_set=(),
        protocol="udp",
        host=phone.address[0],
        port=phone.address[1],
    )
    allowed = ("INVITE", "ACK", "CANCEL", "BYE", "UPDATE")
    described = other.local
    return KeptLeg(
        *(phone.name, SWITCH[0], dialog, phone.local, 1, 1, described, described),
        allowed=allowed,
        owns_call_id=not phone.owner,
    )
