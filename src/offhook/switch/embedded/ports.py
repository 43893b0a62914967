"""What the embedded switch needs of the world: somewhere to keep its registrations and forwardings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from offhook.call import Forwarding
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


class RegistrationStore(Protocol):
    """Keeps registrations over a restart. Both methods block: they are called from a thread."""

    def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        """What was kept: registrations, and hosts with the terminals that are known there. Never raises."""
        ...

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        """Keep these instead of what was kept. Raises `UnavailableError`."""
        ...


class KeptForwarding(NamedTuple):
    """What is in force for one terminal."""

    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False


NOTHING_KEPT = KeptForwarding()
"""The calls of a terminal just ring there."""


class ForwardingStore(Protocol):
    """Keeps forwardings over a restart. Both methods block: they are called from a thread."""

    def read(self) -> Mapping[str, KeptForwarding]:
        """What was kept, by terminal. Never raises."""
        ...

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        """Keep this instead of what was kept. Raises `UnavailableError`."""
        ...
