"""The switch: Asterisk, controlled over AMI. Joins the client, the exchange and the phones' states."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

from offhook.call import (
    NOTHING,
    Answer,
    Call,
    Cause,
    Complete,
    Conference,
    Consult,
    Dial,
    DoNotDisturb,
    Dtmf,
    Feature,
    Features,
    Forward,
    Hold,
    Park,
    Pickup,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
    Unpark,
    live,
)
from offhook.config import AsteriskSettings, TerminalSettings
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.switch.asterisk.abilities import Abilities
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.client import AmiClient, config_error
from offhook.switch.asterisk.contacts import Contacts
from offhook.switch.asterisk.devices import Devices
from offhook.switch.asterisk.events import Events
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.holding import Holding
from offhook.switch.asterisk.keys import Keys
from offhook.switch.asterisk.leg import Timer
from offhook.switch.asterisk.moving import Moving
from offhook.switch.asterisk.originate import ADDRESS
from offhook.switch.asterisk.plan import CONTEXTS
from offhook.switch.asterisk.resync import resynchronise
from offhook.switch.asterisk.session import Answer as Answered
from offhook.switch.asterisk.session import Fields, LoginRefused, Reply
from offhook.switch.asterisk.taking import Taking
from offhook.switch.asterisk.work import Work
from offhook.switch.base import (
    CallChanged,
    CapabilitiesChanged,
    Switch,
    TerminalChanged,
    invalid_address,
    no_such_call,
    no_such_terminal,
    not_now,
    too_many_calls,
)

logger = logging.getLogger(__name__)

START_S = 5.0
"""How long start-up waits for Asterisk; after that it is tried on in the background."""

STOP_S = 0.5
"""How long stopping waits for the ends of calls that it clears."""

KEPT = frozenset({Feature.FORWARD, Feature.DO_NOT_DISTURB})
"""What can be set without the phone."""

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
        self._contacts = Contacts(settings, self._devices, self.exchange.channels, self.act)
        self.client = AmiClient(settings, on_up=self._on_up, on_down=self._on_down, on_event=self._on_event)
        self.abilities = Abilities(settings)
        self._work = Work(self.exchange, self.abilities, self.client.ask, self._can_be_rung)
        self._holding = Holding(self._work, settings.max_calls)
        self._moving = Moving(self._work)
        self._taking = Taking(self._work, self._holding)
        self._keys = Keys(settings, self._work, self._tell)
        self._reading: asyncio.Task[None] | None = None
        self._to_read: dict[str, None] = {}
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
        if self._reading is not None:
            self._reading.cancel()
        self.exchange.end_all(Cause.FAILURE)
        self._cleared.clear()
        if self.exchange.phones.clearing and self.client.up:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._cleared.wait()
        await self.client.stop()

    def trouble(self) -> str:
        return "" if self._synced.is_set() else "Asterisk cannot be reached"

    @property
    def rings_on(self) -> bool:
        return True  # it is Asterisk that has the phones ring

    async def leave(self) -> None:
        if self._lost is not None:
            self._lost.cancel()
        if self._reading is not None:
            self._reading.cancel()
        await self.client.stop()
        self.exchange.end_all(Cause.FAILURE)  # its timers end; without a connection no phone notices

    def dial(self, terminal: str, address: str) -> Call:
        if terminal not in self.terminals:
            raise no_such_terminal(terminal)
        if not ADDRESS.fullmatch(address) or address == terminal:
            raise invalid_address(terminal, address)
        self._check_reachable(terminal)
        if len(self.exchange.calls) >= self.settings.max_calls:
            raise too_many_calls()
        if self._work.offers.between_calls(terminal):
            raise not_now(Dial(terminal, address), "the phone is just going from one call to another")
        return self.exchange.dial(terminal, address)

    def _check_reachable(self, terminal: str) -> None:
        """Raises `CallError` unless the phone can be rung."""
        if terminal not in self.terminals:
            raise no_such_terminal(terminal)
        if not self._synced.is_set():
            raise CallError(
                Refusal.UNAVAILABLE,
                "the PBX cannot be reached just now; try again in a moment, or run: offhook check",
            )
        if not self._can_be_rung(terminal):
            raise CallError(
                Refusal.TERMINAL_UNAVAILABLE,
                f"phone {terminal} is not registered at the PBX; check that it is on",
            )

    def _can_be_rung(self, terminal: str) -> bool:
        if self._devices.in_service(terminal):
            return True
        self._contacts.look(terminal)  # if it is there after all, the next attempt finds it
        return False

    def drop(self, call_id: str) -> None:
        if not self.exchange.drop(call_id):
            raise no_such_call(call_id)

    async def answer(self, command: Answer) -> None:
        await self._taking.answer(command)

    async def reject(self, command: Reject) -> None:
        await self._moving.reject(command)

    async def redirect(self, command: Redirect) -> None:
        await self._moving.redirect(command)

    async def hold(self, command: Hold) -> None:
        await self._holding.hold(command)

    async def retrieve(self, command: Retrieve) -> None:
        await self._holding.retrieve(command)

    async def swap(self, command: Swap) -> None:
        await self._holding.swap(command)

    async def transfer(self, command: Transfer) -> None:
        await self._moving.transfer(command)

    async def consult(self, command: Consult) -> Call:
        return await self._holding.consult(command)

    async def complete(self, command: Complete) -> None:
        await self._moving.complete(command)

    async def conference(self, command: Conference) -> None:
        await self._holding.conference(command)

    async def dtmf(self, command: Dtmf) -> None:
        await self._moving.dtmf(command)

    async def park(self, command: Park) -> str:
        return await self._moving.park(command)

    async def pickup(self, command: Pickup) -> Call:
        self._work.check_able(command, Feature.PICKUP)
        self._check_reachable(command.terminal)
        return await self._taking.pickup(command)

    async def unpark(self, command: Unpark) -> Call:
        self._work.check_able(command, Feature.UNPARK)
        self._check_reachable(command.terminal)
        return await self._taking.unpark(command)

    async def forward(self, command: Forward) -> None:
        self._work.check_able(command, Feature.FORWARD)
        await self._keys.forward(command)

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        self._work.check_able(command, Feature.DO_NOT_DISTURB)
        await self._keys.do_not_disturb(command)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is not None:
            leg = self.exchange.calls.by_call(call.id)
            return NOTHING if leg is None else self._work.offers.of_call(leg) & self.abilities.features
        if not self._synced.is_set() or terminal not in self.terminals:
            return NOTHING
        found = self._work.offers.of_terminal(terminal) if self.in_service(terminal) else KEPT
        return self.abilities.features & found

    def capabilities(self, terminal: str) -> Features:
        return self.abilities.features if terminal in self.terminals else NOTHING

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

    def act(self, action: str, fields: Fields, answer: Answered) -> bool:
        """Send an action; False when there is no connection."""
        try:
            self.client.act(action, fields, answer)
        except UnavailableError:
            return False
        return True

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        self._tell(CallChanged(call))
        self._work.changed()
        if call.cause is Cause.TERMINAL_UNAVAILABLE:
            self._contacts.look(call.terminal)
        if call.by_hand and not live(call):  # it may have been a feature code
            self._read_keys(call.terminal)

    def _read_keys(self, *terminals: str) -> None:
        """Read forwarding and do-not-disturb of these, one after the other."""
        if not self._keys.used:
            return
        self._to_read.update(dict.fromkeys(terminals))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        while self._to_read:
            terminal = next(iter(self._to_read))
            del self._to_read[terminal]
            with contextlib.suppress(
                CallError
            ):  # without a connection; after the next login it is done again
                await self._keys.read(DoNotDisturb(terminal), terminal)

    # What the connection tells

    def _on_event(self, message: Message) -> None:
        try:
            if message.event == "DeviceStateChange":
                self._devices.state_changed(message.get("device"), message.get("state"))
            else:
                self._events.handle(message)
                self._work.changed()
                if not self.exchange.phones.clearing:
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

        self.exchange.callers.forget_questions()
        self.client.act("CoreStatus", [], on_core_status)
        self._learn()
        self.client.act("DeviceStateList", [], self._on_devices)
        self.client.act("CoreShowChannels", [], lambda reply: self._on_channels(reply, restarted))

    def _learn(self) -> None:
        """Ask what the account may do, and which of our contexts the dialplan has."""
        actions: list[str] = []
        contexts: list[str] = []
        self.client.act("ListCommands", [], lambda reply: actions.extend(reply.response.names))
        for name in CONTEXTS:

            def there(reply: Reply, name: str = name) -> None:
                if reply.good:
                    contexts.append(name)
                if name == CONTEXTS[-1] and self.abilities.learn(actions, contexts):
                    self._tell_capabilities()

            self.client.act("ShowDialPlan", [("Context", name)], there)

    def _tell_capabilities(self) -> None:
        for terminal in self.terminals:
            self._tell(CapabilitiesChanged(terminal))

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
        self._contacts.look(*self.terminals)
        self._read_keys(*self.terminals)

    def _on_down(self) -> None:
        self._synced.clear()
        self._work.lost()
        self._contacts.forget()
        self._devices.connected(False)
        if self._lost is None and len(self.exchange.calls):
            self._lost = asyncio.get_running_loop().call_later(self.settings.lost_s, self._give_up)

    def _give_up(self) -> None:
        self._lost = None
        logger.warning("Asterisk is away for too long; its calls count as over")
        self.exchange.end_all(Cause.FAILURE)

    def _on_service(self, terminal: str, in_service: bool) -> None:
        self._tell(TerminalChanged(terminal, in_service))
