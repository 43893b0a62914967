"""Which registered phones can be reached: OPTIONS ("qualify") asks them, and an INVITE that gets no response
tells it, too.

A registration says that a phone was there, up to an hour ago. One that has lost its power since would keep
everybody who calls it waiting for half a minute (RFC 3261 §17.1.1.2, timer B). Sans-IO.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from offhook.common.network import bracketed
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow
from offhook.sip.message import Response
from offhook.switch.b2bua.useragent import options
from offhook.switch.embedded.contact import Binding
from offhook.switch.embedded.registrar import Registrar

TICK_S = 0.25
"""The phones of a round are asked a few at a time."""

MAX_A_SECOND = 100
"""So many phones are asked in a second at most, which costs a hundredth of a core (80 µs each). 10,000 phones
take longer for a round than `qualify_s` then."""

FORGET_S = 60.0
"""A phone that has never answered OPTIONS is not asked by it whether it is back. After so long it is called
again, and may be silent again."""


class Reachability:
    """Knows the registered phones that are silent; the others are to be called.

    A phone that has never answered OPTIONS is not held silent for saying nothing to it: some know no OPTIONS.
    `on_change` is called with a terminal when all its phones have become silent, or not all are any more;
    `flow_to` gives a flow the address of ours from which its remote is reached.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        registrar: Registrar,
        qualify_s: float,
        silent_s: float,
        on_change: Callable[[str], None],
        flow_to: Callable[[Flow], Flow],
    ) -> None:
        self._endpoint, self._registrar = endpoint, registrar
        self._qualify_s, self._silent_s = qualify_s, silent_s
        self._on_change, self._flow_to = on_change, flow_to
        self._silent: dict[Binding, str] = {}  # with their terminals
        self._answers: set[tuple[str, str]] = set()  # terminals, and URIs of phones, that know OPTIONS
        self._asked: set[Binding] = set()  # and have not answered yet
        self._away: set[str] = set()
        self._round: list[tuple[str, Binding]] = []
        self._begun = 0.0

    def start(self) -> None:
        """Begin to ask the phones."""
        if self._qualify_s:
            self._endpoint.after(self._qualify_s, self._begin_round)

    def phones(self, terminal: str) -> Sequence[Binding]:
        """The phones of the terminal that are not silent."""
        bindings = self._registrar.bindings(terminal)
        return [one for one in bindings if one not in self._silent] if self._silent else bindings

    def is_away(self, terminal: str) -> bool:
        """Is it registered, and are all its phones silent?"""
        return terminal in self._away

    def knows_options(self, terminal: str) -> bool:
        """Has a phone of the terminal that is registered now answered OPTIONS?"""
        return any((terminal, one.uri) in self._answers for one in self._registrar.bindings(terminal))

    def said_nothing(self, terminal: str, flow: Flow) -> None:
        """A phone has been sent an INVITE, and has not even answered it provisionally."""
        for binding in self._registrar.bindings(terminal):
            if binding.flow.remote == flow.remote:
                self._fell_silent(terminal, binding)
                self._endpoint.after(FORGET_S, partial(self._give_another_chance, terminal, binding))

    def heard(self, flow: Flow) -> None:
        """Something came by this flow: its phone is there."""
        if self._silent:
            for binding in [one for one in self._silent if one.flow.remote == flow.remote]:
                self._is_there(binding)

    def registered(self, terminal: str) -> None:
        """A phone of the terminal has registered, or its registration is over."""
        if self._silent:
            there = self._registrar.bindings(terminal)
            for binding in [one for one, its in self._silent.items() if its == terminal and one not in there]:
                del self._silent[binding]
            self._tell(terminal)

    # Asking

    def look(self, terminal: str) -> None:
        """Somebody calls the terminal: ask its silent phones now whether they are back, before their turn."""
        if self._qualify_s:
            for binding in [one for one, its in self._silent.items() if its == terminal]:
                self._ask(terminal, binding)

    def _begin_round(self, now: float) -> None:
        self._begun = now
        self._round = list(self._registrar.all())
        known = {(terminal, binding.uri) for terminal, binding in self._round}
        self._answers &= known
        self._go_on(now)

    def _go_on(self, now: float) -> None:
        """Ask the next phones. When all have been asked, begin again after a pause."""
        at_once = max(1, int(MAX_A_SECOND * TICK_S))
        some, self._round = self._round[:at_once], self._round[at_once:]
        for terminal, binding in some:
            self._ask(terminal, binding)
        if self._round:
            self._endpoint.after(TICK_S, self._go_on)
        else:
            self._endpoint.after(max(TICK_S, self._begun + self._qualify_s - now), self._begin_round)

    def _ask(self, terminal: str, binding: Binding) -> None:
        if binding in self._asked or binding not in self._registrar.bindings(terminal):
            return
        try:
            flow = self._flow_to(binding.flow)
        except OSError:  # this machine has no way there just now
            self.did_not_answer(terminal, binding)
            return
        self._asked.add(binding)
        host = bracketed(flow.local[0])
        request = options(binding.uri, f"sip:offhook@{host}", f"sip:{terminal}@{host}", flow)
        asked = _Asked(self, terminal, binding)
        asked.transaction = self._endpoint.request(
            request, flow, self._endpoint.now, asked.on_response, asked.on_failure
        )
        self._endpoint.after(self._silent_s, asked.time_is_up)

    def answered(self, terminal: str, binding: Binding) -> None:
        """The phone has answered OPTIONS, with whatever status."""
        self._asked.discard(binding)
        self._answers.add((terminal, binding.uri))
        self._is_there(binding)

    def did_not_answer(self, terminal: str, binding: Binding) -> None:
        """The phone has not answered several OPTIONS."""
        self._asked.discard(binding)
        if (terminal, binding.uri) in self._answers and binding in self._registrar.bindings(terminal):
            self._fell_silent(terminal, binding)

    # What is known

    def _fell_silent(self, terminal: str, binding: Binding) -> None:
        if binding not in self._silent:
            self._silent[binding] = terminal
            self._tell(terminal)

    def _is_there(self, binding: Binding) -> None:
        terminal = self._silent.pop(binding, None)
        if terminal is not None:
            self._tell(terminal)

    def _give_another_chance(self, terminal: str, binding: Binding, _now: float) -> None:
        if (terminal, binding.uri) not in self._answers or not self._qualify_s:
            self._is_there(binding)

    def _tell(self, terminal: str) -> None:
        away = bool(self._registrar.bindings(terminal)) and not self.phones(terminal)
        if away is not (terminal in self._away):
            if away:
                self._away.add(terminal)
            else:
                self._away.discard(terminal)
            self._on_change(terminal)


class _Asked:
    """One phone that has been asked, until it answers or its time is up."""

    transaction: ClientTransaction

    def __init__(self, reachability: Reachability, terminal: str, binding: Binding) -> None:
        self._reachability, self._terminal, self._binding = reachability, terminal, binding
        self._over = False

    def on_response(self, _response: Response) -> None:
        """It is there."""
        if not self._over:
            self._over = True
            self._reachability.answered(self._terminal, self._binding)

    def on_failure(self, _failure: Failure) -> None:
        """It cannot be reached, or the time is up."""
        if not self._over:
            self._over = True
            self._reachability.did_not_answer(self._terminal, self._binding)

    def time_is_up(self, _now: float) -> None:
        """Stop waiting for its answer."""
        if not self._over:
            self.transaction.fail(Failure.TIMEOUT)
