"""The embedded switch: a registrar and a back-to-back user agent on one SIP endpoint.

This is its contract towards the Call Manager; what phones send is in `requests.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from offhook.address import AddressRules
from offhook.call import (
    CAN_DIAL,
    DOES_NOT_ANSWER,
    NOTHING,
    Call,
    Cause,
    DoNotDisturb,
    Feature,
    Features,
    Forward,
    ForwardWhen,
    Party,
    Pickup,
    TrunkState,
    live,
)
from offhook.common.dnssrv import AskSrv
from offhook.common.listening import bind_problem
from offhook.config import (
    EmbeddedSettings,
    GroupSettings,
    IncomingSettings,
    MediaSettings,
    TerminalSettings,
    TrunkSettings,
)
from offhook.errors import CallError, ConfigError, Refusal
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, Flow, Timing
from offhook.sip.transaction import answers
from offhook.sip.transport import ListenError, SipTransport
from offhook.switch.b2bua.allowed import CONTROL
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.callkeeping import CallKeeper, CallStore
from offhook.switch.b2bua.forwardings import Forwardings, ForwardingStore, KeptForwarding
from offhook.switch.b2bua.incoming import INCOMING
from offhook.switch.b2bua.number import printable
from offhook.switch.b2bua.switch import STOP_S
from offhook.switch.b2bua.unheard import UnheardEnd
from offhook.switch.base import (
    Door,
    ForwardingChanged,
    OtherSystems,
    TerminalChanged,
    TrunkChanged,
    away,
    in_a_circle,
    invalid_address,
    no_such_terminal,
)
from offhook.switch.embedded.admission import Admission
from offhook.switch.embedded.answering import ANSWER_S, Answering, AskedPhone
from offhook.switch.embedded.arrivals import Arrivals
from offhook.switch.embedded.clicked import ClickedCall
from offhook.switch.embedded.dialer import EmbeddedDialer
from offhook.switch.embedded.keeping import RegistrationKeeper
from offhook.switch.embedded.othersystems import OtherCalls
from offhook.switch.embedded.phonenotice import tell_phone
from offhook.switch.embedded.pickedbyhand import PicksByHand
from offhook.switch.embedded.ports import PhoneLogins, RegistrationStore
from offhook.switch.embedded.reachability import Reachability
from offhook.switch.embedded.registrar import Registrar
from offhook.switch.embedded.requests import PhoneRequests, party_of
from offhook.switch.embedded.systemflows import SystemFlows
from offhook.switch.embedded.takenelsewhere import taking
from offhook.switch.embedded.tls import shown_pair
from offhook.switch.embedded.unheard import Unheard, binding_of
from offhook.switch.embedded.watchable import Watchable
from offhook.switch.embedded.watchers import BUSY, IDLE, RINGING, Watchers
from offhook.switch.embedded.waysback import EmbeddedWaysBack
from offhook.switch.media.relay import MediaRelay
from offhook.switch.media.shell import EngineSocket, open_all
from offhook.switch.trunk.incoming import IncomingRules
from offhook.switch.trunk.trunks import Trunks
from offhook.switch.trunk.usage import UsageStore

CUT_OFF = "no phone answers this Call Manager just now; check its network, or try again in a moment"

ALLOWED_WITH_PHONE: Features = CAN_DIAL | {Feature.PICKUP}
ALWAYS_ALLOWED: Features = frozenset({Feature.FORWARD, Feature.DO_NOT_DISTURB})
"""What a terminal allows while its phone is registered, and what it allows without."""

RUN_OUT = "it did not answer any more, and its registration has run out"
"""What is told then of a terminal whose phones were silent."""

CAPABLE: Features = (
    CONTROL
    | ALLOWED_WITH_PHONE
    | ALWAYS_ALLOWED
    | INCOMING
    | {Feature.FORWARD_BUSY, Feature.FORWARD_NO_ANSWER, Feature.BY_HAND}
)
"""What every terminal here is capable of."""


class EmbeddedSwitch(PhoneRequests):
    """Implements `offhook.switch.base.Switch` with SIP phones that register here."""

    def __init__(
        self,
        terminals: Sequence[TerminalSettings],
        settings: EmbeddedSettings,
        timing: Timing | None = None,
        *,
        registrations: RegistrationStore | None = None,
        forwardings: ForwardingStore | None = None,
        calls: CallStore | None = None,
        groups: Sequence[GroupSettings] = (),
        trunks: Sequence[TrunkSettings] = (),
        rules: AddressRules | None = None,
        incoming: Sequence[IncomingSettings] = (),
        usage: UsageStore | None = None,
        ask_srv: AskSrv | None = None,
        media: MediaSettings | None = None,
    ) -> None:
        """`registrations`, `forwardings` and `calls` keep these over a restart; None: nothing does. `groups`
        are the terminals whose calls may be picked up at each other's phones. By `trunks` numbers outside are
        called, which are read by the site's dialling `rules`, and `incoming` says what calls from there ring;
        `usage` keeps how much has gone out. `media` names the engines that relay media, and when.

        Raises `ConfigError` for a certificate that cannot be used."""
        pair = shown_pair(settings)
        transport = SipTransport(
            Endpoint(timing or Timing()),
            *settings.listen,
            tls_listen=settings.tls_listen,
            tls_context=pair.context if pair is not None else None,
        )
        super().__init__(transport, settings.max_calls)
        self.settings, self._pair = settings, pair
        self.recall_s = settings.recall_s
        self.terminals = {terminal.id: _clean(terminal) for terminal in terminals}
        # Never a number outside: whoever holds a call would have it called, past the dial rules.
        self.music_on_hold = settings.music_on_hold if settings.music_on_hold in self.terminals else ""
        self.trunks = Trunks(
            *(self, transport, trunks, self.terminals, rules or AddressRules(), ask_srv, groups),
            on_change=lambda state: self._tell(TrunkChanged(state)),
            usage=usage,
            on_found=lambda: self.registrar.gateways_found(),
        )
        self.other_systems = OtherCalls(self, SystemFlows(transport, settings.listen.host, pair))
        self.registrar = Registrar(
            self.endpoint,
            self.terminals,
            settings,
            self._on_registered,
            transport.known,
            self._on_refused,
            self.trunks,
        )
        self.registrar.is_elsewhere = self.other_systems.has
        transport.on_closed = self.registrar.connection_lost
        self._admission = Admission(self.endpoint, self.registrar, settings.from_elsewhere, self.flow_to)
        self._unheard = Unheard(self.endpoint, lambda terminal: self.registrar.bindings(terminal))
        self.endpoint.is_peer = self._is_peer
        self.reachability = Reachability(
            *(self.endpoint, self.registrar, settings.qualify_s, settings.silent_s),
            *(self._on_silence, self.flow_to),
        )
        self._answering = Answering(transport, self._to_ask)
        self._dialer = EmbeddedDialer(
            self,
            self.reachability,
            self.terminals,
            self.flow_to,
            settings.no_answer_s,
            settings.terminal_answer_s,
            settings.silent_s,
            self.trunks,
            self.other_systems,
        )
        self._last_used: dict[str, float] = {}
        self._arrivals = Arrivals(
            self,
            self._dialer,
            IncomingRules(incoming, self.terminals, self._idle_since),
            self.terminals,
            self.trunks.owns,
            transport.reach,
            self.name_outside,
        )
        self.routing = self._forwardings = Forwardings(self.terminals, forwardings, self._on_forwarding)
        self._by_hand = PicksByHand(self.terminals, groups, settings.pickup_code)
        self._watchers = Watchers(
            self.endpoint,
            authenticate=self.registrar.authenticate,
            allows=self._admission.allows,
            may_watch=Watchable(self.terminals, groups, self.other_systems.has).may,
            state_of=self._shown,
            reach=self.registrar.reach,
            flow_to=self.flow_to,
            flow_for=self.flow_for,
        )
        self._makers: dict[str, str] = {}  # whose call it is, by its id
        self._calls_of: Counter[str] = Counter()
        self._keeper: RegistrationKeeper | None = None
        if registrations is not None:
            self._keeper = RegistrationKeeper(registrations, self.registrar, transport.now)
        if calls is not None:
            ways = EmbeddedWaysBack(
                *(self.terminals, self.trunks, transport, self.flow_for, self.other_systems)
            )
            self.keep_calls(CallKeeper(calls, self, ways, self._dialer))
        self._following: asyncio.Task[None] | None = None
        engines = media.rtpengine if media is not None else ()
        self._engines = [EngineSocket(one, self.endpoint, self._sending) for one in engines]
        if media is not None and engines:
            self.media = MediaRelay(
                *(media, self.endpoint, [one.engine for one in self._engines]),
                *(transport.pump.pass_on, lambda host, phone: self._relay_for(host, media, phone=phone)),
            )
            self.media.on_lost = self._media_lost
            self.media.is_emergency = self.trunks.is_emergency
            transport.pump.hold = self.media.hold

    def admit_phones(self, phones: PhoneLogins) -> None:
        """Let these phones log in as well. To be called before `start`."""
        self.registrar.phones = phones

    def dismiss_phone(self, terminal: str, phone: str) -> None:
        """A phone may log in no more: it is not registered any more, either."""
        with self._sending():
            self.registrar.dismiss(terminal, phone)
            self._watchers.leave(terminal)

    def tell_phone(self, terminal: str, phone: str, event: str, told: Callable[[int], None]) -> bool:
        """Send a phone a NOTIFY with this Event, outside of any dialog; `told` hears the status of its
        answer, 408 if there is none. False, and nothing is sent, if it is not registered."""
        with self._sending():
            found = [one for one in self.registrar.bindings(terminal) if one.phone == phone]
            if found:
                tell_phone(self.endpoint, found[-1], self.flow_to(found[-1].flow), terminal, event, told)
            return bool(found)

    # The contract

    async def start(self) -> None:
        try:
            await self._transport.start()
        except ListenError as error:
            key = "switch.embedded.tls_listen" if error.protocol == "tls" else "switch.embedded.listen"
            raise ConfigError("configuration", key, *bind_problem(error, *error.address, key)) from error
        if self._pair is not None:
            self._following = asyncio.get_running_loop().create_task(self._pair.follow())
        for terminal in self.terminals:
            self._tell(TerminalChanged(terminal, False))  # what it allows without its phone
        await self._forwardings.start()
        if self._keeper is not None:
            kept, known = await self._keeper.read()
            with self._sending():
                self.registrar.restore(kept, self.endpoint.now, time.time())
                self.registrar.remember(known)
            self._keeper.start()
        await open_all(self._engines)
        with self._sending():
            self.reachability.start()
            if self.media is not None:
                self.media.start()
        await self.trunks.start()
        if self.call_keeper is not None:
            found = await self.call_keeper.read()
            with self._sending():
                self.call_keeper.go_on(found)
            self.call_keeper.start()

    async def stop(self) -> None:
        self._stopping = True
        self._forwardings.stop()
        self.control.stop()
        kept = await self.call_keeper.stop() if self.call_keeper is not None else ()
        self.hold_nothing_back()
        with self._sending():
            for call in list(self._calls.values()):
                if call not in kept:
                    call.abandon(Cause.FAILURE)
            self.trunks.leave()
            busy = bool(self.endpoint.outbox)
        if busy:
            await asyncio.sleep(STOP_S)
        if self.media is not None:
            self.media.stop()
        for engine in self._engines:
            engine.close()
        await self.trunks.stop()
        if self._following is not None:
            self._following.cancel()
        if self._keeper is not None:
            await self._keeper.stop()
        await self._transport.stop()

    async def keep(self) -> None:
        for keeper in (self.call_keeper, self._keeper, self.trunks):
            if keeper is not None:
                await keeper.keep()

    async def leave(self) -> None:
        """Say nothing to anybody any more: calls and phones are another process's."""
        self._stopping = True
        self._forwardings.stop()
        self._transport.pump.may_act = lambda: False
        self.control.stop()
        self.hold_nothing_back()
        for keeper in (self.call_keeper, self._keeper):
            if keeper is not None:
                await keeper.leave()
        await self.trunks.abandon()
        if self.media is not None:
            self.media.stop()
        for engine in self._engines:
            engine.close()
        if self._following is not None:
            self._following.cancel()
        await self._transport.stop()

    def dial(self, terminal: str, address: str) -> Call:
        caller = self.terminals.get(terminal)
        if caller is None:
            raise no_such_terminal(terminal)
        self.check_call(terminal, address)
        if self._answering.none and self._knows_options(terminal):
            raise CallError(Refusal.UNAVAILABLE, CUT_OFF, retry_s=ANSWER_S)
        with self._sending():
            line = self.line_for(terminal)
            if line is None and not self.in_service(terminal):
                raise self._away(terminal)
            call = ClickedCall(self, self._dialer, party_of(caller), address)
            if call.comes_to_nothing():
                return call.call
            if line is not None:
                call.begin_with(line)
            elif not call.begin():
                raise self._away(terminal)
            begun = call.call  # sending may fail at once, and end it: that is told as an event
        return begun

    async def forward(self, command: Forward) -> None:
        terminal = command.terminal
        self._check_terminal(terminal)
        for one in command.forwardings:
            if one.address == terminal or not self._can_be_called(one.address):
                raise invalid_address(terminal, one.address)
            if one.when is ForwardWhen.ALWAYS and self._forwardings.leads_back(terminal, one.address):
                raise in_a_circle(terminal, one.address)
        await self._forwardings.forward(terminal, command.forwardings)

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        self._check_terminal(command.terminal)
        await self._forwardings.disturb(command.terminal, not_any_more=command.on)

    async def pickup(self, command: Pickup) -> Call:
        number, taker = command.target, self.terminals.get(command.terminal)
        if taker is None or not self.other_systems.has(number):
            return await super().pickup(command)
        self.check_call(taker.id, number)
        with self._sending():
            call = taking(self, self._dialer, self.other_systems, party_of(taker), number)
            if not call.begin():
                raise self._away(taker.id)
            return call.call

    def capabilities(self, terminal: str) -> Features:
        if terminal not in self.terminals:
            return NOTHING
        group = self._by_hand.group_of(terminal)
        # Where colleagues are elsewhere, too, it is for the Call Manager to find what rings.
        here = group and not any(map(self.other_systems.has, group))
        return CAPABLE | {Feature.PICKUP_GROUP} if here else CAPABLE

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is not None:
            return super().features(terminal, call)
        if terminal not in self.terminals:
            return NOTHING
        return ALWAYS_ALLOWED | ALLOWED_WITH_PHONE if self.in_service(terminal) else ALWAYS_ALLOWED

    def check_call(self, terminal: str, address: str) -> None:
        self._check_dial(terminal, address, (terminal,))
        if self._calls_of[terminal] >= self.settings.max_dialled_of_one:
            raise CallError(
                Refusal.OVERLOADED, f"phone {terminal} has {self._calls_of[terminal]} calls; end some of them"
            )
        if self.other_systems.has(address):
            self.other_systems.check(address)
        elif address not in self.terminals:
            self.trunks.check(address)

    def consultation(self, terminal: str, address: str) -> ClickedCall:
        self.check_call(terminal, address)
        return ClickedCall(self, self._dialer, party_of(self.terminals[terminal]), address)

    def is_colleague(self, number: str) -> bool:
        return self.other_systems.has(number)

    def know_others(self, others: OtherSystems) -> None:
        self.other_systems.flows.systems = others

    def colleague_changed(self, terminal: str) -> None:
        if self._watchers.is_watched(terminal):  # so its ports are open; it may not have started yet
            with self._sending():
                self._watchers.changed(terminal)

    @property
    def door(self) -> Door | None:
        listen = self.settings.listen
        if listen != listen.here:
            return None
        return Door(*self.address(), self.other_systems.key, self.other_systems.flows.secure)

    def trunk_states(self) -> list[TrunkState]:
        self.endpoint.now = self._transport.now()
        return [trunk.state for trunk in self.trunks.all]

    def _knows_options(self, terminal: str) -> bool:
        return self._answering.has_answered(terminal) or self.reachability.knows_options(terminal)

    async def reached(self) -> bool:
        return await self._answering.any()

    def figures(self) -> Mapping[str, int]:
        return {
            "registrations": sum(1 for _ in self.registrar.all()),
            "held_up_phones": self.registrar.held_up(self._transport.now()),
        }

    def in_service(self, terminal: str) -> bool:
        return bool(self.reachability.phones(terminal))

    def _away(self, terminal: str) -> CallError:
        self.reachability.look(terminal)
        if not self.reachability.is_away(terminal):
            return away(terminal)
        return CallError(
            Refusal.TERMINAL_UNAVAILABLE,
            f"phone {terminal} is {DOES_NOT_ANSWER}; check its power and its network",
        )

    def address(self, protocol: str = "udp") -> tuple[str, int]:
        """Where phones register: `protocol` is udp, tcp or tls."""
        if protocol == "tls":
            return self._transport.local("tls")
        return self._transport.local("tcp" if protocol == "tcp" else "udp")

    # What calls need (`CallHost`)

    def adopt(self, call_id: str, call: B2buaCall) -> None:
        super().adopt(call_id, call)
        if call_id == call.call.id and call_id not in self._makers:
            self._makers[call_id] = call.call.terminal
            self._calls_of[call.call.terminal] += 1

    def release(self, call_id: str) -> None:
        terminal = self._terminal_of.get(call_id, "")
        super().release(call_id)
        if terminal:
            self._last_used[terminal] = self.endpoint.now
            self._watchers.changed(terminal)
        maker = self._makers.pop(call_id, None)
        if maker is not None:
            self._calls_of[maker] -= 1

    def publish(self, call: Call) -> None:
        super().publish(call)
        self._watchers.changed(call.terminal)
        if self.other_systems.has_calls and (one := self.find(call.id)) is not None:
            self.other_systems.ends.tell(one)

    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        """The dialog's flow; where that was a connection which is gone, the phone's new one."""
        if not terminal:
            if not dialog.flow.id or self._transport.is_open(dialog.flow):
                return dialog.flow
            return self.other_systems.flows.again(dialog) or self.trunks.flow_for(dialog)
        if dialog.flow.id and not self._transport.is_open(dialog.flow):
            return binding_of(self.registrar.bindings(terminal), dialog) or dialog.flow
        return dialog.flow

    def retry_end(self, end: UnheardEnd) -> None:
        """The phone is away: it is told once it is heard of, or it would stay in the call."""
        self._unheard.add(end)

    def _to_ask(self) -> list[AskedPhone]:
        return [
            AskedPhone(terminal, one.uri, self.flow_to(one.flow)) for terminal, one in self.registrar.all()
        ]

    def flow_to(self, flow: Flow) -> Flow:
        """The flow with the address from which we reach its remote."""
        return self._transport.flow("udp", flow.remote) if flow.protocol == "udp" else flow

    def _relay_for(self, host: str, media: MediaSettings, *, phone: bool) -> str:
        """When the media of a phone or provider there are relayed."""
        found = None if phone else next((one for one in self.trunks.all if one.is_from(host)), None)
        return (found.settings.relay if found is not None else "") or media.relay

    def _idle_since(self, terminal: str) -> float | None:
        """When the terminal had its last call, 0 for never; None while it has one."""
        return None if self._at.get(terminal) else self._last_used.get(terminal, 0.0)

    def _shown(self, terminal: str) -> str:
        """What a colleague's key shows."""
        there = [call.value(call_id) for call_id, call in self._at.get(terminal, {}).items()]
        calls = [one for one in (*there, *self.other_systems.calls(terminal)) if one and live(one)]
        if any(one.rings_here for one in calls):
            return RINGING
        return BUSY if calls else IDLE

    def _is_peer(self, asked: Flow, came: Flow) -> bool:
        return answers(asked, came) or self.trunks.is_peer(asked, came)

    def _party(self, terminal: str) -> Party | None:
        found = self.terminals.get(terminal)
        return None if found is None else party_of(found)

    @property
    def _incoming(self) -> Features:
        return INCOMING

    def _group_of(self, terminal: str) -> Collection[str]:
        return self._by_hand.group_of(terminal)

    def _check_terminal(self, terminal: str) -> None:
        if terminal not in self.terminals:
            raise no_such_terminal(terminal)

    def _on_forwarding(self, terminal: str, kept: KeptForwarding) -> None:
        self._tell(ForwardingChanged(terminal, kept.forwardings, kept.do_not_disturb))

    def _on_registered(self, terminal: str, in_service: bool) -> None:
        was_silent = self.reachability.is_away(terminal)
        self.reachability.registered(terminal)
        self._tell(TerminalChanged(terminal, in_service, RUN_OUT if was_silent and not in_service else ""))

    def _on_silence(self, terminal: str) -> None:
        silent = self.reachability.is_away(terminal)
        self._tell(TerminalChanged(terminal, self.in_service(terminal), DOES_NOT_ANSWER if silent else ""))
        if not silent:
            self.look_after_calls(terminal)

    def _on_refused(self, terminal: str, why: str) -> None:
        self._tell(TerminalChanged(terminal, False, why))


def _clean(terminal: TerminalSettings) -> TerminalSettings:
    return replace(terminal, name=printable(terminal.name))
