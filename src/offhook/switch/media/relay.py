"""The media relay of a switch: which legs have their media relayed, and by which engine.

All of it stands beside the back-to-back user agent. What a phone sends is given to the engine before the call
sees it, and what the call sends on its way out: so calls know nothing of it but that descriptions name other
addresses. Without `[media]` there is no relay at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from offhook.common.tally import Tally
from offhook.config import MediaSettings
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, Response, SipParseError, parse
from offhook.sip.timers import Timer
from offhook.switch.media.described import Place, is_private
from offhook.switch.media.engine import UNKNOWN_CALL, Answer, Engine, problem
from offhook.switch.media.engines import Engines
from offhook.switch.media.legmedia import LegMedia
from offhook.switch.media.session import Session, SessionState

logger = logging.getLogger(__name__)

LOOK_S = 10.0
"""How often each call at an engine is looked for there. One that has been started anew has lost them all, and
people who hear nothing hang up after some ten seconds more."""

LOOKED_AT_ONCE = 100
"""Calls that are looked for at a time; the others come in the next second."""

_DESCRIBES = b"\r\n\r\nv=0"


class MediaRelay:
    """`pass_on` sends a message that was held. `relay_of` says which setting holds for a peer: its host, and
    whether it is a phone."""

    def __init__(
        self,
        settings: MediaSettings,
        endpoint: Endpoint,
        engines: Sequence[Engine],
        pass_on: Callable[[Flow, bytes], None],
        relay_of: Callable[[str, bool], str],
    ) -> None:
        self._settings, self._endpoint, self.pass_on = settings, endpoint, pass_on
        self._relay_of = relay_of
        self.engines = Engines(engines)
        self.is_emergency: Callable[[str], bool] = lambda _number: False
        """A call to such a number is never refused for want of an engine."""
        self.on_lost: Callable[[LegMedia], None] = lambda _leg: None
        """An engine does not know the leg any more: its media have to be agreed anew."""
        self._legs: dict[tuple[str, str], LegMedia] = {}
        self._keys: dict[LegMedia, tuple[str, str]] = {}
        self._given: dict[Place, Session] = {}
        self.held = 0
        """Messages that wait for an engine."""
        self._looking: Timer | None = None
        self._to_look_at: list[LegMedia] = []
        self._without = Tally(logger.warning, lambda s, do: endpoint.after(s, lambda _now: do()))

    def start(self) -> None:
        """Ask the engines from now on whether they are there, and have our calls."""
        for engine in self.engines.all:
            engine.on_up = self._came
        self.engines.start()
        self._look(0.0)

    def stop(self) -> None:
        """Ask no more; the engines forget our calls when no more media come."""
        if self._looking is not None:
            self._looking.cancel()
        self.engines.stop()

    # Legs

    def calling(self, leg: object, request: Request, flow: Flow, *, phone: bool) -> LegMedia:
        """The media of this leg of a phone or provider that is called by this INVITE."""
        try:
            named, user = request.target.host, request.target.user
        except SipParseError:
            named = user = ""
        natted = phone and is_private(named.strip("[]")) and named != flow.remote[0]
        media = self._leg((request.call_id, request.from_tag), flow, user, phone=phone, natted=natted)
        media.leg = leg
        return media

    def called(self, invite: ServerTransaction, *, phone: bool) -> LegMedia:
        """The media of the leg of a phone or provider that calls. The same one if it is asked for again."""
        key = (invite.request.call_id, invite.local_tag)
        try:
            user = invite.request.target.user
        except SipParseError:
            user = ""
        return self._legs.get(key) or self._leg(key, invite.flow, user, phone=phone, natted=False)

    def goes_on(
        self, leg: object, call_id: str, tag: str, flow: Flow, kept: SessionState | None, *, phone: bool
    ) -> LegMedia:
        """The media of a leg of an earlier run of the program; `kept` is what an engine of ours relays of
        it."""
        engine = None if kept is None else self.engine_of(kept)
        natted = kept is not None and kept.natted
        media = self._leg((call_id, tag), flow, "", phone=phone, natted=natted)
        if kept is not None and engine is not None:
            media.session.restore(kept, engine)
        media.leg = leg
        return media

    def engine_of(self, kept: SessionState) -> Engine | None:
        """The engine that has this session; None if it is not configured any more."""
        return next((one for one in self.engines.all if one.name == kept.engine), None)

    def find(self, leg: LegMedia, then: Callable[[bool], None]) -> None:
        """Call `then` with whether the engine has this leg still; an engine that does not answer may have."""
        engine = leg.session.engine
        if engine is None:
            then(True)
            return
        query = {"command": "query", "call-id": leg.session.id}
        engine.ask(query, lambda answer: then(UNKNOWN_CALL not in problem(answer)))

    def after(self, request: Request, then: Callable[[], None]) -> bool:
        """A request came in a dialog that is not known, perhaps not yet: what makes it one may be held. Then
        `then` is called when that is through."""
        leg = self._legs.get((request.call_id, request.to_tag))
        return leg is not None and leg.after(then)

    def forget(self, leg: LegMedia) -> None:
        """It is over."""
        key = self._keys.pop(leg, None)
        if key is not None and self._legs.get(key) is leg:
            del self._legs[key]

    def _leg(self, key: tuple[str, str], flow: Flow, number: str, *, phone: bool, natted: bool) -> LegMedia:
        relay = self._relay_of(flow.remote[0], phone)
        session = Session(
            *(self.engines, self._given, relay, flow.remote[0], flow.local[0], self._settings.interfaces),
            natted=natted,
            inside=phone and not natted and is_private(flow.remote[0]),
        )
        session.copes = relay == "never" and not phone
        refuses = self._settings.without_engine == "refuse" and not self.is_emergency(number)
        leg = LegMedia(self, session, refuses=refuses)
        self._legs[key], self._keys[leg] = leg, key
        return leg

    # What goes out

    def hold(self, flow: Flow, data: bytes) -> bool:
        """Is this message held, until an engine has answered? Then it is passed on by itself."""
        if not self._legs or (_DESCRIBES not in data and not self.held):
            return False
        try:
            message = parse(data)
        except SipParseError:  # a refusal of what could not be read says the same
            return False
        own = message.from_tag if isinstance(message, Request) else message.to_tag
        leg = self._legs.get((message.call_id, own))
        return leg is not None and leg.send(flow, message, data)

    def without(self, peer: str) -> None:
        """A call goes on as it does without an engine, or is refused."""
        self._without.note("a call that needs a media engine gets none", peer)

    def give_up(self, request: Request | Response) -> None:
        """It is not sent: who asked for it is told so."""
        self._endpoint.give_up(request)

    # Whether it is still there

    def _look(self, _now: float) -> None:
        if not self._to_look_at:
            self._to_look_at = [leg for leg in self._keys if leg.session.engine is not None]
        some, self._to_look_at = self._to_look_at[:LOOKED_AT_ONCE], self._to_look_at[LOOKED_AT_ONCE:]
        for leg in some:
            self._look_for(leg)
        self._looking = self._endpoint.after(1.0 if self._to_look_at else LOOK_S, self._look)

    def _came(self) -> None:
        """An engine is there again; it may have been started anew, or is the first that can take calls."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = self._endpoint.after(0.0, self._look)

    def _look_for(self, leg: LegMedia) -> None:
        engine = leg.session.engine
        if engine is None:
            return

        def answered(answer: Answer | None) -> None:
            away = engine.up is False and self.engines.others(engine)
            if leg.session.engine is engine and (away or UNKNOWN_CALL in problem(answer)):
                what = "has lost a call, whose media are agreed anew"
                self._without.note(what, f"media engine {engine.name}")
                self.on_lost(leg)

        if engine.up is False:
            answered(None)
        else:
            engine.ask({"command": "query", "call-id": leg.session.id}, answered)
