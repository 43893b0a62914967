"""Any SIP PBX: calls are made as its users, with their accounts there."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from offhook.call import CAN_DIAL, CAN_DROP, NOTHING, Call, CallCommand, Cause, Feature, Features, Party
from offhook.common.dnssrv import AskSrv
from offhook.common.listening import bind_problem
from offhook.common.network import same_host
from offhook.config import PbxSettings, TerminalSettings
from offhook.errors import CallError, ConfigError, Refusal
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction, Timing
from offhook.sip.message import Request
from offhook.sip.transaction import answers
from offhook.sip.transport import ListenError, SipTransport
from offhook.sip.uas import refusal
from offhook.switch.b2bua.allowed import CONTROL
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.called import CalledSide
from offhook.switch.b2bua.callkeeping import CallKeeper, CallStore
from offhook.switch.b2bua.clicktodial import ClickToDialCall
from offhook.switch.b2bua.direction import directed
from offhook.switch.b2bua.forwardings import Forwardings, ForwardingStore, KeptForwarding
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.number import printable
from offhook.switch.b2bua.sdp import black_hole
from offhook.switch.b2bua.switch import STOP_S, SUPPORTED
from offhook.switch.b2bua.unheard import UnheardEnd
from offhook.switch.b2bua.useragent import METHODS, OUTSIDE
from offhook.switch.base import ForwardingChanged, TerminalChanged, no_such_terminal, not_now
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.call import PbxCall
from offhook.switch.pbx.commands import PbxCommands
from offhook.switch.pbx.diagnostics import Diagnosis
from offhook.switch.pbx.dialer import PbxDialer
from offhook.switch.pbx.featurecodes import FeatureCodes
from offhook.switch.pbx.presence import Presence
from offhook.switch.pbx.refercall import ReferCall
from offhook.switch.pbx.tls import client_context
from offhook.switch.pbx.watching import Watching
from offhook.switch.pbx.waysback import PbxWaysBack
from offhook.switch.upstream.origin import is_expected
from offhook.switch.upstream.servers import Servers

logger = logging.getLogger(__name__)

START_S = 2.0
"""How long starting waits until the PBX has told of every phone; it goes on without."""

PACE_S = 0.01
"""Between requests for two accounts or two calls: a PBX need not take thousands at once."""

MAX_UNHEARD = 1000
"""BYEs that are kept for a PBX that is away; the oldest are dropped first."""

ACCEPTED = (*METHODS, "NOTIFY")
"""What the PBX may ask of us."""

CONTROL_ONLY = "This registration only controls"
"""Why our own registration takes no call. A proxy that forks prefers a phone's refusal to our 501 (§16.7)."""


OURS: Features = frozenset({Feature.REJECT, Feature.REDIRECT})
"""What can be done with a call that rings, if it was made through us. Of any other one the PBX only tells."""


class PbxSwitch(PbxCommands):
    """Implements `offhook.switch.base.Switch` with phones of a PBX that is there already."""

    def __init__(
        self,
        accounts: Sequence[TerminalSettings],
        settings: PbxSettings,
        ask_srv: AskSrv | None = None,
        timing: Timing | None = None,
        *,
        forwardings: ForwardingStore | None = None,
        calls: CallStore | None = None,
    ) -> None:
        """`forwardings` keeps over a restart what was set here, `calls` keeps calls for another Call Manager;
        None: nothing does.

        Raises `ConfigError` for a missing server and for an authority that cannot be used."""
        if not settings.servers:
            raise ConfigError(
                "configuration", "switch.pbx.server", "is missing", 'name the PBX, like "pbx.example"'
            )
        transport = SipTransport(
            Endpoint(timing or Timing()), *settings.listen, tls_client_context=client_context(settings)
        )
        super().__init__(transport, settings.max_calls)
        self.settings = settings
        self.music_on_hold, self.recall_s = settings.music_on_hold, settings.recall_s
        self.endpoint.is_peer = self._is_peer
        transport.is_trusted = lambda host: any(same_host(host, one) for one in self.servers.hosts)
        transport.on_connected = self._on_connected
        transport.on_disconnected = lambda flow: self.servers.lost(flow.remote)
        transport.on_unreachable = lambda flow, error: self.servers.unreachable(flow.remote, error)
        self.servers = Servers(self.endpoint, transport, settings, self._on_servers, ask_srv)
        self.accounts = {
            own.id: Account(_clean(own), settings, self.servers, self.endpoint) for own in accounts
        }
        self._dialer = PbxDialer(self, self.accounts, self.servers, settings, self._note_call_id)
        self._presence = {
            account.id: Presence(account, self.endpoint, self.servers, settings, self._on_presence)
            for account in self.accounts.values()
        }
        self._watching: Watching | None = None
        if settings.dialog_events:
            self._watching = Watching(
                self.accounts.values(), self.endpoint, self.servers, self._name_of, self.publish
            )
        self._codes = FeatureCodes(settings.codes, picks_up=settings.mode == "calls")
        self._code_calls, self._setting = set(), set()
        self._forwardings = Forwardings(self.accounts, forwardings, self._on_forwarding)
        self._known = asyncio.Event()
        self._unheard: deque[Callable[[], None]] = deque(maxlen=MAX_UNHEARD)
        self._busy: dict[str, set[str]] = {}  # the terminals at which a call of ours is

        if calls is not None:
            ways = PbxWaysBack(
                *(self.accounts, transport, self.endpoint, settings.ping_s, self._note_call_id)
            )
            self.keep_calls(CallKeeper(calls, self, ways, self._dialer))

    repeats_answers = True

    def own_silence(self, leg: Leg) -> bytes:
        """What is "inactive" or "sendonly" makes a PBX play its music, which is for the other party only. So
        the phone may send, to where nobody listens."""
        return directed(black_hole(leg.origin.described), "recvonly")

    # The contract

    async def start(self) -> None:
        try:
            await self._transport.start()
        except ListenError as error:
            key = "switch.pbx.listen"
            what, fix = bind_problem(error, *error.address, key)
            raise ConfigError("configuration", key, what, f"{fix}; port 0 takes any free one") from error
        if self._codes.features:
            for terminal in self.accounts:
                self._tell(TerminalChanged(terminal, False))  # what it allows without its phone
            await self._forwardings.start()
        self._update_clock()
        await self.servers.start()
        if self.call_keeper is not None:
            found = await self.call_keeper.read()
            with self._sending():
                self.call_keeper.go_on(found)
            self.call_keeper.start()
        self._update_clock()
        for at, presence in enumerate(self._presence.values()):
            self.endpoint.after(at * PACE_S, presence.ask)
        if self._watching is not None:
            self._watching.start()
        self._transport.flush()
        try:
            async with asyncio.timeout(START_S):
                while any(presence.registered is None for presence in self._presence.values()):
                    self._known.clear()
                    await self._known.wait()
        except TimeoutError:
            logger.warning("the PBX (%s) has not told of every phone yet", self.servers.names)

    def trouble(self) -> str:
        return "" if self.servers.current is not None else f"the PBX ({self.servers.names}) does not answer"

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
            for code in list(self._code_calls):
                code.cancel()
            if self._watching is not None:
                self._watching.stop()
            for presence in self._presence.values():
                presence.stop()
            busy = bool(self.endpoint.outbox)
        if busy:
            await asyncio.sleep(STOP_S)
        await self.servers.stop()
        await self._transport.stop()

    async def keep(self) -> None:
        if self.call_keeper is not None:
            await self.call_keeper.keep()

    async def leave(self) -> None:
        """Say nothing to the PBX any more: the calls are another process's."""
        self._stopping = True
        self._forwardings.stop()
        self._transport.pump.may_act = lambda: False
        self.control.stop()
        self.hold_nothing_back()
        if self.call_keeper is not None:
            await self.call_keeper.leave()
        await self.servers.stop()
        await self._transport.stop()

    def dial(self, terminal: str, address: str) -> Call:
        account = self.accounts.get(terminal)
        if account is None:
            raise no_such_terminal(terminal)
        self.check_call(terminal, address)
        with self._sending():
            self._check_phone(account)
            kind = ReferCall if self.settings.mode == "refer" else PbxCall
            line = self.line_for(terminal)
            call = kind(self, self._dialer, account, address, self.settings.ping_s)
            if line is not None:
                call.begin_with(line)
            elif not call.begin():
                raise self._no_server()
            begun = call.call  # sending may fail at once, and end it: that is told as an event
        return begun

    def drop(self, call_id: str) -> None:
        if call_id not in self._calls and self._watching and self._watching.is_by_hand(call_id):
            raise CallError(Refusal.NOT_ALLOWED, "the call was made by hand; hang up at the phone")
        super().drop(call_id)

    @property
    def _controls(self) -> bool:
        """A call that the phone makes by itself is out of our hands."""
        return self.settings.mode == "calls"

    @property
    def _incoming(self) -> Features:
        if self.settings.mode != "calls":
            return NOTHING
        answer = {Feature.ANSWER} if self.settings.answers or self.settings.talk else NOTHING
        return OURS | answer | self._codes.features & {Feature.PICKUP}

    def capabilities(self, terminal: str) -> Features:
        if terminal not in self.accounts:
            return NOTHING
        by_hand = {Feature.BY_HAND} if self.settings.dialog_events else NOTHING
        control = CONTROL if self._controls else CAN_DROP
        return CAN_DIAL | control | self._incoming | by_hand | self._codes.features

    def _ringing(self, command: CallCommand[None]) -> tuple[B2buaCall, CalledSide]:
        if command.call not in self._calls and self._watching and self._watching.is_by_hand(command.call):
            raise not_now(command, "the PBX only tells of this call; do it at the phone")
        return super()._ringing(command)

    def unknown(self, command: CallCommand[Any]) -> CallError:
        if self._watching and self._watching.is_by_hand(command.call):
            return not_now(command, "the PBX only tells of this call; do it at the phone")
        return super().unknown(command)

    def _party(self, terminal: str) -> Party | None:
        account = self.accounts.get(terminal)
        return None if account is None else Party(account.name, account.extension)

    def check_call(self, terminal: str, address: str) -> None:
        account = self.accounts[terminal]
        self._check_dial(terminal, address, (account.extension, account.user))

    def consultation(self, terminal: str, address: str) -> ClickToDialCall:
        self.check_call(terminal, address)
        return PbxCall(self, self._dialer, self.accounts[terminal], address, self.settings.ping_s)

    def in_service(self, terminal: str) -> bool:
        presence = self._presence.get(terminal)
        return presence is not None and presence.registered is True and self.servers.current is not None

    @property
    def address(self) -> tuple[str, int]:
        """Where the PBX reaches us over UDP."""
        return self._transport.local("udp")

    def problem(self, terminal: str) -> Diagnosis | None:
        """Why the PBX refuses the account of a terminal; None while it does not."""
        return self.accounts[terminal].problem

    def is_watched(self, terminal: str) -> bool:
        """Does the PBX report calls made by hand at this terminal, or is it not asked to?"""
        return self._watching is None or self._watching.is_active(terminal)

    def _check_phone(self, account: Account) -> None:
        if self.servers.current is None:
            raise self._no_server()
        presence = self._presence[account.id]
        if presence.registered is not False:
            return
        presence.ask_if_stale(self.endpoint.now)
        raise CallError(
            Refusal.TERMINAL_UNAVAILABLE,
            str(account.problem or "")
            or f"phone {account.id} is not registered at the PBX; check that it is on",
        )

    def _no_server(self) -> CallError:
        return CallError(
            Refusal.UNAVAILABLE, f"the PBX ({self.servers.names}) does not answer; see offhook check"
        )

    # What calls need (`CallHost`)

    def adopt(self, call_id: str, call: B2buaCall) -> None:
        super().adopt(call_id, call)
        if self._watching is not None:
            self._busy[call_id] = call.terminals
            for terminal in self._busy[call_id]:
                self._watching.note_begun(terminal)

    def release(self, call_id: str) -> None:
        super().release(call_id)
        if self._watching is not None:
            for terminal in self._busy.pop(call_id, ()):
                self._watching.note_over(terminal)

    def flow_for(self, _terminal: str, dialog: Dialog) -> Flow:
        """A call is told of the connection to its server (`B2buaCall.flow_changed`)."""
        return dialog.flow

    def retry_end(self, end: UnheardEnd) -> None:
        """The PBX is away: it is told when it is back, or the phone would stay in the call."""
        self._unheard.append(end.again)

    def _retry_ends(self) -> None:
        unheard = list(self._unheard)
        self._unheard.clear()
        for at, again in enumerate(unheard):
            self.endpoint.after(at * PACE_S, lambda _now, again=again: again())  # type: ignore[misc]

    def _name_of(self, number: str) -> str:
        party, _ = self._dialer.lookup(number)
        return party.name

    def _note_call_id(self, call_id: str) -> None:
        if self._watching is not None:
            self._watching.note_call_id(call_id)

    def _on_forwarding(self, terminal: str, kept: KeptForwarding) -> None:
        self._tell(ForwardingChanged(terminal, kept.forwardings, kept.do_not_disturb))

    def _on_presence(self, account: Account, there: bool) -> None:
        logger.info("terminal %s is %s", account.id, "in service" if there else "out of service")
        self._known.set()
        self._tell(TerminalChanged(account.id, there))

    def _on_servers(self) -> None:
        if self.servers.current is not None:
            self._retry_ends()
        for presence in self._presence.values():
            presence.ask_if_stale(self.endpoint.now)

    def _on_connected(self, flow: Flow) -> None:
        """Over TCP and TLS the PBX reaches us by the connection that is open now: tell it of this one."""
        self._update_clock()
        for at, call in enumerate(dict.fromkeys(self._calls.values())):
            self.endpoint.after(at * PACE_S, partial(self._tell_flow, call, flow))
        for at, presence in enumerate(self._presence.values()):
            self.endpoint.after(at * PACE_S, presence.flow_changed)
        if self._watching is not None:
            self._watching.flow_changed()
        self._retry_ends()

    def _tell_flow(self, call: B2buaCall, flow: Flow, _now: float) -> None:
        call.flow_changed(self._transport.reach(flow))

    # What the PBX sends

    def _on_request(self, transaction: ServerTransaction, request: Request, _flow: Flow, _now: float) -> None:
        transaction.doubtful = not is_expected(transaction.flow, self.servers.hosts, None)
        refused = refusal(request, ACCEPTED, SUPPORTED)
        if refused is not None:
            self.endpoint.respond(transaction, refused, self.endpoint.now)
        elif (
            request.method == "NOTIFY"
            and self._watching
            and self._watching.notified(transaction, request, self._expected)
        ):
            pass
        elif request.to_tag:
            self._in_dialog(transaction, request)
        elif request.method == "INVITE":
            if self._watching is not None and not transaction.doubtful:
                self._watching.announced(request)
            self._respond(transaction, 501, CONTROL_ONLY)
        else:
            self._respond(transaction, OUTSIDE.get(request.method, 405))

    def _admits(self, _leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        if self._expected(transaction, dialog):
            return True
        self._respond(transaction, 403)
        return False

    def _expected(self, transaction: ServerTransaction, dialog: Dialog | None) -> bool:
        """May this request come from there inside of the dialog?"""
        flow = transaction.flow
        if self.settings.from_elsewhere == "accept" or is_expected(flow, self.servers.hosts, dialog):
            transaction.doubtful = False
            return True
        what = (
            f"{transaction.request.method} inside of a call, not from the PBX: see switch.pbx.from_elsewhere"
        )
        self.endpoint.strangers.note(what, flow.remote[0])
        return False

    def _is_peer(self, asked: Flow, came: Flow) -> bool:
        """A PBX of several addresses may answer from another than it was asked at."""
        others = self.servers.hosts if asked.protocol == came.protocol == "udp" else ()
        return answers(asked, came) or any(same_host(host, came.remote[0]) for host in others)

    def _takes_ack(self, _invite: ServerTransaction, ack: Request, flow: Flow) -> bool:
        leg = self.legs.get(dialog_key(ack))
        return self.settings.from_elsewhere == "accept" or is_expected(
            flow, self.servers.hosts, None if leg is None else leg.dialog
        )


def _clean(account: TerminalSettings) -> TerminalSettings:
    return replace(account, name=printable(account.name))
