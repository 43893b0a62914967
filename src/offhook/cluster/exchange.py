"""States between nodes: what this one tells the others, and what it hears of them, with nothing left out."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable

from offhook.cluster.bus import Bus
from offhook.cluster.entries import UNREADABLE
from offhook.cluster.gaps import GapDetector
from offhook.cluster.messages import (
    MAX_PAGE,
    AskStates,
    Beat,
    State,
    States,
    decode,
    encode,
    subject,
)
from offhook.cluster.node import Node
from offhook.cluster.tasks import Tasks
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

BEAT_S = 1.0

HOLD_S = 0.02
"""So long a state waits for others to go with it. Each that is sent by itself wakes up the servers and all
nodes, which takes more time than what they do with it; people do not see it."""

PAGE_S = 3.0
"""So long a node has time to tell a page of its states."""

MAX_WAITING = 20_000
"""States that wait to be sent: two for each terminal of a large site. Of more the others ask for all."""


class StateExchange:
    """`hear` takes a state of another node; `page` gives those of this node behind a terminal."""

    def __init__(
        self,
        node: Node,
        site: str,
        tasks: Tasks,
        *,
        hear: Callable[[State], None],
        page: Callable[[str], list[State]],
    ) -> None:
        self._node, self._site, self._tasks = node, site, tasks
        self._hear, self._page = hear, page
        self._gaps = GapDetector()
        self._asking: set[str] = set()
        self._missed: set[str] = set()
        """Nodes of which something was missed that what they are asked for just now may not have."""
        self._to_send: deque[tuple[str, bytes]] = deque()
        self._waits: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()
        self.total = 0
        """The states that this node has told."""

    def start(self) -> None:
        """Begin to send."""
        self._tasks.run(self._beat_always())

    async def listen(self, bus: Bus) -> None:
        """Hear what comes over a new connection. Raises `UnavailableError`."""
        self._gaps.forget()
        await bus.listen_gathering(subject(self._site, "told", ">"), self._on_told)
        await bus.listen(
            subject(self._site, "states", self._node.name),
            lambda _on, data, to: self._tasks.run(self._send_page(bus, data, to)),
        )

    async def catch_up(self) -> None:
        """Until all is heard that was sent by now, as far as NATS answers in a second."""
        if (bus := self._node.bus) is not None:
            with contextlib.suppress(UnavailableError):
                await bus.catch_up()

    def tell(self, state: State) -> None:
        """Tell the other nodes a state, within `HOLD_S`; `state.total` is `total`."""
        if len(self._to_send) < MAX_WAITING:  # else the others notice, and ask
            self._to_send.append((subject(self._site, "told.terminal", state.terminal), encode(state)))
        if self._waits is None:
            self._waits = asyncio.get_running_loop().call_later(HOLD_S, self._send_soon)

    def _send_soon(self) -> None:
        self._tasks.run(self.send_now())

    async def send_now(self) -> None:
        """Send what waits, before whatever is sent next."""
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None
        async with self._turn:
            while self._to_send:
                on, data = self._to_send.popleft()
                if (bus := self._node.bus) is not None:
                    with contextlib.suppress(UnavailableError):
                        await bus.send(on, data)

    def _on_told(self, on: str, data: bytes, _to: str) -> None:
        if on == subject(self._site, "told.beat"):
            beat = decode(Beat, data)
            if beat.node != self._node.name and not self._gaps.on_beat(beat):
                self._ask_for_all(beat.node)
            return
        state = decode(State, data)
        if state.node == self._node.name:
            return
        if not self._gaps.on_state(state):
            self._ask_for_all(state.node)
        self._hear(state)

    def _ask_for_all(self, node: str) -> None:
        if node in self._asking:
            self._missed.add(node)
        else:
            self._asking.add(node)
            self._tasks.run(self._fetch(node))

    async def _fetch(self, node: str) -> None:
        """All states of a node, and again if something was missed meanwhile."""
        try:
            await self._fetch_all(node)
            while node in self._missed:
                self._missed.discard(node)
                await self._fetch_all(node)
        finally:
            self._asking.discard(node)

    async def _fetch_all(self, node: str) -> None:
        """All states of a node, page by page."""
        after = ""
        try:
            while (bus := self._node.bus) is not None:
                asked = encode(AskStates(after))
                data = await bus.request(subject(self._site, "states", node), asked, PAGE_S)
                states = decode(States, data).states
                await self.catch_up()  # a call that began and ended since is not in there: it was told before
                for state in states:
                    self._hear(state)
                if len(states) < MAX_PAGE:
                    return
                after = states[-1].terminal
        except (UnavailableError, TimeoutError, *UNREADABLE) as error:
            logger.debug("node %s does not tell its states: %r", node, error)
            self._gaps.forget()  # its next beat has it asked again

    async def _send_page(self, bus: Bus, data: bytes, to: str) -> None:
        await self.send_now()
        found = self._page(decode(AskStates, data).after)
        with contextlib.suppress(UnavailableError):
            await bus.send(to, encode(States(found)))

    async def _beat_always(self) -> None:
        while True:
            await self.send_now()
            if (bus := self._node.bus) is not None:
                beat = Beat(self._node.name, self._node.run, self.total)
                with contextlib.suppress(UnavailableError):
                    await bus.send(subject(self._site, "told.beat"), encode(beat))
            await asyncio.sleep(BEAT_S)
