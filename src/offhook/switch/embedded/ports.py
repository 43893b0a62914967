"""What the embedded switch needs of the world: where registrations are kept, and who else may log in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from offhook.common.throttle import Place


class KeptBinding(NamedTuple):
    """A registration: `expires` is seconds since the epoch, `host` and `port` where it is reached."""

    terminal: str
    uri: str
    host: str
    port: int
    expires: float
    call_id: str
    cseq: int
    instance: str = ""
    reg_id: str = ""
    phone: str = ""


class RegistrationStore(Protocol):
    """Keeps registrations over a restart. Both methods block: they are called from a thread."""

    def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        """What was kept: registrations, and hosts with the terminals that are known there. Never raises."""
        ...

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        """Keep these instead of what was kept. Raises `UnavailableError`."""
        ...


class PhoneLogins(Protocol):
    """Phones with a login of their own, `<terminal>~<phone>` (`PHONE_MARK`). Neither method blocks."""

    def password(self, login: str) -> str | None:
        """What the phone logs in with; None for an unknown one."""
        ...

    def registered(self, login: str) -> None:
        """It has registered, or refreshed that."""
        ...
