"""A trunk as an administrator sees it: can it be used, what does the provider say, how much has gone out."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TrunkServer:
    """One server of the provider. `up` is None until it has been asked; `problem` says why it is not up."""

    address: str
    up: bool | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TrunkState:
    """A provider's account. `usable`: calls can go out by it; if not, `problem` says why, where the provider
    has refused the account in its own words. `since` is when that began (seconds since the epoch).

    `registers` is False where the provider knows the site by its address. The counts are of calls that go
    out, beside the limits that are set for them; `limit` names the setting whose limit is reached, "" for
    none. `asked` is False where the provider is never asked whether it is there (`probe_s = 0`): a server's
    `up` may stay None then.
    """

    name: str
    usable: bool = False
    problem: str = ""
    since: float | None = None
    registers: bool = True
    registered: bool = False
    servers: tuple[TrunkServer, ...] = field(default_factory=tuple)
    calls: int = 0
    max_calls: int = 0
    calls_an_hour: int = 0
    max_calls_an_hour: int = 0
    minutes_today: float = 0.0
    max_minutes_a_day: int = 0
    limit: str = ""
    asked: bool = True
