"""Any SIP PBX: calls are made as its users, with their accounts there."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from offhook.call import Call, Cause
from offhook.common.listening import why_not
from offhook.common.network import same_host
from offhook.errors import CallError, ConfigError, Refusal
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.sip.transaction import answers
from offhook.sip.transport import ListenError, SipTransport
from offhook.sip.uas import refusal
from offhook.switch.b2bua.control import Control
from offhook.switch.b2bua.leg import ALLOW, METHODS, OUTSIDE, Leg, UnheardEnd
from offhook.switch.b2bua.number import MAX_NUMBER, callable_number
from offhook.switch.base import CallChanged, Listener, Switch, SwitchEvent, TerminalChanged
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.call import PbxCall
from offhook.switch.pbx.locate import AskSrv
from offhook.switch.pbx.origin import is_expected
from offhook.switch.pbx.presence import Presence
from offhook.switch.pbx.refer import ReferCall
from offhook.switch.pbx.servers import Servers
from offhook.switch.pbx.settings import PbxAccount, PbxSettings
from offhook.switch.pbx.tls import client_context
from offhook.switch.pbx.watching import Watching

logger = logging.getLogger(__name__)

START_S = 2.0
"""How long starting waits for what the PBX says of the phones; it goes on without."""

STOP_S = 0.3
"""How long stopping stays for the answers to what ends calls, registrations and subscriptions."""

PACE_S = 0.01
"""Between what is asked for two accounts, or told of two calls: a PBX need not take thousands at once."""

MAX_UNHEARD = 1000
"""Ends of calls that are kept for a PBX that is away; the oldest go first."""

ACCEPTED = (*METHODS, "NOTIFY")
"""What the PBX may ask of us."""

SUPPORTED = frozenset({"timer"})
"""Extensions that the PBX may require of us."""

CONTROL_ONLY = "This registration only controls"
"""Why our own registration takes no call: 501 is weaker than whatever a phone says (RFC 3261 §16.7)."""


class PbxSwitch(Switch):
    """Implements `offhook.switch.base.Switch` with phones of a PBX that is there already."""

    def __init__(
        self, accounts: Sequence[PbxAccount], settings: PbxSettings, ask_srv: AskSrv | None = None
    ) -> None:
        """Raises `ConfigError` for a missing server and for an authority that cannot be used."""
        if not settings.servers:
            raise ConfigError(
                "configuration", "switch.sip.server", "is missing", 'name the PBX, like "pbx.example"'
            )
        self.settings = settings
        self.endpoint = Endpoint(settings.timing)
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = self._on_ack
        self.endpoint.on_cancel = self._on_cancel
        self.endpoint.on_ack_timeout = self._on_ack_timeout
        self.endpoint.is_peer = self._is_peer
        self.endpoint.takes_ack = self._takes_ack
        self._transport = SipTransport(
            self.endpoint, *settings.listen, tls_client_context=client_context(settings)
        )
        self._transport.is_trusted = lambda host: any(same_host(host, one) for one in self.servers.hosts)
        self._transport.on_connected = self._on_connected
        self._transport.on_disconnected = lambda flow: self.servers.lost(flow.remote)
        self._transport.on_unreachable = lambda flow, error: self.servers.unreachable(flow.remote, error)
        self.servers = Servers(self.endpoint, self._transport, settings, self._on_servers, ask_srv)
        self.accounts = {
            own.id: Account(_clean(own), settings, self.servers, self.endpoint) for own in accounts
        }
        self._by_extension = {account.extension: account for account in self.accounts.values()}
        self._presence = {
            account.id: Presence(account, self.endpoint, self.servers, settings, self._on_presence)
            for account in self.accounts.values()
        }
        self._watching: Watching | None = None
        if settings.dialog_events:
            self._watching = Watching(
                self.accounts.values(), self.endpoint, self.servers, self._name_of, self.publish
            )
        self._known = asyncio.Event()
        self.legs: dict[tuple[str, str, str], Leg] = {}
        self._controls: dict[str, Control] = {}
        self._unheard: deque[Callable[[], None]] = deque(maxlen=MAX_UNHEARD)
        self._busy: dict[str, set[str]] = {}  # the terminals at which a call of ours is
        self._listeners: list[Listener] = []

    # The contract

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        try:
            await self._transport.start()
        except ListenError as error:
            key = "switch.sip.listen"
            what, fix = why_not(error, *error.address, key)
            raise ConfigError("configuration", key, what, f"{fix}; port 0 takes any free one") from error
        self._now()
        await self.servers.start()
        for at, presence in enumerate(self._presence.values()):
            self.endpoint.after(at * PACE_S, presence.ask)
        if self._watching is not None:
            self._watching.start()
        self._transport.flush()
        try:
            async with asyncio.timeout(START_S):
                while any(presence.there is None for presence in self._presence.values()):
                    self._known.clear()
                    await self._known.wait()
        except TimeoutError:
            logger.warning("the PBX (%s) has not told of every phone yet", self.servers.names)

    async def stop(self) -> None:
        self._now()
        for control in list(self._controls.values()):
            control.let_go(Cause.FAILURE)
        if self._watching is not None:
            self._watching.stop()
        for presence in self._presence.values():
            presence.stop()
        busy = bool(self.endpoint.outbox)
        self._transport.flush()
        if busy:
            await asyncio.sleep(STOP_S)
        await self.servers.stop()
        await self._transport.stop()

    def dial(self, terminal: str, address: str) -> Call:
        account = self.accounts.get(terminal)
        if account is None:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL, f"terminal {terminal} is not known; add it to the configuration"
            )
        if not callable_number(address) or address in (account.extension, account.user):
            raise CallError(
                Refusal.INVALID_ADDRESS,
                f"{address[:MAX_NUMBER]!a} cannot be called from {terminal}; give another number",
            )
        if len(self._controls) >= self.settings.max_calls:
            raise CallError(Refusal.OVERLOADED, "too many calls are live; try again in a moment")
        self._now()
        self._check_phone(account)
        control = (ReferCall if self.settings.mode == "refer" else PbxCall)(self, account, address)
        if not control.begin():
            raise self._no_server()
        self._transport.flush()
        return control.call

    def drop(self, call_id: str) -> None:
        control = self._controls.get(call_id)
        if control is None and self._watching is not None and self._watching.is_by_hand(call_id):
            raise CallError(Refusal.NOT_ALLOWED, "the call was made by hand; hang up at the phone")
        if control is None:
            raise CallError(Refusal.NO_SUCH_CALL, f"call {call_id} is over or was never there")
        self._now()
        control.drop()
        self._transport.flush()

    def in_service(self, terminal: str) -> bool:
        presence = self._presence.get(terminal)
        return presence is not None and presence.there is True and self.servers.current is not None

    @property
    def address(self) -> tuple[str, int]:
        """Where the PBX reaches us over UDP."""
        return self._transport.local("udp")

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return not self._controls and not self.legs

    def problem(self, terminal: str) -> str:
        """What the PBX holds against the account of a terminal, "" for nothing."""
        return self.accounts[terminal].problem

    def is_watched(self, terminal: str) -> bool:
        """Does the PBX tell of calls made by hand at this terminal, or is it not asked to?"""
        return self._watching is None or self._watching.tells(terminal)

    def _check_phone(self, account: Account) -> None:
        if self.servers.current is None:
            raise self._no_server()
        presence = self._presence[account.id]
        if presence.there is not False:
            return
        presence.ask_if_old(self.endpoint.now)
        self._transport.flush()
        raise CallError(
            Refusal.TERMINAL_UNAVAILABLE,
            account.problem or f"phone {account.id} is not registered at the PBX; check that it is on",
        )

    def _no_server(self) -> CallError:
        return CallError(
            Refusal.UNAVAILABLE, f"the PBX ({self.servers.names}) does not answer; see offhook check"
        )

    # What calls need (`PbxCore`)

    def terminal_of(self, number: str) -> Account | None:
        """The account whose extension this is."""
        return self._by_extension.get(number)

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        self._tell(CallChanged(call))

    def note_call_id(self, call_id: str) -> None:
        """A call of ours goes to the PBX with this Call-ID."""
        if self._watching is not None:
            self._watching.note_call_id(call_id)

    def adopt(self, call_id: str, control: Control) -> None:
        """A call by this id is cleared by `control`."""
        self._controls[call_id] = control
        if self._watching is not None:
            self._busy[call_id] = control.terminals
            for terminal in self._busy[call_id]:
                self._watching.note_begun(terminal)

    def release(self, call_id: str) -> None:
        """The call is over."""
        self._controls.pop(call_id, None)
        if self._watching is not None:
            for terminal in self._busy.pop(call_id, ()):
                self._watching.note_over(terminal)

    def way(self, _terminal: str, dialog: Dialog) -> Flow:
        """A call is told of the connection to its server (`Control.moved`)."""
        return dialog.flow

    def unheard(self, bye: UnheardEnd) -> None:
        """The PBX is away: it is said when it is back, or the phone would stay in the call."""
        self._unheard.append(bye.again)

    def _say_again(self) -> None:
        unheard = list(self._unheard)
        self._unheard.clear()
        for at, again in enumerate(unheard):
            self.endpoint.after(at * PACE_S, lambda _now, again=again: again())  # type: ignore[misc]

    def _name_of(self, number: str) -> str:
        account = self.terminal_of(number)
        return account.name if account else ""

    def _tell(self, event: SwitchEvent) -> None:
        for listener in self._listeners:
            listener(event)

    def _on_presence(self, account: Account, there: bool) -> None:
        logger.info("terminal %s is %s", account.id, "in service" if there else "out of service")
        self._known.set()
        self._tell(TerminalChanged(account.id, there))

    def _on_servers(self) -> None:
        if self.servers.current is not None:
            self._say_again()
        for presence in self._presence.values():
            presence.ask_if_old(self.endpoint.now)

    def _on_connected(self, flow: Flow) -> None:
        """Over TCP and TLS the PBX reaches us by the connection that there is now: tell it of this one."""
        self._now()
        for at, control in enumerate(dict.fromkeys(self._controls.values())):
            self.endpoint.after(at * PACE_S, partial(self._move, control, flow))
        for at, presence in enumerate(self._presence.values()):
            self.endpoint.after(at * PACE_S, presence.moved)
        if self._watching is not None:
            self._watching.moved()
        self._say_again()

    def _move(self, control: Control, flow: Flow, _now: float) -> None:
        control.moved(self._transport.reach(flow))

    def _now(self) -> None:
        self.endpoint.now = self._transport.now()

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
            self._respond(transaction, 501, CONTROL_ONLY)
        else:
            self._respond(transaction, OUTSIDE.get(request.method, 405))

    def _in_dialog(self, transaction: ServerTransaction, request: Request) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is None or leg.dialog is None:
            self._respond(transaction, 481)
        elif not self._expected(transaction, leg.dialog):
            self._respond(transaction, 403)
        elif status := leg.dialog.receive_request(request):
            self._respond(transaction, status)
        else:
            leg.owner.on_request(leg, transaction, request)

    def _expected(self, transaction: ServerTransaction, dialog: Dialog | None) -> bool:
        """May this come from there inside of the dialog?"""
        flow = transaction.flow
        if self.settings.from_elsewhere == "accept" or is_expected(flow, self.servers.hosts, dialog):
            transaction.doubtful = False
            return True
        what = (
            f"{transaction.request.method} inside of a call, not from the PBX: see switch.sip.from_elsewhere"
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

    def _on_ack(self, request: Request, _flow: Flow, _now: float) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is not None:
            leg.acked(request)

    def _on_cancel(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None and leg.invited is invite:
            leg.owner.on_cancel(leg)

    def _on_ack_timeout(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None:
            leg.unacknowledged()

    def _leg_of(self, invite: ServerTransaction) -> Leg | None:
        request = invite.request
        return self.legs.get((request.call_id, invite.local_tag, request.from_tag))

    def _respond(self, transaction: ServerTransaction, status: int, reason: str = "") -> None:
        response = make_response(transaction.request, status, reason)
        if status in (200, 405):
            response.headers.set("Allow", ALLOW)
            response.headers.set("Supported", ", ".join(SUPPORTED))
        self.endpoint.respond(transaction, response, self.endpoint.now)


def _clean(account: PbxAccount) -> PbxAccount:
    """A name goes into headers: no line break, nor anything else that does not print, may be in it."""
    return replace(account, name="".join(c if c.isprintable() else " " for c in account.name).strip())
