"""The switch: Asterisk, controlled over AMI. Joins the client, the exchange and the phones' states."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

from offhook.call import CAN_DIAL, CAN_DROP, NOTHING, Call, Cause, Features
from offhook.config import AsteriskSettings, TerminalSettings
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.client import AmiClient, config_error
from offhook.switch.asterisk.devices import Devices
from offhook.switch.asterisk.events import Events
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.leg import Timer
from offhook.switch.asterisk.originate import ADDRESS
from offhook.switch.asterisk.resync import resynchronise
from offhook.switch.asterisk.session import Answer, Fields, LoginRefused, Reply
from offhook.switch.base import (
    CallChanged,
    Switch,
    TerminalChanged,
    invalid_address,
    no_such_call,
    no_such_terminal,
    too_many_calls,
)

logger = logging.getLogger(__name__)

START_S = 5.0
"""How long start-up waits for Asterisk; after that it is tried on in the background."""

STOP_S = 0.5
"""How long stopping waits for the ends of calls that it clears."""

PERMISSIONS = "read = call and write = originate,call,reporting"
"""What the account in manager.conf needs."""


class AsteriskSwitch(Switch):
    """Implements `offhook.switch.base.Switch` with the phones of an Asterisk.

    Calls that are up when this stops go on: they are the PBX's. They are found again at the next start.
    """

    def __init__(self, terminals: Sequence[TerminalSettings], settings: AsteriskSettings) -> None:
        """Raises `ConfigError` for a CA file that cannot be used."""
        super().__init__()
        self.settings = settings
        self.terminals = {terminal.id: terminal.name for terminal in terminals}
        self.exchange = Exchange(self.terminals, settings, self)
        self._events = Events(self.exchange)
        self._devices = Devices({id: settings.device(id) for id in self.terminals}, self._on_service)
        self.client = AmiClient(settings, on_up=self._on_up, on_down=self._on_down, on_event=self._on_event)
        self._run = ""
        self._first = True
        self._synced, self._cleared = asyncio.Event(), asyncio.Event()
        self._denied = ""
        self._lost: asyncio.TimerHandle | None = None

    # The contract

    async def start(self) -> None:
        self.client.start()
        try:
            async with asyncio.timeout(START_S):
                await self.client.attempted.wait()
                if self.client.up:
                    await self._synced.wait()
        except TimeoutError:
            logger.warning("Asterisk has not answered yet; trying on, and refusing calls meanwhile")
        problem = self.client.problem
        if isinstance(problem, LoginRefused):
            await self.stop()
            raise config_error(
                "user", f"{problem}", "Take user and secret from manager.conf, and its permit = from there"
            )
        if self._denied:
            await self.stop()
            raise config_error(
                "user", f"Asterisk denies {self._denied} to it", f"Give it {PERMISSIONS} in manager.conf"
            )

    async def stop(self) -> None:
        if self._lost is not None:
            self._lost.cancel()
        self.exchange.end_all(Cause.FAILURE)
        self._cleared.clear()
        if self.exchange.clearing and self.client.up:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._cleared.wait()
        await self.client.stop()

    def dial(self, terminal: str, address: str) -> Call:
        if terminal not in self.terminals:
            raise no_such_terminal(terminal)
        if not ADDRESS.fullmatch(address) or address == terminal:
            raise invalid_address(terminal, address)
        if not self._synced.is_set():
            raise CallError(
                Refusal.UNAVAILABLE,
                "the PBX cannot be reached just now; try again in a moment, or run: offhook check",
            )
        if not self._devices.in_service(terminal):
            raise CallError(
                Refusal.TERMINAL_UNAVAILABLE,
                f"phone {terminal} is not registered at the PBX; check that it is on",
            )
        if self.exchange.live >= self.settings.max_calls:
            raise too_many_calls()
        return self.exchange.dial(terminal, address)

    def drop(self, call_id: str) -> None:
        if not self.exchange.drop(call_id):
            raise no_such_call(call_id)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is None:
            return CAN_DIAL if self._synced.is_set() and self.in_service(terminal) else NOTHING
        return CAN_DROP if self.exchange.is_live(call.id) else NOTHING

    def in_service(self, terminal: str) -> bool:
        return self._devices.in_service(terminal)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return self.exchange.idle

    # What the exchange needs (`ExchangeHost`)

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def later(self, seconds: float, function: Callable[[], None]) -> Timer:
        """Call the function after so long."""
        return asyncio.get_running_loop().call_later(seconds, function)

    def act(self, action: str, fields: Fields, answer: Answer) -> bool:
        """Send an action; False when there is no connection."""
        try:
            self.client.act(action, fields, answer)
        except UnavailableError:
            return False
        return True

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        self._tell(CallChanged(call))

    # What the connection tells

    def _on_event(self, message: Message) -> None:
        try:
            if message.event == "DeviceStateChange":
                self._devices.state_changed(message.get("device"), message.get("state"))
            else:
                self._events.handle(message)
                if not self.exchange.clearing:
                    self._cleared.set()
        except Exception:
            # One event that was not understood must not cost the connection, and with it all calls.
            logger.exception("Asterisk's event %r was not understood", message)

    def _on_up(self) -> None:
        """Ask for all states and channels. Asterisk answers in order; events until then are noted."""
        self._events.began.clear()
        self._events.gone.clear()
        self._events.noting = True
        self._devices.forget()
        self._denied = ""
        restarted = False

        def on_core_status(reply: Reply) -> None:
            nonlocal restarted
            run = reply.response.get("corestartupdate") + reply.response.get("corestartuptime")
            restarted, self._run = bool(self._run) and run != self._run, run

        self.client.act("CoreStatus", [], on_core_status)
        self.client.act("DeviceStateList", [], self._on_devices)
        self.client.act("CoreShowChannels", [], lambda reply: self._on_channels(reply, restarted))

    def _on_devices(self, reply: Reply) -> None:
        for item in reply.items:
            if item.event == "DeviceStateChange":
                self._devices.state_changed(item.get("device"), item.get("state"))
        for terminal in self._devices.unknown():
            self._ask_state(terminal)

    def _ask_state(self, terminal: str) -> None:
        device = self.settings.device(terminal)

        def answer(reply: Reply) -> None:
            # Without func_devstate nothing is known, and the phone is tried.
            if not self._devices.state(terminal):
                self._devices.state_changed(device, reply.response.get("value") or "UNKNOWN")

        self.client.act("Getvar", [("Variable", f"DEVICE_STATE({device})")], answer)

    def _on_channels(self, reply: Reply, restarted: bool) -> None:
        self._events.noting = False
        if not reply.good:
            self._denied = f"CoreShowChannels ({reply.text})"
            logger.error("Asterisk denies %s; give the account %s in manager.conf", self._denied, PERMISSIONS)
        resynchronise(
            self.exchange,
            reply.items,
            began=self._events.began,
            gone=self._events.gone,
            restarted=restarted,
            first=self._first,
        )
        self._first = False
        if self._lost is not None:
            self._lost.cancel()
            self._lost = None
        # Asked last, so that the states of all phones are known when calls are taken.
        self.client.act("Ping", [], lambda _reply: self._in_service())

    def _in_service(self) -> None:
        self._synced.set()
        self._devices.connected(True)

    def _on_down(self) -> None:
        self._synced.clear()
        self._devices.connected(False)
        if self._lost is None and self.exchange.live:
            self._lost = asyncio.get_running_loop().call_later(self.settings.lost_s, self._give_up)

    def _give_up(self) -> None:
        self._lost = None
        logger.warning("Asterisk is away for too long; its calls count as over")
        self.exchange.end_all(Cause.FAILURE)

    def _on_service(self, terminal: str, in_service: bool) -> None:
        self._tell(TerminalChanged(terminal, in_service))
