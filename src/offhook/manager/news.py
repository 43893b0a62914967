"""What the switch tells: it becomes the state of calls and terminals, and goes to the listeners."""

import logging
from collections.abc import Callable

from offhook.call import Call, CallState, Direction, Reason, Terminal, live
from offhook.errors import TransitionError
from offhook.manager.calls import LiveCalls, NumberedCall
from offhook.manager.ports import CallLog
from offhook.manager.terminals import TerminalBook
from offhook.switch.base import (
    CallChanged,
    CallOutside,
    CapabilitiesChanged,
    ForwardingChanged,
    MissedSeen,
    Switch,
    SwitchEvent,
    TerminalChanged,
)

logger = logging.getLogger(__name__)

ManagerEvent = NumberedCall | Terminal
Listener = Callable[[ManagerEvent], None]

LOGGED_STATES = frozenset({CallState.CONNECTED, CallState.ON_HOOK})
"""The states recorded in the call log besides the beginning; those between are over before anybody reads
it."""

TAKEN = frozenset({Reason.PICKED_UP, Reason.UNPARKED})
"""Calls that come in because a command has asked for them."""


def asked_for(event: ManagerEvent) -> bool:
    """Is it the beginning of a call that somebody here has made or taken?"""
    return isinstance(event, NumberedCall) and event.new and not event.call.unasked


class News:
    """Takes the switch's events, and tells the listeners, in order, every new call, each change of it, and
    each change of a terminal.

    Whenever a call or a terminal changes, the features of the terminal and of its other calls are asked for
    anew: they depend on each other.
    """

    def __init__(
        self,
        switch: Switch,
        terminals: TerminalBook,
        log: CallLog,
        on_end: Callable[[Call], None],
    ) -> None:
        self.terminals = terminals
        self.calls = LiveCalls(terminals, switch.features)
        self._switch, self._log, self._on_end = switch, log, on_end
        self._listeners: list[Listener] = []
        self._beginning: dict[str, list[Call]] = {}
        switch.subscribe(self._on_switch)

    def subscribe(self, listener: Listener, *, first: bool = False) -> Callable[[], None]:
        """Call `listener` with every event until the function returned is called; `first`: before those that
        are there already."""
        self._listeners.insert(0 if first else len(self._listeners), listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def beginning(self, terminal: str) -> bool:
        """Is the switch just beginning a call of the terminal for a command?"""
        return terminal in self._beginning

    def hold_back(self, terminal: str) -> None:
        """Hold back new calls of the terminal that a command may have begun, until `let_go`."""
        self._beginning[terminal] = []

    def let_go(self, terminal: str) -> None:
        """The command has returned the call that it has begun, or none."""
        for call in self._beginning.pop(terminal):
            self.apply(call)

    def apply(self, call: Call) -> None:
        """Take a call's value, from an event or as the result of a command."""
        if call.terminal not in self.terminals:
            logger.error("the switch tells of call %s at %s, no terminal of ours", call.id, call.terminal)
            return
        try:
            news = self.calls.apply(call)
        except TransitionError as error:
            logger.error("the switch contradicts itself: %s; the call stays as it was", error)
            return
        if news is None:
            return
        if not live(news.call):
            self._on_end(news.call)
        self.tell(news)
        if news.new or news.call.state in LOGGED_STATES:
            self._log.record(news.call)  # people first: it wakes a thread, which takes the processor
        if news.call.missed:
            self.count_missed(call.terminal, 1)
        self._refresh(call.terminal, besides=call.id)

    def count_missed(self, terminal: str, more: int) -> None:
        """So many more calls of the terminal were missed; 0: somebody has looked at them."""
        known = self.terminals.get(terminal)
        after = self.terminals.set_missed(terminal, known.missed + more if known and more else 0)
        if after is not None:
            self._log.keep_missed(terminal, after.missed)
            self.tell(after)

    def tell_if_changed(self, terminal: Terminal | None) -> None:
        """Tell a terminal's new value, if there is one."""
        if terminal is not None:
            self.tell(terminal)

    def tell(self, event: ManagerEvent) -> None:
        """Exceptions of a listener are logged, so that neither the switch nor other listeners suffer."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                logger.exception("a listener of the Call Manager failed")

    def _on_switch(self, event: SwitchEvent) -> None:
        match event:
            case CallChanged(call=call):
                held = self._beginning.get(call.terminal)
                wanted = call.direction is Direction.OUTBOUND or call.reason in TAKEN
                if held is None or not wanted or self.calls.get(call.id):
                    self.apply(call)
                else:
                    held.append(call)
            case CallOutside(call):
                # Live, it would keep its terminal's phone from dialling, and be shown as a call of it.
                if call.terminal in self.terminals:
                    self._log.record(self.calls.named(call))
            case TerminalChanged(terminal, in_service, problem):
                features = self._switch.features(terminal)
                self.tell_if_changed(self.terminals.set_service(terminal, in_service, problem, features))
                self._refresh(terminal)
            case CapabilitiesChanged(terminal):
                self.tell_if_changed(self.terminals.learn_capabilities(terminal))
                self._refresh(terminal)
            case MissedSeen(terminal):
                self.count_missed(terminal, 0)
            case ForwardingChanged(terminal, forwardings, do_not_disturb):
                self.tell_if_changed(self.terminals.set_forwarding(terminal, forwardings, do_not_disturb))
                self._refresh(terminal)

    def _refresh(self, terminal: str, besides: str = "") -> None:
        """Tell what else has become possible, or impossible, at the terminal."""
        for news in self.calls.refresh(terminal, besides):
            self.tell(news)
        if terminal in self.terminals:
            features = self._switch.features(terminal)
            self.tell_if_changed(self.terminals.set_features(terminal, features))
