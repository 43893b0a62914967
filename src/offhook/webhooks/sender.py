"""Hears of calls from the Call Manager, writes letters for the webhooks, and delivers them."""

import asyncio
import logging
import random
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

import msgspec
from msgspec import Struct

from offhook.call import Call, TrunkState
from offhook.call.occurrences import Occurrence, Occurrences, other_party
from offhook.call.provisioned import PhoneState
from offhook.common.clock import Clock
from offhook.common.tally import Tally
from offhook.common.threads import Threads
from offhook.errors import UnavailableError
from offhook.manager.calls import NumberedCall
from offhook.manager.outbox import Letter, Outbox
from offhook.manager.service import CallManager, ManagerEvent
from offhook.webhooks.phonenews import PhoneNews
from offhook.webhooks.post import post
from offhook.webhooks.signature import headers
from offhook.webhooks.target import Resolver, Target
from offhook.webhooks.trunknews import TrunkNews

logger = logging.getLogger(__name__)

DELAYS_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 2 * 3600.0, 4 * 3600.0, 8 * 3600.0)
"""The pauses before the attempts after the first: some 16 hours in all. Then the letter is dead."""

AT_ONCE = 8
"""Requests to one webhook at the same time."""

MAX_NEW = 20_000
"""Letters in memory that the disk has not taken yet; further ones are lost, and counted."""

DISK_RETRY_S = 1.0
STOP_LIMIT_S = 2.0
"""How long stopping waits for the disk."""

LOOK_S = 60.0
"""How often it is looked whether something has become due by other ways, as by `offhook webhook retry`."""

GONE = 410
"""The status by which a program says that it wants no more of this letter."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Which events are sent where. No `terminals` means all. `trunks`, `phones`: events of those too."""

    name: str
    target: Target
    secret: str
    occurrences: frozenset[Occurrence]
    terminals: frozenset[str] = frozenset()
    allow_private: bool = False
    context: ssl.SSLContext | None = None
    trunks: bool = False
    phones: bool = False

    def wants(self, occurrence: Occurrence, call: Call) -> bool:
        """Is this event sent to the webhook?"""
        return occurrence in self.occurrences and (not self.terminals or call.terminal in self.terminals)


class Other(Struct, frozen=True):
    """The other party, with its number in the usual writings; "" where there is none."""

    name: str
    number: str
    e164: str
    national: str


class Message(Struct, frozen=True):
    """What a program is sent."""

    id: str
    type: str
    time: float
    terminal: str
    other: Other
    call: Call


class TrunkMessage(Struct, frozen=True):
    """What a program is sent about a trunk."""

    id: str
    type: str
    time: float
    trunk: TrunkState


class PhoneMessage(Struct, frozen=True):
    """What a program is sent about a phone that fetches its configuration."""

    id: str
    type: str
    time: float
    phone: PhoneState


Writings = Callable[[str], tuple[str, str]]
"""A number in E.164, and as it is written in its country; "" for what has no such writing."""


class WebhookSender:
    """Delivers to the webhooks, until it is stopped; what waits then is delivered after the next start.

    `named` puts the directory's names into a call. An event is in the outbox some milliseconds after it has
    happened.
    """

    def __init__(
        self,
        hooks: Sequence[Webhook],
        outbox: Outbox,
        *,
        named: Callable[[Call], Call] = lambda call: call,
        writings: Writings = lambda _: ("", ""),
        clock: Clock = time.time,
    ) -> None:
        self._hooks, self._outbox, self._named, self._writings = hooks, outbox, named, writings
        self._clock = clock
        self._occurrences = Occurrences()
        self._new: deque[Letter] = deque()
        self._written = asyncio.Event()
        self._due = {hook.name: asyncio.Event() for hook in hooks}
        self._threads = Threads("webhooks", 1)
        self._resolver = Resolver()
        self._tasks: list[asyncio.Task[None]] = []
        self._unsubscribe: Callable[[], None] = lambda: None
        self._unsubscribe_trunks: Callable[[], None] = lambda: None
        self._unsubscribe_phones: Callable[[], None] = lambda: None
        self._trunks: TrunkNews | None = None

    def start(self, manager: CallManager) -> None:
        """Subscribe to the Call Manager, and deliver the letters that wait."""
        loop = asyncio.get_running_loop()
        self._note = Tally(logger.warning, loop.call_later).note
        self._unsubscribe = manager.subscribe(self._on_event)
        if any(hook.trunks for hook in self._hooks):
            self._trunks = TrunkNews(self._tell_trunk)
            self._unsubscribe_trunks = manager.trunks.subscribe(self._trunks.on_trunk)
        if any(hook.phones for hook in self._hooks):
            news = PhoneNews(self._tell_phone, self._clock)
            self._unsubscribe_phones = manager.phones.subscribe(news.on_stranger)
        self._tasks = [loop.create_task(self._keep())]
        self._tasks += [loop.create_task(self._serve(hook)) for hook in self._hooks]

    async def stop(self) -> None:
        """Stop. What was not delivered is kept."""
        self._unsubscribe()
        self._unsubscribe_trunks()
        self._unsubscribe_phones()
        if self._trunks is not None:
            self._trunks.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_LIMIT_S):
                # This also waits for what a thread was still writing down.
                await self._threads.run(self._outbox.add, list(self._new))
        except (UnavailableError, OSError, TimeoutError) as error:
            if self._new:
                logger.error("%d events for webhooks are lost: %s", len(self._new), error)

    def _on_event(self, event: ManagerEvent) -> None:
        if not isinstance(event, NumberedCall):
            return
        for occurrence in self._occurrences.of(event.call):
            wanting = [hook for hook in self._hooks if hook.wants(occurrence, event.call)]
            if wanting:
                self._write(occurrence, event.call, wanting)

    def _write(self, occurrence: Occurrence, call: Call, hooks: Sequence[Webhook]) -> None:
        now, call = self._clock(), self._named(call)
        party = other_party(call)
        other = Other(party.name, party.id, *(self._writings(party.id) if party.id else ("", "")))
        kind = f"call.{occurrence.value}"
        for hook in hooks:
            self._put(
                hook, call.id, now, lambda letter: Message(letter, kind, now, call.terminal, other, call)
            )

    def _tell_trunk(self, kind: str, trunk: TrunkState) -> None:
        now = self._clock()
        for hook in self._hooks:
            if hook.trunks:
                self._put(
                    hook, f"trunk {trunk.name}", now, lambda letter: TrunkMessage(letter, kind, now, trunk)
                )

    def _tell_phone(self, kind: str, phone: PhoneState) -> None:
        now = self._clock()
        for hook in self._hooks:
            if hook.phones:
                about = f"phone {phone.mac}"
                self._put(hook, about, now, lambda letter: PhoneMessage(letter, kind, now, phone))

    def _put(self, hook: Webhook, about: str, now: float, message: Callable[[str], Struct]) -> None:
        if len(self._new) >= MAX_NEW:
            self._note("lost an event, for the disk takes none", hook.name)
            return
        letter = f"msg_{token_hex(12)}"
        body = msgspec.json.encode(message(letter))
        self._new.append(Letter(letter, hook.name, about, body, now, now))
        self._written.set()

    async def _keep(self) -> None:
        """Put all new letters into the outbox at once."""
        while True:
            await self._written.wait()
            self._written.clear()
            letters = list(self._new)
            try:
                died = await self._threads.run(self._outbox.add, letters)
            except (UnavailableError, OSError) as error:
                self._note(f"nothing can be kept for webhooks ({error})", "the outbox")
                await asyncio.sleep(DISK_RETRY_S)
                self._written.set()
                continue
            for _ in letters:
                self._new.popleft()
            if died:
                self._note("gave up the oldest of too many letters that wait", letters[0].hook)
            for hook in {one.hook for one in letters}:
                self._due[hook].set()

    async def _serve(self, hook: Webhook) -> None:
        due = self._due[hook.name]
        while True:
            try:
                due.clear()
                letters = await self._threads.run(self._outbox.due, hook.name, self._clock(), AT_ONCE)
                if letters:
                    await asyncio.gather(*(self._deliver(hook, one) for one in letters))
                    continue
                next_at = await self._threads.run(self._outbox.next_at, hook.name)
            except (UnavailableError, OSError) as error:
                self._note(f"what waits for webhooks cannot be read ({error})", "the outbox")
                next_at = self._clock() + DISK_RETRY_S
            pause = LOOK_S if next_at is None else min(LOOK_S, max(0.0, next_at - self._clock()))
            try:
                async with asyncio.timeout(pause):
                    await due.wait()
            except TimeoutError:
                pass

    async def _deliver(self, hook: Webhook, letter: Letter) -> None:
        """Try to send a letter once, and store the result. `UnavailableError`: it cannot be stored."""
        problem, gone = "", False
        try:
            status = await send(self._resolver, hook, letter, self._clock())
            if not 200 <= status < 300:
                problem, gone = f"answered with status {status}", status == GONE
        except UnavailableError as error:
            problem = str(error)
        if not problem:
            await self._threads.run(self._outbox.done, letter.id)
            return
        self._note(f"webhook {hook.name}: {problem}", hook.target.host)
        attempts = letter.attempts + 1
        dead = gone or attempts > len(DELAYS_S)
        pause = 0.0 if dead else DELAYS_S[attempts - 1] * (0.8 + 0.4 * random.random())
        after = replace(
            letter, attempts=attempts, problem=problem[:200], dead=dead, next_at=self._clock() + pause
        )
        await self._threads.run(self._outbox.failed, after)


async def send(resolver: Resolver, hook: Webhook, letter: Letter, now: float) -> int:
    """One attempt; the status of the answer. Raises `UnavailableError`."""
    signed = headers(hook.secret, letter.id, int(now), letter.body)
    return await post(
        resolver,
        hook.target,
        letter.body,
        signed,
        allow_private=hook.allow_private,
        context=hook.context,
    )
