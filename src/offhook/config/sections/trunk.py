"""`[[trunk]]`: an account of a SIP provider, by which the embedded switch reaches the outside world."""

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from offhook.config.kinds import Choice, Flag, ListOf, Number, Secret, Text, Whole, accepted
from offhook.config.sections import upstream
from offhook.config.sections.part import part_of
from offhook.config.sections.upstream import Transport
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

NumberFormat = Literal["e164", "digits", "national"]
Identity = Literal["asserted", "preferred", "none"]
TrunkRelay = Literal["", "never", "when-needed", "always"]
Network = IPv4Network | IPv6Network

MAX_NAME = 32

_NUMBER = r"\+[1-9][0-9]{4,14}"
_RANGE = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?")
_PREFIX = re.compile(r"\+?[0-9]{1,15}|")
_USER = Text(r"[A-Za-z0-9._+*#~@-]{1,64}", 'a user at the provider, like "4930123450"')

MAX_RANGE = 10_000
"""Numbers from the first to the last of a range: the largest blocks that are given out have four digits."""


def outside_range(text: str) -> tuple[str, str]:
    """`+4930123450`, or `+4930123400-+4930123499`, as first and last. Raises `ValueError`."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError
    first, last = found[1], found[2] or found[1]
    if len(first) != len(last) or not 0 <= int(last) - int(first) < MAX_RANGE:
        raise ValueError
    return first, last


def _network(text: str) -> Network:
    return ip_network(text)


@section
class TrunkSettings:
    """An account of a SIP provider, for the embedded switch."""

    name: str = setting(
        "",
        Text(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_NAME - 1}}}", 'letters and digits, like "provider"'),
        "what it is called",
        missing=("is missing", 'add one like name = "provider"'),
    )
    servers: tuple[str, ...] = upstream.servers(
        missing=("is missing: no provider is named", 'name it, like server = "sip.provider.example"')
    )
    transport: Transport = upstream.transport()
    tls_ca_file: Path | None = upstream.tls_ca_file("the provider's certificate")
    domain: str = upstream.domain("provider.example")
    outbound_proxy: str = upstream.outbound_proxy()
    register: bool = setting(
        True, Flag(), "`false` where the provider knows this site by its address, and wants no registration"
    )
    register_s: float = setting(600.0, Number(60, 86_400), "for how long it registers")
    user: str = setting("", _USER, "the account")
    auth_user: str = setting("", _USER, "the name that goes with the password", shown="the `user`")
    password: str = setting("", Secret(inline=True), "the account's")
    number_format: NumberFormat = setting(
        "e164",
        Choice(("e164", "digits", "national")),
        "how the provider writes numbers: `+4930123450`, the same without `+`, or as it is dialled in "
        "`address.country`",
    )
    numbers: tuple[tuple[str, str], ...] = setting(
        (),
        ListOf(outside_range, 'a list of numbers or ranges, like ["+4930123450", "+4930123400-+4930123499"]'),
        "the account's numbers: only these are shown to others, and are ours when they are called",
    )
    number: str = setting(
        "",
        Text(_NUMBER, 'a number with its country, like "+4930123450"'),
        "the number that is shown for a phone without one of its own or its group's",
        shown="the first of `numbers`",
    )
    from_account: bool = setting(
        False,
        Flag(),
        "`true` where the provider wants the account in the From of a call; the number then stands in "
        "`identity` alone",
    )
    identity: Identity = setting(
        "asserted",
        Choice(("asserted", "preferred", "none")),
        "the header besides From that has the caller's number: `P-Asserted-Identity`, "
        "`P-Preferred-Identity` (RFC 3325), or none",
    )
    addresses: tuple[Network, ...] = setting(
        (),
        ListOf(_network, 'a list of addresses or networks, like ["203.0.113.0/24"]'),
        "where its calls come from, besides the addresses of its servers",
    )
    prefixes: tuple[str, ...] = setting(
        (),
        ListOf(
            accepted(_PREFIX.fullmatch),
            'a list of beginnings of numbers with their country, like ["+49", "+1"]',
        ),
        "beginnings of numbers with their country (`+49`) that go by this trunk; of several trunks the one "
        "with the longest comes first, then those without any, in the order of the file",
        shown="all numbers",
    )
    max_calls: int = setting(10, Whole(1, 10_000), "calls that go out at a time")
    max_calls_an_hour: int = setting(200, Whole(1, 1_000_000), "calls that go out in an hour")
    max_minutes_a_day: int = setting(
        3000,
        Whole(1, 10_000_000),
        "minutes of all calls that go out in a day; then none goes out until midnight, but to emergency "
        "numbers",
    )
    relay: TrunkRelay = setting(
        "",
        Choice(("", "never", "when-needed", "always")),
        "when the media of its calls are relayed by an engine of `[media]`: never, when-needed, always",
        shown="that of `[media]`",
    )
    probe_s: float = setting(
        30.0,
        Number(0, 3600),
        "how often its servers are asked by OPTIONS whether they are there, at least every 5 seconds; `0`: "
        "never, for a provider that answers none and wants no registration",
    )
    large_by_tcp: bool = setting(
        True,
        Flag(),
        'requests of more than 1300 bytes go by TCP where `transport` is `"udp"` and the server takes that '
        "(RFC 3261 §18.1.1); `false`: all by UDP",
    )
    show_own_callers: bool = setting(
        False,
        Flag(),
        "`true`: callers outside who show a number of this site are shown with it, for providers whose "
        "mobiles call with the site's numbers; else as unknown, since who is at a phone here does not come "
        "from outside",
    )

    part: str = setting("", Text(), "the `[[cluster.part]]` that uses it, where there are several")

    max_incoming: int = 100
    """Calls that come in at a time: more than any account has channels, and no more than a phone system can
    bear if somebody has them come by the thousand."""

    silent_s: float = 4.0
    """What is silent for so long is down, and the next server or trunk is tried. By then an INVITE over UDP
    has gone out four times."""

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        upstream.check_transport(table, self.tls_ca_file, self.transport)
        if 0 < self.probe_s < 5:
            raise table.error("probe_s", "is less than 5 seconds", "set 0 for never, or 5 to 3600")
        if self.register and not self.user:
            raise table.error(
                "user",
                "is missing: who registers at the provider?",
                "name the account, or set register = false where it is known by its address",
            )
        if self.from_account and not self.user:
            raise table.error("user", "is missing while from_account is set", "name the account")
        if self.number and self.numbers and not self._in_numbers(self.number):
            raise table.error("number", "is none of numbers", "add it there, or take one of them")

    def has(self, number: str) -> bool:
        """Is this number, `+` and country first, the account's?"""
        return bool(number) and (number == self.number or self._in_numbers(number))

    def _in_numbers(self, number: str) -> bool:
        return any(len(number) == len(first) and first <= number <= last for first, last in self.numbers)

    @property
    def shown_number(self) -> str:
        """The number of a phone that has none of its own; "" if there is none."""
        return self.number or (self.numbers[0][0] if self.numbers else "")


def read_trunks(root: Table, drivers: Mapping[str, object], *, elsewhere: bool) -> tuple[TrunkSettings, ...]:
    """The trunks, in the order in which they are tried. `drivers` are those of the parts by their names, or
    the only one by "". Raises `ConfigError`."""
    parts = [name for name in drivers if name]
    found: dict[str, TrunkSettings] = {}
    for table in root.tables("trunk"):
        one = read_section(TrunkSettings, table)
        if one.name in found:
            raise table.error("name", f"{one.name!r} is already used above", "give each its own")
        whose = f"which part uses trunk {one.name}?"
        one = replace(one, part=part_of(table, one.part, parts, whose, elsewhere=elsewhere))
        driver = drivers.get(one.part)
        if driver != "embedded" and not elsewhere:
            raise table.error(
                "name",
                f"is of a trunk, and switch.driver is {driver!r}, which has its own way out",
                'take the trunk out, or set switch.driver = "embedded"',
            )
        if one.register and table.source.secrets and not one.password:
            raise table.error(
                "password", f"is missing: {one.name} could not register", "set it or password_file"
            )
        found[one.name] = one
    return tuple(found.values())
