"""What administrators change over the network: providers, phones' numbers, groups, and what rings."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

from offhook.common.threads import Threads
from offhook.errors import CallError, ConfigError, Refusal
from offhook.manager.audit import Event
from offhook.manager.ports import AuditLog
from offhook.manager.principal import Principal
from offhook.manager.recorded import recorded

T = TypeVar("T")


class OfficeTable(Enum):
    """A kind of entry, by its table in the configuration."""

    TRUNK = "trunk"
    TERMINAL = "terminal"
    """Phones, of which only the number outside is shown and changed."""
    GROUP = "group"
    INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """An entry as the configuration has it, without its password."""

    settings: Mapping[str, Any]
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class OfficeState:
    """All of them, in their order. `revision` names this state: a change says of which it is one. `fixed` is
    why they cannot be changed here, "" if they can. `waits`: they are not what the Call Manager runs with
    until it is started anew."""

    revision: str
    fixed: str
    waits: bool
    entries: Mapping[OfficeTable, Sequence[OfficeEntry]]


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """An entry to be added (`place` 0), changed, or (`settings` None) removed; places count from 1. A setting
    that is None is taken out, so that its default holds."""

    table: OfficeTable
    revision: str
    place: int = 0
    settings: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"OfficeChange({self.what})"

    @property
    def what(self) -> str:
        """What is changed, for the audit log: of the values the name alone."""
        if self.settings is None:
            return f"{self.table.value}[{self.place}] removed"
        if not self.place:
            return f"{self.table.value} {str(self.settings.get('name', ''))[:64]} added"
        return f"{self.table.value}[{self.place}] changed: {', '.join(self.settings)}"


class OfficeFile(Protocol):
    """The configuration (`offhook.assembly.officefile`). Both may block, and raise `ConfigError`."""

    def state(self) -> OfficeState:
        """As it is now."""
        ...

    def change(self, change: OfficeChange) -> OfficeState:
        """Change it, and what it is then. Raises `CallError` if it is another one than the change is of."""
        ...


class Office:
    """Each method is given the principal for the audit log. The caller has checked its rights.

    They raise `CallError`.
    """

    def __init__(self, file: OfficeFile, audit: AuditLog | None = None) -> None:
        self._file, self._audit = file, audit
        self._threads = Threads("office", 1)
        self._changing = asyncio.Lock()

    async def state(self) -> OfficeState:
        """As it is now."""
        return await self._run(self._file.state)

    async def change(self, by: Principal, change: OfficeChange) -> OfficeState:
        """Change it, one change at a time, and write down who did."""
        with recorded(self._audit, Event.OFFICE, by, number=change.what):
            async with self._changing:
                return await self._run(self._file.change, change)

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        try:
            return await self._threads.run(work, *arguments)
        except ConfigError as error:
            told = f"{error.key}: {error.what}" if error.key else error.what
            raise CallError(Refusal.BAD_REQUEST, f"{told}; {error.fix}" if error.fix else told) from error
        except OSError as error:
            raise CallError(Refusal.UNAVAILABLE, f"nothing was changed: {error}") from error
