"""A client's session to the Call Manager that reconnects by itself."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from websockets.exceptions import WebSocketException

from offhook.call import (
    BEGIN_A_CALL,
    Call,
    Command,
    Dial,
    Drop,
    NodeState,
    Result,
    Terminal,
    TrunkState,
    Withdraw,
)
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor
from offhook.common.backoff import Backoff
from offhook.common.dnssrv import AskSrv, dns_srv
from offhook.errors import CallError, ConfigError, PeerError, Refusal, UnavailableError
from offhook.sscp.asking import all_phones, all_terminals, knowing, order_phone, takes_s
from offhook.sscp.channel import RequestChannel, unavailable
from offhook.sscp.clientlogin import ClientLogin, Credentials
from offhook.sscp.commands import Perform
from offhook.sscp.connection import Answered, ProtocolError
from offhook.sscp.faileddials import FailedDials
from offhook.sscp.managers import Managers
from offhook.sscp.messages import (
    CALL_CONTROL,
    EVERY_TERMINAL,
    NODES,
    PHONES,
    TRUNKS,
    CallChange,
    Calls,
    History,
    Logout,
    Nodes,
    PhoneModels,
    PhonesChange,
    Reply,
    TerminalChange,
    TrunkChange,
    Trunks,
    Unwatch,
    Watch,
    result_of,
)
from offhook.sscp.opensession import Trust, open_channel
from offhook.sscp.places import Places
from offhook.sscp.problems import connection_problem, retry_after_s, sent_away
from offhook.sscp.trust import check_url
from offhook.sscp.watchedterminals import WatchedTerminals
from offhook.sscp.watchqueue import WatchQueue, calls_by_terminal

__all__ = ["Credentials", "SscpClient"]

logger = logging.getLogger(__name__)


def _ignore(_: object) -> None:
    """A callback that nobody wants."""


class SscpClient:
    """Keeps a session to the Call Manager at `url` (ws://, or wss:// which is a must off loopback), or to one
    of several (`offhook.config.managerplaces`): when it is lost or refuses us, the next one is tried.

    `on_call` gets each new value of a call of a watched terminal, except what `dial` and `watch` return
    themselves; after a break, it gets what changed meanwhile, and an ON_HOOK for every call that is gone:
    with the cause from the call log, or FAILURE when the log does not know. Of a call whose `dial` failed
    because the session broke nothing is told: the next session takes it back. `on_terminal` gets watched
    terminals as they are and change, `on_link` whether the session is up and logged in, `on_trunk` trunks
    once they are watched, `on_phones` that phones which fetch their configuration have changed, once they
    are, `on_token` a token to log in with next time instead of the password. They are called on the event
    loop and must not block. `tls` says which certificates are trusted. A plain ws:// URL off loopback raises
    `ConfigError`.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        tls: Trust = None,
        on_call: Callable[[Call], None] = _ignore,
        on_terminal: Callable[[Terminal], None] = _ignore,
        on_link: Callable[[bool], None] = _ignore,
        on_trunk: Callable[[TrunkState], None] = _ignore,
        on_phones: Callable[[], None] = lambda: None,
        on_token: Callable[[str], None] | None = None,
        backoff: Backoff | None = None,
        ask_srv: AskSrv = dns_srv,
    ) -> None:
        check_url(url)
        self.problem: str | None = None
        self._where, self._tls = url, tls
        self._places = Places(url, ask_srv)
        self._managers = Managers(backoff or Backoff())
        self._on_link = on_link
        self._on_trunk, self._watches_trunks = on_trunk, False
        self._on_phones = on_phones
        self._watched = WatchedTerminals(
            partial(self._call_back, on_call), partial(self._call_back, on_terminal)
        )
        self._failed_dials = FailedDials()
        self._channel: RequestChannel | None = None
        self._queue: WatchQueue | None = None
        self._login = ClientLogin(credentials, self._on_queued, partial(self._call_back, on_token or _ignore))
        self._settled = asyncio.Event()
        self._refused: CallError | None = None
        self._was_up = False
        self._running: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Is the session up and logged in? If not, `problem` says why."""
        return self._channel is not None and self._channel.open

    @property
    def place(self) -> str:
        """The address of the Call Manager that is used, or tried just now."""
        return self._managers.url or self._where

    @property
    def refused(self) -> bool:
        """Was the last login refused? Trying again needs other credentials."""
        return self._refused is not None

    async def start(self) -> None:
        """Begin to connect; returns at once. Goes on trying until `stop`."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the session. `on_link` is not called: no connection was lost."""
        self._on_link = _ignore
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def connected_once(self, limit_s: float) -> None:
        """Wait until logged in.

        Raises `CallError`: NOT_AUTHENTICATED as soon as the login is refused, UNAVAILABLE after `limit_s`.
        """
        try:
            async with asyncio.timeout(limit_s):
                await self._settled.wait()
        except TimeoutError:
            reason = self.problem or f"no answer within {limit_s:g} s"
            raise CallError(
                Refusal.UNAVAILABLE, f"the Call Manager at {self._where} cannot be reached: {reason}"
            ) from None
        if self._refused is not None:
            raise CallError(self._refused.refusal, str(self._refused))

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out. Returns before `on_call` hears of what it causes.

        Raises `CallError`, UNAVAILABLE at once when there is no session or as soon as it breaks; then a dial,
        or another command that begins a call, is taken back as soon as there is a session again, known by its
        own id.
        """
        channel = self._channel
        if channel is None:
            raise unavailable()
        if CALL_CONTROL not in channel.features and not isinstance(command, Dial | Drop | Withdraw):
            raise CallError(
                Refusal.NOT_SUPPORTED,
                f"the Call Manager is too old for this ({command.name}); update it",
            )
        asked: Command[Any] = command
        if isinstance(command, BEGIN_A_CALL) and not command.dial_id:
            asked = replace(command, dial_id=os.urandom(12).hex())
        try:
            reply = await channel.ask(partial(_perform, asked), takes_s(command))
        except CallError as error:
            broke = error.refusal is Refusal.UNAVAILABLE and not channel.open
            if isinstance(asked, BEGIN_A_CALL) and broke:
                self._failed_dials.add(asked.dial_id)
            raise
        return result_of(command, reply)

    async def calls(self, terminal: str | None = None) -> list[Call]:
        """The live calls of a terminal, or of all that the user may use. Raises `CallError`."""
        reply = await self._ask(lambda number: Calls(number, terminal))
        return self._live_calls(reply)

    async def history(
        self,
        terminal: str | None = None,
        *,
        limit: int = 50,
        before: float | None = None,
        missed: bool = False,
    ) -> list[Call]:
        """Calls from the call log, newest first: begun before `before` (epoch), or only those that were
        `missed`. Raises `CallError`."""
        reply = await self._ask(lambda number: History(number, terminal, None, before, limit, missed))
        # An older server knows no `missed`, and sends them all.
        return [call for call in reply.calls or () if call.missed or not missed]

    async def terminals(self, *, watched: bool = False) -> list[Terminal]:
        """The terminals that the user may use; `watched`: all that it may watch. Raises `CallError`."""
        if self._channel is None:
            raise unavailable()
        return await all_terminals(self._channel, watched=watched)

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]:
        """The trunks, for administrators; with `watch` `on_trunk` hears of changes from now on, and of all
        after a break. Raises `CallError`."""
        if self._channel is None:
            raise unavailable()
        channel = knowing(self._channel, TRUNKS, "its trunks")
        reply = await channel.ask(lambda number: Trunks(number, watch))
        self._watches_trunks |= watch
        return list(reply.trunks or ())

    async def nodes(self) -> list[NodeState]:
        """How the Call Managers are that are one, for administrators. Raises `CallError`."""
        if self._channel is None:
            raise unavailable()
        channel = knowing(self._channel, NODES, "its nodes")
        return list((await channel.ask(Nodes)).nodes or ())

    async def phones(self, *, watch: bool = False) -> PhoneList:
        """The phones that fetch their configuration, for administrators; with `watch` `on_phones` hears that
        they have changed, until the session breaks. Raises `CallError`."""
        return await all_phones(self._channel_for_phones(), watch=watch)

    async def phone_models(self) -> list[PhoneVendor]:
        """The models that they may be. Raises `CallError`."""
        return list((await self._channel_for_phones().ask(PhoneModels)).models or ())

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        """Add one, let it in, have it start anew ... Raises `CallError`."""
        return await order_phone(self._channel_for_phones(), order)

    def _channel_for_phones(self) -> RequestChannel:
        if self._channel is None:
            raise unavailable()
        return knowing(self._channel, PHONES, "phones that fetch their configuration")

    async def watch(self, terminal: str) -> list[Call]:
        """Hear of the terminal (`*`: of every one) from now on, after breaks too; returns its live calls.

        Raises `CallError`; then it is not watched.
        """
        if self._queue is None:
            raise unavailable()
        if terminal == EVERY_TERMINAL:
            return self._live_calls(await self._ask(lambda number: Watch(number, terminal)))
        return self._watched.shown(await self._queue.watch(terminal))

    async def unwatch(self, terminal: str) -> None:
        """Stop reporting the terminal's calls; this holds even if it raises `CallError`."""
        self._watched.unwatch(terminal)
        await self._ask(lambda number: Unwatch(number, terminal))

    async def logout(self, token: str = "") -> None:
        """End this token, or without one every token and session of the user. Raises `CallError`."""
        await self._ask(lambda number: Logout(number, token))

    def _ask(self, make: Callable[[int], Any]) -> Coroutine[Any, Any, Reply]:
        if self._channel is None:
            raise unavailable()
        return self._channel.ask(make)

    async def _run(self) -> None:
        managers, now = self._managers, asyncio.get_running_loop().time
        while True:
            tried = managers.next()
            if tried is None:
                managers.begin(await self._all_places(), now())
                if (tried := managers.next()) is None:  # DNS does not know any
                    await asyncio.sleep(managers.at - now())
                    continue
            url, at = tried
            await asyncio.sleep(at - now())
            self._refused = None
            self._settled.clear()
            try:
                await self._connect(url)
            except CallError as error:
                self._login_refused(error)
                managers.failed(now(), error.retry_s, refused=self._refused is not None)
            except (OSError, TimeoutError, EOFError, WebSocketException, PeerError, ConfigError) as error:
                was_up, self._was_up = self._was_up, False
                self._note(connection_problem(error))
                if was_up:
                    managers.lost(now(), sent_away=sent_away(error))
                else:
                    managers.failed(now(), retry_after_s(error))

    async def _all_places(self) -> list[str]:
        try:
            return await self._places.all()
        except UnavailableError as error:
            self._note(error.what)
            return []

    async def _connect(self, url: str) -> None:
        """One session, from connecting to its end. Always ends by raising."""
        async with open_channel(url, self._tls) as channel:
            try:
                await self._login.log_in(channel)
                self._up(channel)
                while True:
                    await self._next(channel)
            finally:
                self._down(channel)

    def _up(self, channel: RequestChannel) -> None:
        logger.info("logged in to the Call Manager at %s", self.place)
        self._watched.new_session()
        self._was_up = True
        self._managers.up(self._login.spread_s)
        self._channel, self._queue, self.problem = channel, WatchQueue(channel), None
        channel.on_call_event = partial(self._watched.on_change, channel)
        for withdrawal in self._failed_dials.withdrawals(channel.features):
            # Before anything is watched, so that no snapshot tells of what is taken back.
            channel.tell(partial(_perform, withdrawal))
        self._watched.watch_again(channel)
        if self._watches_trunks and TRUNKS in channel.features:
            channel.tell(lambda number: Trunks(number, watch=True))
        self._settled.set()
        self._call_back(self._on_link, True)

    def _down(self, channel: RequestChannel) -> None:
        was_up, self._channel = self._channel is channel, None
        self._queue = None
        channel.broke()
        if was_up:
            self._call_back(self._on_link, False)

    async def _next(self, channel: RequestChannel) -> None:
        match await channel.receive():
            case Answered() as answered:
                self._answered(channel, answered)
                if isinstance(answered.command, Perform):
                    await asyncio.sleep(0)  # lets the caller go on before the events that it has caused
            case CallChange() as change:
                self._watched.on_change(channel, change)
            case TerminalChange(terminal):
                self._watched.on_terminal(terminal)
            case TrunkChange(trunk):
                self._call_back(self._on_trunk, trunk)
            case PhonesChange():
                self._call_back(lambda _: self._on_phones(), None)
            case ProtocolError(reason):
                channel.abort()
                raise PeerError(f"{self.place}: {reason}")

    def _answered(self, channel: RequestChannel, answered: Answered) -> None:
        command, reply = answered.command, answered.reply
        asked = channel.asked(answered)
        heard = channel.hand_over(answered)
        match command:
            case Perform() if heard and reply.call is not None:
                self._watched.on_reply(reply.call)
            case Watch(terminal=terminal, terminals=terminals):
                self._watched.on_watched(channel, terminals or [terminal], reply, heard=heard)
            case Perform(command=Withdraw(dial_ids=dial_ids)):
                self._taken_back(dial_ids, reply)
            case Calls(terminal=str(terminal)) if not asked and reply.snapshots is not None:
                self._watched.on_snapshot(channel, terminal, reply)
            case Trunks() if not asked:
                for trunk in reply.trunks or ():
                    self._call_back(self._on_trunk, trunk)
            case History(call=str(call_id)) if not asked:
                self._watched.on_logged(call_id, reply)

    def _taken_back(self, dial_ids: Sequence[str], reply: Reply) -> None:
        if reply.error is None:
            self._failed_dials.withdrawn(dial_ids)
        for call in reply.calls or ():
            logger.warning("call %s outlived a lost connection under its dial; cleared", call.id)
            self._watched.hide(call.id)

    def _live_calls(self, reply: Reply) -> list[Call]:
        return self._watched.shown(call for calls in calls_by_terminal(reply).values() for call in calls)

    def _call_back(self, callback: Callable[[Any], None], value: object) -> None:
        """Call it. What it raises is logged, and does not end the session."""
        try:
            callback(value)
        except Exception:
            logger.exception("a callback of the session to %s failed", self.place)

    def _on_queued(self, place: str) -> None:
        self.problem = place

    def _login_refused(self, error: CallError) -> None:
        if error.refusal is Refusal.NOT_AUTHENTICATED:
            self._refused = error
            self._settled.set()
        self._note(f"the login was refused: {error}")

    def _note(self, problem: str) -> None:
        """Log a problem once, not at each attempt."""
        level = logging.DEBUG if problem == self.problem else logging.WARNING
        logger.log(level, "no session to the Call Manager at %s: %s. Trying again", self.place, problem)
        self.problem = problem


def _perform(command: Command[Any], number: int) -> Perform:
    return Perform(number, command)
