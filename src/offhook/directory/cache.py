"""The directory that answers all lookups: several sources in order, held in memory and on disk.

Sources are refreshed in the background; the people of a source that is down are kept. What takes time runs in
a thread; then the new index replaces the old one.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from offhook.common.threads import Threads
from offhook.directory.base import Notice, Person, Source
from offhook.directory.index import Index
from offhook.directory.numberkeys import NumberKeys
from offhook.directory.store import Saved, load, people_of, save
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

RETRY_S = 15.0
"""Delay before a source that is down is tried again; it doubles each time, up to the refresh interval."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source: its number of people, when they were read (seconds since the epoch),
    why it is down, and what was noticed."""

    name: str
    people: int
    fetched: float | None
    failure: UnavailableError | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def problem(self) -> str:
        """Why it is away, and what to do, in one line; "" when it is not."""
        return str(self.failure or "")


@dataclass(slots=True)
class _LoadedSource:
    """A source and its people."""

    source: Source
    saved: Saved | None = None
    failure: UnavailableError | None = None


def _notices(source: Source) -> tuple[Notice, ...]:
    """The notices of the source, if its kind has any."""
    return tuple(getattr(source, "notices", ()))


class DirectoryCache:
    """A `Directory`. The people are also stored in `folder`; None: in memory only."""

    def __init__(
        self,
        sources: Sequence[Source],
        keys: NumberKeys,
        *,
        folder: Path | None = None,
        refresh_s: float = 3600.0,
    ) -> None:
        self._loaded = [_LoadedSource(source) for source in sources]
        self._keys, self._folder, self._refresh_s = keys, folder, refresh_s
        self._index = Index((), keys)
        self._threads = Threads("directory", 1)
        self._tasks: list[asyncio.Task[None]] = []
        self._building = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._index)

    def name_of(self, number: str) -> str:
        """The name for a number; "" if it is unknown."""
        return self._index.name_of(number)

    def person_of(self, number: str) -> Person | None:
        """The person whose number this is; None if nobody or several people have it."""
        return self._index.person_of(number)

    def search(self, text: str, limit: int = 20) -> Sequence[Person]:
        """People by the beginnings of words in their names and other fields, or by their numbers."""
        return self._index.search(text, limit)

    def similar(self, text: str, limit: int = 3) -> Sequence[Person]:
        """People with a name similar to the text."""
        return self._index.similar(text, limit)

    def everybody(self) -> Sequence[Person]:
        """All people, by name. The same object until somebody has changed."""
        return self._index.everybody()

    def states(self) -> list[SourceState]:
        """The state of each source."""
        return [
            SourceState(
                loaded.source.name,
                len(people_of(loaded.saved)),
                loaded.saved.fetched if loaded.saved else None,
                loaded.failure,
                _notices(loaded.source),
            )
            for loaded in self._loaded
        ]

    async def open(self) -> None:
        """Load what is on disk."""
        if self._folder is not None:
            async with self._building:
                await self._threads.run(self._load, self._folder)
                self._index = await self._threads.run(self._build)

    async def start(self) -> None:
        """Load what is on disk, and refresh it from now on. Returns before any source has answered."""
        await self.open()
        self._tasks = [asyncio.create_task(self._keep_fresh(loaded)) for loaded in self._loaded]

    async def stop(self) -> None:
        """Stop refreshing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def refresh(self, *, missing_only: bool = False) -> None:
        """Read the sources now: all, or those without any data. `states` shows which are down."""
        wanted = [one for one in self._loaded if one.saved is None or not missing_only]
        await asyncio.gather(*(self._fetch(one) for one in wanted))

    async def picture(self, person: Person) -> bytes | None:
        """The person's picture, from the person's source. Raises `UnavailableError`."""
        for loaded in self._loaded:
            if person in people_of(loaded.saved):
                return await loaded.source.picture(person)
        return None

    async def _keep_fresh(self, loaded: _LoadedSource) -> None:
        often = loaded.source.check_s or self._refresh_s
        wait = RETRY_S
        while True:
            if await self._fetch(loaded):
                wait = RETRY_S
                await asyncio.sleep(often)
            else:
                await asyncio.sleep(min(wait, often))
                wait *= 2

    async def _fetch(self, loaded: _LoadedSource) -> bool:
        """Read one source; False if it is down. Logs when it goes down and when it is back."""
        source = loaded.source
        began = time.monotonic()
        try:
            people = await source.fetch()
        except UnavailableError as error:
            if str(error) != str(loaded.failure):
                logger.warning("directory %s: %s", source.name, error)
            loaded.failure = error
            return False
        except Exception:
            logger.exception("directory %s could not be read", source.name)
            loaded.failure = UnavailableError("it could not be read", "the log says why")
            return False
        if loaded.failure is not None:
            logger.info("directory %s is back", source.name)
            loaded.failure = None
        if people is not None:
            for notice in _notices(source):
                if notice.fix:
                    logger.warning("directory %s: %s; %s", source.name, notice.text, notice.fix)
            await self._put(loaded, people)
            logger.info(
                "directory %s: %d people in %.1f s", source.name, len(people), time.monotonic() - began
            )
        return True

    async def _put(self, loaded: _LoadedSource, people: Sequence[Person]) -> None:
        fetched = time.time()
        async with self._building:
            loaded.saved = await self._threads.run(self._save, loaded.source, people, fetched)
            self._index = await self._threads.run(self._build)

    def _build(self) -> Index:
        """Build the index of all people. Keys of numbers that have disappeared are dropped."""
        saved = [loaded.saved for loaded in self._loaded]
        self._keys.keep(number for one in saved if one is not None for number in one.keys)
        return Index([people_of(one) for one in saved], self._keys)

    def _save(self, source: Source, people: Sequence[Person], fetched: float) -> Saved:
        """Compute the keys of the numbers, and store all."""
        keys = self._keys.remember(number.text for one in people for number in one.numbers)
        saved = Saved(source.identity, fetched, tuple(people), self._keys.rules, dict(keys))
        if self._folder is not None:
            try:
                save(self._folder, source.name, saved)
            except UnavailableError as error:
                logger.warning("directory %s is held in memory only: %s", source.name, error)
        return saved

    def _load(self, folder: Path) -> None:
        for loaded in self._loaded:
            loaded.saved = load(folder, loaded.source.name, loaded.source.identity)
            if loaded.saved is not None:
                self._keys.recall(loaded.saved.keys, loaded.saved.rules)
