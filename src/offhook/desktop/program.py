"""What the window needs of the program that it is a part of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from offhook.config import Config
from offhook.desktop.phonemodel import Manager
from offhook.desktop.settings.trying import Checker, Testers, Trial
from offhook.directory import Directory
from offhook.messenger import Messenger

if TYPE_CHECKING:
    from offhook.desktop.trust import CertificateQuestion
    from offhook.update import Updates


class RefusingManager(Manager, Protocol):
    """The session to the Call Manager, which also knows whether the login was refused."""

    @property
    def refused(self) -> bool: ...


class Parts(Protocol):
    """The Smart Messenger that is shown."""

    @property
    def messenger(self) -> Messenger: ...

    @property
    def client(self) -> RefusingManager: ...

    @property
    def directory(self) -> Directory | None: ...

    @property
    def tsp_port(self) -> int | None: ...

    @property
    def tsp_problem(self) -> str | None: ...

    @property
    def holds_calls(self) -> bool: ...

    @property
    def busy(self) -> Callable[[], bool]: ...


@dataclass(frozen=True, slots=True)
class Login:
    """The credentials for a remote Call Manager: a password, or a token that replaces it."""

    user: str
    password: str = ""
    token: str = ""


Start = Callable[[Config, Login | None, Callable[[str], None]], AbstractAsyncContextManager[Parts]]


def _no_writings(_config: Config) -> Callable[[str], tuple[str, str]]:
    return lambda _number: ("", "")


def _no_updates(_config: Config) -> Updates | None:
    return None


async def _trusted(_config: Config) -> CertificateQuestion | None:
    return None


@dataclass(frozen=True)
class Program:
    """What the window needs of the program around it: its settings, and how the Smart Messenger is started.

    `command` starts the program, for links and autostart, with `options` after the subcommand. `certificate`
    returns what a person has to confirm before the Call Manager can be trusted; it raises `UnavailableError`
    if the Call Manager cannot be reached. `check` is called before settings are saved, and raises
    `ConfigError` if the program could not start with them. `updates` looks for newer versions, if wanted.
    `writings` gives a number in E.164 and as its country writes it.
    """

    file: Path
    load: Callable[[], Config]
    start: Start
    show: Callable[[Config], Callable[[str], str]]
    testers: Testers
    command: Sequence[str]
    instance: str
    options: Sequence[str] = ()
    certificate: Callable[[Config], Awaitable[CertificateQuestion | None]] = _trusted
    trial: Trial | None = None
    check: Checker | None = None
    updates: Callable[[Config], Updates | None] = _no_updates
    writings: Callable[[Config], Callable[[str], tuple[str, str]]] = _no_writings
