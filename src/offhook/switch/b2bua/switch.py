"""The base of the drivers that speak SIP: an endpoint, the calls and their legs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import Any

from offhook.call import (
    CAN_DIAL,
    NOTHING,
    Call,
    CallCommand,
    Cause,
    Command,
    Complete,
    Consult,
    Dial,
    Drop,
    Dtmf,
    Feature,
    Features,
    Hold,
    Party,
    Result,
    Retrieve,
    Swap,
    Transfer,
    live,
    with_members,
)
from offhook.errors import CallError
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.allowed import can_return, control_features
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.callkeeping import CallKeeper
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.b2bua.control import CallControl
from offhook.switch.b2bua.direction import directed
from offhook.switch.b2bua.incoming import INCOMING, IncomingCalls
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.number import callable_number
from offhook.switch.b2bua.outputcommit import OutputCommit
from offhook.switch.b2bua.recall import Recall
from offhook.switch.b2bua.refer import on_refer
from offhook.switch.b2bua.renewedcall import SILENCE
from offhook.switch.b2bua.routing import NO_ROUTING, Routing
from offhook.switch.b2bua.toldlater import ToldLater
from offhook.switch.b2bua.unheard import Cancels, Endings, NoCancels, NoEndings, UnheardEnd
from offhook.switch.b2bua.useragent import ALLOW
from offhook.switch.base import (
    CallChanged,
    CallOutside,
    invalid_address,
    no_such_call,
    stopping,
    too_many_calls,
    unsupported,
)
from offhook.switch.media.legmedia import LegMedia
from offhook.switch.media.relay import MediaRelay

SUPPORTED = frozenset({"timer"})
"""Extensions that a peer may require of us."""

STOP_S = 0.3
"""How long stopping waits for the answers to its last requests (BYE, CANCEL ...)."""


class Sending:
    """At the end of a `with` it sends what is in the outbox. (A generator would take three times as long.)"""

    __slots__ = ("_transport",)

    def __init__(self, transport: SipTransport) -> None:
        self._transport = transport

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._transport.flush()


class SipSwitch(IncomingCalls):
    """Base of the SIP drivers. It implements what calls need of a switch (`CallHost`)."""

    def __init__(self, transport: SipTransport, max_calls: int) -> None:
        super().__init__()
        self._transport, self._max_calls = transport, max_calls
        self._sends = Sending(transport)
        self.endpoint = endpoint = transport.endpoint
        endpoint.on_request = self._on_request
        endpoint.on_ack = self._on_ack
        endpoint.on_cancel = self._on_cancel
        endpoint.on_ack_timeout = self._on_ack_timeout
        endpoint.takes_ack = self._takes_ack
        self.routing: Routing = NO_ROUTING
        self.legs: dict[tuple[str, str, str], Leg] = {}
        self.media: MediaRelay | None = None
        """What relays the media of phones that are not reached otherwise; None: nothing does."""
        self.begun: set[Leg] | None = None
        self.endings: Endings = NoEndings()
        self.cancels: Cancels = NoCancels()
        self.call_keeper: CallKeeper | None = None
        """What keeps calls that are up for whoever goes on with them; None: nothing does."""
        self._commit: OutputCommit | None = None
        self._calls: dict[str, B2buaCall] = {}
        self._at: dict[str, dict[str, B2buaCall]] = {}  # the calls of each terminal, the oldest first
        self._terminal_of: dict[str, str] = {}
        self._held_at: dict[str, set[str]] = {}  # the ids of those that were put on hold through us
        self._later = ToldLater(endpoint, self.publish)
        self.control = CallControl(self)
        self._draining = False
        self._stopping = False
        """No new calls: nobody would clear them, and phones would ring on."""

    music_on_hold = ""
    """The number of what plays it; "": phones and PBXs do as they do by themselves."""

    recall_s = 0.0
    """How long the target of a transfer may ring until who has transferred is rung again; 0: never."""

    repeats_answers = False
    """Is an answer in an ACK inside of a dialog to be offered once more? An Asterisk that lets its phones
    send their audio directly passes on what it is offered there, and not what it is answered."""

    def own_silence(self, leg: Leg) -> bytes:
        """What the phone of who holds is offered: it sends nothing, and hears nothing."""
        return directed(leg.origin.described, "inactive")

    # The contract

    def act_while(self, may_act: Callable[[], bool]) -> None:
        self._transport.pump.may_act = may_act

    def drain(self) -> None:
        self._draining = True

    def drop(self, call_id: str) -> None:
        call = self._calls.get(call_id)
        if call is None:
            raise no_such_call(call_id)
        with self._sending():
            call.drop(call_id)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is None:
            return CAN_DIAL if self.in_service(terminal) else NOTHING
        ours = self._calls.get(call.id)
        allowed = NOTHING if ours is None else ours.features_of(call)
        if Feature.ANSWER in allowed:  # it rings
            allowed -= INCOMING - self._incoming
            if not self._can_answer(terminal):
                allowed -= {Feature.ANSWER}
        return allowed

    @property
    def _controls(self) -> bool:
        """Are both legs of a call with us, so that it can be held, transferred ...?"""
        return True

    def _control(self, command: CallCommand[Any]) -> CallControl:
        if not self._controls:
            raise unsupported(command)
        return self.control

    def unknown(self, command: CallCommand[Any]) -> CallError:
        """What a command for a call is answered that is none of ours."""
        return no_such_call(command.call)

    async def hold(self, command: Hold) -> None:
        await self._control(command).hold(command)

    async def retrieve(self, command: Retrieve) -> None:
        await self._control(command).retrieve(command)

    async def swap(self, command: Swap) -> None:
        await self._control(command).swap(command)

    async def transfer(self, command: Transfer) -> None:
        await self._control(command).transfer(command)

    async def consult(self, command: Consult) -> Call:
        return await self._control(command).consult(command)

    async def complete(self, command: Complete) -> None:
        await self._control(command).complete(command)

    async def dtmf(self, command: Dtmf) -> None:
        await self._control(command).dtmf(command)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return not self._calls and not self.legs

    def _check_dial(self, terminal: str, address: str, own_numbers: Collection[str]) -> None:
        """Raises `CallError` when the terminal cannot dial this, or when there are too many calls."""
        if not callable_number(address) or address in own_numbers:
            raise invalid_address(terminal, address)
        if len(self._calls) >= self._max_calls:
            raise too_many_calls()
        if self._stopping:
            raise stopping()

    @abstractmethod
    def check_call(self, terminal: str, address: str) -> None:
        """Raises `CallError` if the terminal cannot call this address now."""

    @abstractmethod
    def consultation(self, terminal: str, address: str) -> ClickToDialCall:
        """A call of the terminal to this address, not begun yet. Raises `CallError`."""

    def sending(self) -> AbstractContextManager[None]:
        """For work outside of the endpoint's callbacks."""
        return self._sending()

    def send_now(self) -> None:
        """Send what phones wait for, before anybody is told of it: that takes longer, the more who watch."""
        self._transport.flush()

    def _sending(self) -> Sending:
        """For work outside of the endpoint's callbacks: sets its clock before, sends its outbox after."""
        self._update_clock()
        return self._sends

    def _update_clock(self) -> None:
        self.endpoint.now = self._transport.now()

    # What calls need (`CallHost`)

    @abstractmethod
    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        """The flow by which a phone of the terminal is reached in a dialog now."""

    @abstractmethod
    def retry_end(self, end: UnheardEnd) -> None:
        """Nobody answered a BYE or CANCEL: it may be sent again."""

    def may_be_silent(self, leg: Leg) -> bool:
        """Does this leg's phone talk, so that it is asked again when it leaves a request unanswered?"""
        return isinstance(leg.owner, B2buaCall) and leg.owner.may_be_silent(leg)

    def ask(self, leg: Leg) -> None:
        """Ask it by a re-INVITE with what it has: who has left the call refuses that (481)."""
        call = leg.owner
        if not isinstance(call, B2buaCall):
            return
        if call.changing or leg.busy:  # a command says what it is to have next
            leg.asked_later()
        else:
            call.renew(leg)

    def look_after_calls(self, terminal: str) -> None:
        """The terminal's phone was not reached for a while: what has been hung up meanwhile, there or at the
        other end, was not heard of. Both phones of its calls are asked, unless they just are."""
        for call in list(self._at.get(terminal, {}).values()):
            for leg in (call.caller_leg, call.callee_leg):
                if (
                    leg is not None
                    and self.may_be_silent(leg)
                    and not (leg.ended or leg.busy or call.changing)
                ):
                    call.renew(leg)

    def phone_is_back(self, terminal: str) -> None:
        """A phone of the terminal has registered: it is asked now whether it is in its calls still."""
        for call in list(self._at.get(terminal, {}).values()):
            for leg in (call.caller_leg, call.callee_leg):
                if leg is not None and leg.terminal == terminal:
                    leg.is_back()

    def keep_calls(self, keeper: CallKeeper) -> None:
        """Keep calls by this. To be called before `start`."""
        self.call_keeper = keeper
        if keeper.holds_s:
            self._commit = OutputCommit(
                keeper.keep_answered, keeper.holds_s, self._transport.pump.pass_now, self._publish_kept
            )
            self._transport.pump.waits = self._commit.holds

    def answered(self, call: B2buaCall) -> None:
        """Somebody answers this call: it may have to be kept before anybody hears of it."""
        if self._commit is not None and self.call_keeper is not None:
            self.call_keeper.answered(call)
            self._commit.answered(call)

    def hold_nothing_back(self) -> None:
        """What waits to be kept is sent and told: it ends."""
        if self._commit is not None:
            self._commit.release()

    def _publish_kept(self, call: Call) -> None:
        with self._sending():
            self._publish_now(call)

    async def perform(self, command: Command[Result]) -> Result:
        result = await super().perform(command)
        if self._commit is not None and not isinstance(command, Dial | Drop):
            await self._commit.committed()  # what it has changed is told before the reply
        return result

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is. One without a terminal of ours is told of if one pays for it."""
        self._later.catch_up(call.id)
        if self._commit is not None and self._commit.holds_back(self._calls.get(call.id), call):
            self._note(call.id)
        else:
            self._publish_now(call)

    def _publish_now(self, call: Call) -> None:
        if call.terminal:
            event = CallChanged(call)
            for listener in self._listeners:  # as `_tell` does, which is never compiled
                listener(event)
        elif call.redirecting is not None:  # see `PublishedCall.note_payer`
            self._tell(CallOutside(with_members(call, terminal=call.redirecting.id)))
        partner = self._calls.get(call.related) if not live(call) else None
        if partner is not None:
            partner.change(call.related, related="", consultation=False)
        self._note(call.id)

    def left_behind(self) -> Mapping[str, bytes]:
        return {} if self.call_keeper is None else self.call_keeper.left

    def take_up(self, left: Mapping[str, bytes]) -> None:
        if self.call_keeper is not None:
            with self._sending():
                self.call_keeper.take_up(left)

    def _note(self, call_id: str) -> None:
        call = self._calls.get(call_id)
        if call is not None and self.call_keeper is not None:
            self.call_keeper.note(call)

    def _note_leg(self, request: Request) -> None:
        """A phone may have described itself anew."""
        if self.call_keeper is None or not request.body:
            return
        leg = self.legs.get(dialog_key(request))
        if leg is not None and isinstance(leg.owner, B2buaCall):
            self.call_keeper.note(leg.owner)

    def publish_later(self, call: Call) -> None:
        """Tell of a call as it now is, but only a moment later (`ToldLater`)."""
        self._later.add(call)

    def adopt(self, call_id: str, call: B2buaCall) -> None:
        """A call by this id is dropped through `call`."""
        self._calls[call_id] = call
        value = call.value(call_id)
        if value is not None:
            self._at.setdefault(value.terminal, {})[call_id] = call
            self._terminal_of[call_id] = value.terminal
            if call_id in call.held_for:
                self.note_held(call_id)

    def note_held(self, call_id: str) -> None:
        """See `Publisher`; until the call is over, though it may be taken back from hold meanwhile."""
        terminal = self._terminal_of.get(call_id)
        if terminal is not None:
            self._held_at.setdefault(terminal, set()).add(call_id)

    def release(self, call_id: str) -> None:
        """The call by this id is over."""
        self._note(call_id)
        self._calls.pop(call_id, None)
        terminal = self._terminal_of.pop(call_id, "")
        there = self._at.get(terminal)
        if there is not None:
            there.pop(call_id, None)
            if not there:
                del self._at[terminal]
        held = self._held_at.get(terminal)
        if held is not None:
            held.discard(call_id)
            if not held:
                del self._held_at[terminal]

    def is_colleague(self, number: str) -> bool:
        """See `Publisher`. A driver is the only one as a rule."""
        return False

    def find(self, call_id: str) -> B2buaCall | None:
        """The live call with this id."""
        return self._calls.get(call_id)

    def others(self, value: Call) -> list[tuple[B2buaCall, Call]]:
        """The other live calls of its terminal, each with its value there, the oldest first."""
        there = self._at.get(value.terminal, {})
        found = [(call, call.value(call_id)) for call_id, call in there.items() if call_id != value.id]
        return [(call, other) for call, other in found if other is not None]

    def control_features(self, call: B2buaCall, value: Call) -> Features:
        """What can be done with two legs, once they are up."""
        return control_features(call, value, self.others(value))

    def phone_free(self, line: Line, related: str, *, taken_back: bool) -> None:
        """A call that had the line's phone is over: another one gets it."""
        self.control.phone_free(line, related, taken_back=taken_back)

    def number_of(self, terminal: str) -> str:
        """The number that rings this terminal; "" if there is none."""
        party = self._party(terminal)
        return "" if party is None else party.id

    def recall(self, call: B2buaCall, transferor: Leg, transferee: Leg, target: Party, cause: Cause) -> bool:
        """Ring who has transferred a call whose target does not come. False where that is not done."""
        number = self.number_of(transferor.terminal)
        if not self.recall_s or not number or transferee.ended or self._stopping:
            return False
        begun = Recall(call, transferor, number, transferee, target, cause).begin()
        if begun:
            transferee.offer(directed(transferee.origin.described, SILENCE), lambda *_: None)
            call.entertain(transferee, transferor.terminal)
        return begun

    def hang_up(self, leg: Leg, line: Line | None) -> None:
        """A phone has left its call: it is hung up, or goes to another call that it has."""
        if line is not None and line.calls and not leg.ended:
            self.control.phone_free(line, "", taken_back=False)
        else:
            leg.end()

    def line_for(self, terminal: str) -> Line | None:
        """The phone of the terminal that a new call can be made with, as it only has calls on hold."""
        if terminal not in self._held_at:  # as nearly always: not one of its calls need be looked at
            return None
        for call_id, call in reversed(self._at.get(terminal, {}).items()):
            if call_id not in call.held_for:
                continue
            leg = call.leg_of(call_id)
            free = call.transfer is None and not call.turn.locked()
            if leg is not None and free and can_return(call, call_id):
                return call.lines.get(call_id) or Line(leg, call, call_id)
        return None

    async def _answered_on(self, line: Line, call: B2buaCall) -> bool:
        return await self.control.answer_on(line, call)

    def phone_gone(self, line: Line, cause: Cause) -> None:
        """The line's phone is not there any more."""
        self.control.phone_gone(line, cause)

    def refer(self, call: B2buaCall, leg: Leg, transaction: ServerTransaction) -> None:
        """A phone asks for a transfer of its call."""
        on_refer(call, leg, transaction, self.legs, self.may_call)

    # What phones send

    @abstractmethod
    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        """A request came in."""

    @abstractmethod
    def _admits(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """May a request inside of the leg's dialog be looked at? If not, it has been answered."""

    @abstractmethod
    def _takes_ack(self, invite: ServerTransaction, ack: Request, flow: Flow) -> bool:
        """May the ACK of our 2xx come by this flow?"""

    def _in_dialog(self, transaction: ServerTransaction, request: Request, *, waited: bool = False) -> None:
        key = dialog_key(request)
        leg = self.legs.get(key)
        dialog = None if leg is None else leg.dialog_with(key)
        if leg is None or dialog is None:
            media = None if waited else self.media
            if media is None or not media.after(
                request, lambda: self._in_dialog(transaction, request, waited=True)
            ):
                self._respond(transaction, 481)
        elif not self._admits(leg, dialog, transaction):
            pass
        elif status := dialog.receive_request(request):
            self._respond(transaction, status)
        elif leg.media is None:
            self._admitted_in(leg, dialog, transaction)
        else:
            leg.media.receive(request, lambda: self._admitted_in(leg, dialog, transaction))

    def _admitted_in(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> None:
        request = transaction.request
        if transaction.final:
            return  # it was cancelled while a media engine was asked
        if leg.dialog is None:
            leg.answer_early(transaction, dialog)
        elif request.method == "PRACK":
            self._respond(transaction, leg.prack(request))
        elif leg.ended:
            # It waits for the phone's ACK before its BYE may go out, and has no say in the call any more:
            # after a transfer that is the call of others.
            self._respond(transaction, 200 if request.method == "BYE" else 481)
            if request.method == "BYE":
                leg.bye_received()
        else:
            leg.owner.on_request(leg, transaction, request)
        self._note_leg(request)

    def _on_ack(self, request: Request, _flow: Flow, _now: float) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is None:
            return
        if leg.media is None:
            leg.ack_received(request)
        else:
            leg.media.receive(request, lambda: leg.ack_received(request))
        self._note_leg(request)

    def _media_lost(self, lost: LegMedia) -> None:
        """A media engine does not have this leg any more: it is offered anew what it has."""
        leg = lost.leg
        if isinstance(leg, Leg) and isinstance(leg.owner, B2buaCall) and not leg.ended:
            with self._sending():
                leg.owner.agree_anew(leg)

    def _on_cancel(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None and leg.incoming_invite is invite:
            leg.owner.on_cancel(leg)

    def _on_ack_timeout(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None:
            leg.ack_missing()

    def _leg_of(self, invite: ServerTransaction) -> Leg | None:
        request = invite.request
        return self.legs.get((request.call_id, invite.local_tag, request.from_tag))

    def _respond(self, transaction: ServerTransaction, status: int, reason: str = "") -> None:
        response = make_response(transaction.request, status, reason)
        if status in (200, 405):
            response.headers.set("Allow", ALLOW)
            response.headers.set("Supported", ", ".join(SUPPORTED))
        self.endpoint.respond(transaction, response, self.endpoint.now)
