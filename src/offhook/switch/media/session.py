"""What one leg of a call and the engine know of each other: its offers and answers in both directions.

The engine has a session for each leg that it relays, between the phone there ("peer") and what is inside of
the switch. So a leg may go from one call to another, be put on hold and be offered something else, and its
exchange of offers and answers stays one of its own dialog (RFC 3264), which is all that the engine sees.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from offhook.sip.body import is_sdp
from offhook.sip.message import Request, Response
from offhook.sip.tokens import new_token
from offhook.switch.media.described import Place, is_private, is_public, media_place
from offhook.switch.media.engine import Answer, Command, Engine
from offhook.switch.media.engines import Engines

INSIDE = "inside"
"""The tag of the switch's side. The phone's is its own: several may answer one INVITE (forking)."""

REMEMBERED = 4
"""Descriptions of one exchange whose rewritten form is kept: a phone says in its 200 once more what it has
said in a 183, and a proxy may fork to some phones with early media."""

MAX_PLACES = 16
"""Places of one leg that are remembered: both sides of an engine, and some phones that it is forked to. Who
moves the media on and on has the earlier ones forgotten."""

Message = Request | Response


class SessionState(NamedTuple):
    """What another run of the program has to know of a session that its engine goes on with."""

    id: str
    engine: str
    natted: bool
    places: tuple[Place, ...]


class Session:
    """One leg's. `relay` is its setting: never, when-needed or always. `natted`: is the phone known to name
    an address which it is not reached at? `peer` is the host that it is reached at, `local` ours for it.

    `relayed`: has the last offer gone through the engine? Then so do its answers.
    """

    def __init__(
        self,
        engines: Engines,
        given: dict[Place, Session],
        relay: str,
        peer: str,
        local: str,
        interfaces: Sequence[str],
        *,
        natted: bool,
        inside: bool,
    ) -> None:
        """`given` are the places where engines receive, of all sessions, and those of peers that cope.
        `inside`: is the peer in the site's own network?"""
        self._inside = inside
        self.copes = False
        """Is it a provider that copes by itself? Then phones need no relay for what it receives, either."""
        self._engines, self._given, self._relay, self._natted = engines, given, relay, natted
        self.peer, self._local, self._interfaces = peer, local, interfaces
        self.id = new_token() + new_token()  # not the Call-ID: phones choose that, and could choose another's
        self.engine: Engine | None = None
        self.relayed = self.closed = False
        self._offering = False
        self._places: set[Place] = set()  # where the engine receives for it
        self._offered: dict[
            tuple[str, str], int
        ] = {}  # the CSeq of the last offer, by its direction and method
        self._rewritten: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()

    def concerns(self, message: Message, *, incoming: bool) -> bool:
        """Does the engine have to see this message of the leg? Offers are noted: what is an answer shows by
        them."""
        if not message.body or not is_sdp(message.headers.get("Content-Type") or ""):
            return False
        offer = self._is_offer(message, incoming=incoming)
        if offer and isinstance(message, Request):
            self._offered["in" if incoming else "out", message.method] = message.cseq
        if self.copes and incoming:
            self._note_place(message.body)
        if not offer:
            return self.relayed
        return self.engine is not None or self._needed(message, incoming=incoming)

    def rewrite(self, message: Message, done: Callable[[bool], None], *, incoming: bool) -> None:
        """Have the engine put its addresses into the message; `done` is called when that is done, or (False)
        has failed and it is as it was."""
        tag = message.from_tag if _from_peer(message, incoming=incoming) else message.to_tag
        offer = self._is_offer(message, incoming=incoming)
        if offer:
            self._rewritten.clear()
        known = self._rewritten.get((tag, message.body))
        if known is not None:
            message.set_body(known)
            done(True)
            return
        command = self._command(message, tag, offer=offer, incoming=incoming)
        original = message.body

        def taken(engine: Engine | None, answer: Answer | None) -> None:
            self._offering = False
            sdp = answer.get(b"sdp") if answer is not None else None
            if not isinstance(sdp, bytes):
                self.relayed = self.relayed and not offer
                self._delete_if_closed()
                done(False)
                return
            if offer and engine is not None:
                if engine is not self.engine:
                    self._delete()
                self.engine, self.relayed = engine, True
            self._note(tag, original, sdp)
            self._delete_if_closed()
            message.set_body(sdp)
            done(True)

        if offer:
            self._offering = True
            self._engines.offer(command, self.engine, taken)
        elif self.engine is None:
            done(False)
        else:
            self.engine.ask(command, lambda answer: taken(self.engine, answer))

    @property
    def state(self) -> SessionState | None:
        """What is kept of it; None where no engine has it."""
        if self.engine is None:
            return None
        return SessionState(self.id, self.engine.name, self._natted, tuple(sorted(self._places)))

    def restore(self, state: SessionState, engine: Engine) -> None:
        """Go on with a session that this engine has."""
        self.id, self._natted = state.id, state.natted
        self.engine, self.relayed = engine, True
        for place in state.places:
            self._places.add(place)
            self._given[place] = self

    @property
    def offering(self) -> bool:
        """Does an engine have an offer that it has not answered?"""
        return self._offering

    def close(self) -> None:
        """The leg is over: so is its session, once."""
        self.closed = True
        self._delete_if_closed()

    def _delete_if_closed(self) -> None:
        if self.closed and not self._offering:  # else when that is done
            self._delete()

    def _delete(self) -> None:
        """Let the engine forget it."""
        engine, self.engine = self.engine, None
        self._forget_places()
        if engine is not None and engine.up is not False:
            engine.ask({"command": "delete", "call-id": self.id, "delete-delay": 0}, lambda _answer: None)

    def _note(self, tag: str, original: bytes, rewritten: bytes) -> None:
        self._rewritten[tag, original] = rewritten
        if len(self._rewritten) > REMEMBERED:
            self._rewritten.popitem(last=False)
        if self.engine is not None:
            self._note_place(rewritten)

    def _note_place(self, description: bytes) -> None:
        place = media_place(description)
        if place is not None:
            if len(self._places) >= MAX_PLACES:
                self._forget_places()
            self._places.add(place)
            self._given[place] = self

    def _forget_places(self) -> None:
        for place in self._places:
            if self._given.get(place) is self:
                del self._given[place]
        self._places.clear()

    def _is_offer(self, message: Message, *, incoming: bool) -> bool:
        if isinstance(message, Request):
            return message.method in ("INVITE", "UPDATE")
        # The response to a request that had none offers.
        asked = self._offered.get(("out" if incoming else "in", message.cseq_method))
        return asked != message.cseq

    def _needed(self, message: Message, *, incoming: bool) -> bool:
        if self._relay == "never":
            return False
        place = media_place(message.body)
        relayed_already = not incoming and place is not None and place in self._given
        if self._relay == "always":
            return not relayed_already
        if incoming:
            hidden = place is not None and is_private(place[0]) and place[0] != self.peer
            return hidden or (is_public(self.peer) and is_private(self._local))
        if relayed_already or place is None:
            return place is not None and is_private(place[0]) and is_public(self.peer)
        # Who is offered this names an address that the other side does not reach, or does not reach this one.
        apart = is_private(place[0]) and is_public(self.peer), is_public(place[0]) and is_private(self.peer)
        return any(apart) or self._natted

    def _command(self, message: Message, tag: str, *, offer: bool, incoming: bool) -> Command:
        offerer, answerer = (tag, INSIDE) if incoming is offer else (INSIDE, tag)
        if incoming and offer and self.engine is None:
            answerer = ""
        command: dict[str, str | bytes | int | list[str]] = {
            "command": "offer" if offer else "answer",
            "call-id": self.id,
            "from-tag": offerer,
            "sdp": message.body,
            "ICE": "remove",  # its candidates would lead past the engine
        }
        if answerer:  # who is called has none yet
            command["to-tag"] = answerer
        place = media_place(message.body)
        if incoming and place is not None and place[0] != self.peer and is_private(place[0]):
            command["flags"] = ["SIP-source-address"]
            command["received-from"] = ["IP6" if ":" in self.peer else "IP4", self.peer]
        if self._interfaces:
            own, theirs = reversed(self._interfaces) if self._inside else self._interfaces
            command["direction"] = [theirs, own] if incoming else [own, theirs]
        return command


def _from_peer(message: Message, *, incoming: bool) -> bool:
    """Is the peer's tag the From tag?"""
    return incoming is isinstance(message, Request)
