"""The messages of one leg on their way through the engine: held until it has answered, never overtaken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response, serialize
from offhook.switch.media.session import Session

SENT = 4
"""Messages whose rewritten form is kept, as they are sent again if they are lost: an INVITE, its 2xx and ACK,
and one more."""

Message = Request | Response


class Passing(Protocol):
    """What it needs of the relay of all legs."""

    held: int
    """Messages that wait for an engine."""

    def pass_on(self, flow: Flow, data: bytes) -> None:
        """Send a message."""
        ...

    def give_up(self, request: Message) -> None:
        """Send this request not at all."""
        ...

    def without(self, peer: str) -> None:
        """A call of this peer gets no engine."""
        ...

    def forget(self, leg: LegMedia) -> None:
        """It is over."""
        ...


class LegMedia:
    """`session` is what the engine knows of the leg. `refuses`: is it better to have no call than one without
    the engine? Then `failed` tells that the first offer of who calls has not been taken."""

    def __init__(self, media: Passing, session: Session, *, refuses: bool) -> None:
        self._media, self.session, self.refuses = media, session, refuses
        self._in: deque[tuple[Message | None, Callable[[], None]]] = deque()
        self._out: deque[tuple[Flow, Message, bytes]] = deque()
        self._sent: dict[bytes, bytes] = {}
        self.failed = False
        self.leg: object = None
        """The leg, once it is one."""

    @property
    def relays(self) -> bool:
        """Does an engine have a session of the leg?"""
        return self.session.engine is not None

    @property
    def settled(self) -> bool:
        """Is nothing on its way through an engine?"""
        return not (self._in or self._out or self.session.offering)

    def receive(self, message: Message, then: Callable[[], None]) -> None:
        """A message of the phone: `then` is called with the engine's addresses in it, in the order in which
        they come."""
        self._in.append((message, then))
        if len(self._in) == 1:
            self._receive_next()

    def after(self, then: Callable[[], None]) -> bool:
        """Call `then` once what came before is through; False if there is nothing."""
        waits = bool(self._in)
        if waits:
            self._in.append((None, then))
        return waits

    def send(self, flow: Flow, message: Message, data: bytes) -> bool:
        """A message to the phone, `data` as it was made; False if it may be sent as it is, and at once."""
        known = self._sent.get(data)
        if known is not None:
            self._media.pass_on(flow, known)
            return True
        if any(one[2] == data for one in self._out):
            return True  # it is sent again, before it has gone out once
        if not self._out and not self._concerns(message, incoming=False):
            return False
        self._out.append((flow, message, data))
        self._media.held += 1
        if len(self._out) == 1:
            self._send_next()
        return True

    def close(self) -> None:
        """The leg is over. What is held still goes its way."""
        self.leg = None
        self._media.forget(self)
        self.session.close()

    def _concerns(self, message: Message, *, incoming: bool) -> bool:
        return not self.session.closed and self.session.concerns(message, incoming=incoming)

    def _receive_next(self) -> None:
        message, then = self._in[0]

        def done(fine: bool) -> None:
            self._in.popleft()
            if not fine:
                self._media.without(self.session.peer)
                self.failed = self.refuses
            then()
            if self._in:
                self._receive_next()

        if message is not None and self._concerns(message, incoming=True):
            self.session.rewrite(message, done, incoming=True)
        else:
            done(True)

    def _send_next(self) -> None:
        flow, message, data = self._out[0]

        def done(fine: bool) -> None:
            self._next_is_out()
            if not fine:
                self._media.without(self.session.peer)
            if fine or not self._is_refused(message):
                rewritten = serialize(message)
                if len(self._sent) >= SENT:
                    del self._sent[next(iter(self._sent))]
                self._sent[data] = rewritten
                self._media.pass_on(flow, rewritten)
            if self._out:
                self._send_next()

        if self._concerns(message, incoming=False):
            self.session.rewrite(message, done, incoming=False)
        else:
            self._next_is_out()
            self._media.pass_on(flow, data)
            if self._out:
                self._send_next()

    def _next_is_out(self) -> None:
        self._out.popleft()
        self._media.held -= 1

    def _is_refused(self, message: Message) -> bool:
        """Does a call not go out, as it cannot have the engine?"""
        first = isinstance(message, Request) and message.method == "INVITE" and not message.to_tag
        if first and self.refuses:
            self._media.give_up(message)
            return True
        return False
