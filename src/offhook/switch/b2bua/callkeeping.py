"""Keeps the calls that are up while the switch runs, and goes on with them at its next start.

Without that two phones would talk on whose call nobody sees any more, and nobody can end but by hand.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Container, Mapping
from typing import NamedTuple, Protocol

from offhook.call import live
from offhook.common.storewriter import StoreWriter
from offhook.errors import UnavailableError
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua import begun, ending, toolate
from offhook.switch.b2bua.begun import BegunLegs, UnheardCancels
from offhook.switch.b2bua.call import B2buaCall, CallHost
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.ending import EndingDialogs, KeptEnd
from offhook.switch.b2bua.kept import KeptCall, decode, encode, has_begun, is_whole, kept, under_new_ids
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.takenover import TakenOverCall

logger = logging.getLogger(__name__)

AWAY_S = 600.0
"""Calls of a program that ended longer ago are left alone: their people have hung up by hand."""

PACE_S = 0.01
"""Between the questions to the phones of two calls that are gone on with."""

LOOK_S = 1.0
WAIT_S = 60.0
"""How often, and for how long, it is looked whether a phone has connected to us again, by TCP or TLS."""

WITHOUT = "those that are up then can only be ended at the phones"
"""How it is after a restart where calls could not be kept."""

GONE = -1
"""The id of a connection that ended with the program: no open one has it."""


class CallStore(Protocol):
    """Keeps calls that are up over a restart, by a key of each."""

    @property
    def every_s(self) -> float:
        """How often what has changed is written: what was up for less than that is not gone on with after a
        sudden end of the program."""
        ...

    @property
    def holds_s(self) -> float:
        """A call that has been answered is written before anybody hears of it, unless that takes longer than
        this; 0: it is written with the others."""
        ...

    async def read(self) -> tuple[Mapping[str, bytes], float]:
        """What was kept, and how many seconds ago the program that wrote it was alive. Never raises."""
        ...

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Keep these, and forget those; the program is alive. Raises `UnavailableError`."""
        ...


class WayBack(NamedTuple):
    """How a phone whose call is gone on with is reached, and as whom; `taken` is told of its new leg."""

    flow: Flow
    credentials: Credentials
    taken: Callable[[Leg], None]


class Reached(Protocol):
    """A kept leg, as far as it says how its phone was reached."""

    @property
    def terminal(self) -> str:
        """Whose phone it is; "" for a provider."""
        ...

    @property
    def trunk(self) -> str:
        """As `WaysBack.trunk_of`."""
        ...

    @property
    def own_address(self) -> str:
        """Ours, as the phone knew it."""
        ...

    @property
    def place(self) -> tuple[str, str, int]:
        """By which protocol, and where."""
        ...


class WaysBack(Protocol):
    """What this needs of a driver besides what calls do."""

    def trunk_of(self, credentials: Credentials) -> str:
        """The name of the trunk, or of the account at a PBX, by which a leg with these goes; "" for a phone
        here."""
        ...

    def way_back(self, kept: Reached) -> WayBack:
        """How it is reached now. Raises `ValueError` where it is not any more, or `OSError`."""
        ...

    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        """The flow by which a phone of the terminal is reached in a dialog now."""
        ...


class CallKeeper:
    """A store that cannot be written is tried again, and logged once."""

    def __init__(self, store: CallStore, host: CallHost, ways: WaysBack, dialer: Dialer) -> None:
        self._store, self._host, self._ways = store, host, ways
        self.holds_s = store.holds_s
        self._dialer = dialer
        self._changed: set[B2buaCall] = set()
        self._answered: set[B2buaCall] = set()
        """Those of which nobody hears before they are kept."""
        self._keys: dict[B2buaCall, str] = {}
        self._gone: set[str] = set()
        self._writing = StoreWriter(self._write, store.every_s, store, "calls", WITHOUT)
        self._last = False
        self._known: set[str] = set()
        """The keys of what the store has, as far as that is certain."""
        self._theirs: set[str] = set()
        """The keys of what other processes began, also when it is over: it may be handed over once more."""
        self.left: Mapping[str, bytes] = {}
        """What could not be written the last time, and the store has never had."""
        self._begun = BegunLegs(ways.trunk_of)
        host.begun = self._begun.legs
        self._ending = EndingDialogs(ways.trunk_of, lambda: host.endpoint.now)
        host.endings = self._ending
        self._cancels = UnheardCancels(ways.trunk_of, lambda: host.endpoint.now)
        host.cancels = self._cancels

    def note(self, call: B2buaCall) -> None:
        """Something of this call has changed."""
        self._changed.add(call)

    def answered(self, call: B2buaCall) -> None:
        """It is to be kept by the next `keep_answered`."""
        self._answered.add(call)

    async def keep_answered(self) -> None:
        """Write those that have been answered since the last time, now."""
        await self._writing.carry_out(self._write_answered)

    async def read(self) -> Mapping[str, bytes]:
        """What is to be gone on with."""
        found, away_s = await self._store.read()
        self._known.update(found)
        self._theirs.update(found)
        if away_s <= AWAY_S:
            return found
        self._gone.update(found)
        return {}

    def start(self) -> None:
        """Write changes from now on."""
        self._writing.start()

    async def stop(self) -> set[B2buaCall]:
        """Write what has changed since the last time. The calls that the next start goes on with: none that
        is just being changed, which nobody will bring to an end."""
        self._last = True
        await self._writing.stop()
        return set() if self._writing.failing else set(self._keys)

    async def keep(self) -> None:
        """Write now what has changed."""
        await self._writing.write()

    async def leave(self) -> None:
        """The last word: from now on what was written is another process's. The store may refuse it, and has
        it for the case that nobody else comes."""
        await self._writing.leave()

    async def _write_answered(self) -> None:
        answered, self._answered = self._answered, set()
        texts: dict[str, bytes] = {}
        for call in answered:
            if has_begun(call):
                texts[self._keys.setdefault(call, call.call.id)] = self._encoded(call)
        if texts:
            await self._store.write(texts, ())  # if that fails, each is among those that have changed
            self._known.update(texts)

    async def _write(self) -> None:
        batch, later = self._collect()
        invites, answered = self._begun.collect(last=self._last)
        unheard, heard = self._ending.collect()
        ringing, quiet = self._cancels.collect()
        gone, self._gone = self._gone | answered | heard | quiet, set()
        changed, self._changed = self._changed - later, later
        texts = batch | invites | unheard | ringing
        self.left = {}
        if not (texts or gone or self._keys):
            return
        try:
            await self._store.write(texts, gone)
        except (UnavailableError, asyncio.CancelledError):
            self.left = {key: text for key, text in texts.items() if key not in self._known}
            self._changed |= changed
            self._gone |= gone
            self._begun.not_written(invites)
            self._ending.not_written(unheard)
            self._cancels.not_written(ringing)
            raise
        self._known.update(texts)
        self._known.difference_update(gone)

    def _collect(self) -> tuple[dict[str, bytes], set[B2buaCall]]:
        """What is to be written, and the calls that are just being changed."""
        batch: dict[str, bytes] = {}
        later: set[B2buaCall] = set()
        for call in self._changed:
            if is_whole(call):
                key = self._keys.setdefault(call, call.call.id)
                batch[key] = self._encoded(call)
                continue
            if call in self._keys and (call.lines or self._last or not call.values):
                self._gone.add(self._keys.pop(call))
            if call.values:
                later.add(call)
        return batch, later

    def _encoded(self, call: B2buaCall) -> bytes:
        return encode(kept(call, self._ways.trunk_of))

    # The next start

    def take_up(self, left: Mapping[str, bytes]) -> None:
        """Go on with what another process has `left`, unless it is known here. Its calls have been told as
        over, where anything was told of them at all: they get other ids."""
        new = {key: text for key, text in left.items() if key not in self._theirs}
        self._theirs.update(new)
        self.go_on(new, anew=True)

    def go_on(self, found: Mapping[str, bytes], *, anew: bool = False) -> None:
        """Go on with these calls: publish them, and ask their phones whether they are in them still. Those
        that nobody has answered are cleared, and those that were hung up are, where a phone has not heard of
        it. `anew`: they are not in the store, and get other ids."""
        taken: list[TakenOverCall] = []
        answered: set[tuple[str, str]] = set()
        invites: list[begun.KeptInvite] = []
        ended = 0
        for key, data in found.items():
            try:
                if (invite := begun.decode(data)) is not None:
                    self._gone.add(key)
                    invites.append(invite)
                    continue
                if (end := ending.decode(data)) is not None:
                    self._end(key, end, ended * PACE_S)
                    ended += 1
                    continue
                state = decode(data)
                if anew:
                    state = under_new_ids(state)
                    key = state.call.id
                call = self._take_over(state)
            except (ValueError, OSError) as error:
                logger.warning("call %s is not gone on with: %s", key, error)
                self._gone.add(key)
                continue
            self._keys[call] = key
            taken.append(call)
            answered |= state.dialogs
        cleared = sum(self._clear(invite, answered) for invite in invites)
        for at, call in enumerate(taken):
            call.tell()
            for leg in (call.caller_leg, call.callee_leg):
                assert leg is not None
                self._ask_later(call, leg, at * PACE_S, 0.0)
        if taken:
            logger.info("%d calls of the last run are gone on with", len(taken))
        if cleared:
            logger.info("%d INVITEs of the last run that nobody had answered are cleared", cleared)
        if ended:
            logger.info("%d phones that had not heard that their call was over are told so", ended)

    def _clear(self, kept: begun.KeptInvite, answered: Container[tuple[str, str]]) -> bool:
        """Say that nothing comes of it, unless its call was kept later, as one that is `answered`."""
        try:
            invite = begun.invite_of(kept)
            if (invite.call_id, invite.from_tag) in answered:
                return False
            way = self._ways.way_back(kept)
            leg = Leg(self._host, begun.Nobody(), kept.terminal, kept.own_address, way.credentials)
            begun.clear(kept, invite, leg, self._host.endpoint, way.flow)
        except (ValueError, OSError) as error:
            logger.warning("an INVITE of the last run is not cleared: %s", error)
            return False
        return True

    def _end(self, key: str, kept: KeptEnd, seconds: float) -> None:
        way = self._ways.way_back(kept)
        dialog = kept.dialog.restored(way.flow)
        self._ending.take_up(key, kept, dialog)

        def end(_now: float) -> None:
            toolate.end(self._host, kept.terminal, kept.own_address, way.credentials, dialog)

        self._host.endpoint.after(seconds, end)

    def _take_over(self, state: KeptCall) -> TakenOverCall:
        if not live(state.call):
            raise ValueError("it is over")
        media = self._host.media
        for one in (state.caller, state.callee):
            if one.media is not None and (media is None or media.engine_of(one.media) is None):
                raise ValueError(f"{one.media.engine} relays it, and is no media engine of ours any more")
        ways = [(one, self._ways.way_back(one)) for one in (state.caller, state.callee)]
        call = TakenOverCall(self._host, self._dialer, state)
        for one, way in ways:
            way.taken(call.take_up(one, way.flow, way.credentials, callee=one is state.callee))
        return call

    def _ask_later(self, call: B2buaCall, leg: Leg, seconds: float, waited_s: float) -> None:
        self._host.endpoint.after(seconds, lambda _now: self._ask(call, leg, waited_s))

    def _ask(self, call: B2buaCall, leg: Leg, waited_s: float) -> None:
        """A re-INVITE with what the phone has: it tells where we are now, and a phone that has left the call
        refuses it (481)."""
        if leg.ended or leg.dialog is None or leg not in (call.caller_leg, call.callee_leg):
            return
        if call.changing:  # a command says what the phone is to have next
            self._ask_later(call, leg, PACE_S, waited_s)
            return
        flow = self._ways.flow_for(leg.terminal, leg.dialog)
        if flow.id != GONE:
            leg.move_to(flow)
            self._renew(call, leg)
        elif waited_s < WAIT_S:
            self._ask_later(call, leg, LOOK_S, waited_s + LOOK_S)
        else:
            call.on_lost(leg)

    def _renew(self, call: B2buaCall, leg: Leg) -> None:
        """Where the media engine that relays it has lost it meanwhile, both agree on their media anew."""
        if self._host.media is None or leg.media is None:
            call.renew(leg)
            return

        def found(there: bool) -> None:
            if not there:
                call.agree_anew(leg)
            elif call.changing:
                self._ask_later(call, leg, PACE_S, 0.0)
            elif not leg.ended:
                call.renew(leg)

        self._host.media.find(leg.media, found)
