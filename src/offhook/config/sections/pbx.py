"""`[switch.pbx]`: any SIP PBX that is there already."""

import re
from pathlib import Path
from typing import Literal

from offhook.config.codes import Codes, CodesKind
from offhook.config.kinds import Address, Choice, Flag, ListOf, Number, Text
from offhook.config.listen import Listen
from offhook.config.sections import upstream
from offhook.config.sections.driver import RECALL_S, DriverSettings
from offhook.config.sections.upstream import Transport
from offhook.config.setting import Kind, section, setting
from offhook.config.table import Table

FromElsewhere = Literal["refuse", "accept"]
Mode = Literal["calls", "refer"]

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,40}): *(\S.{0,250})")


def _header(line: str) -> tuple[str, str]:
    if not line.isprintable() or not _HEADER.fullmatch(line):
        raise ValueError
    name, _, value = line.partition(":")
    return name, value.strip()


class _Headers(Kind[tuple[tuple[str, str], ...] | None]):
    values = "list"
    lines = ListOf(_header, 'a list of header lines, like ["Call-Info: <sip:x>;answer-after=0"]')

    def read(
        self, table: Table, name: str, default: tuple[tuple[str, str], ...] | None
    ) -> tuple[tuple[str, str], ...] | None:
        found = self.lines.read(table, name, ())
        return found if table.has(name) else default


@section
class PbxSettings(DriverSettings):
    """Any SIP PBX that is there already."""

    servers: tuple[str, ...] = upstream.servers(
        missing=("is missing: no PBX is named", 'name it, like server = "pbx.example"')
    )
    transport: Transport = upstream.transport()
    tls_ca_file: Path | None = upstream.tls_ca_file("the PBX's certificate, which is always checked")
    domain: str = upstream.domain("pbx.example")
    outbound_proxy: str = upstream.outbound_proxy()
    listen: Listen = setting(Listen("0.0.0.0", 0), Address(), "where the PBX reaches us over UDP")
    mode: Mode = setting(
        "calls",
        Choice(("calls", "refer")),
        "stay in the signalling from the first ring to the end, or hand the call over to the phone",
    )
    register: bool = setting(
        False,
        Flag(),
        "register at the PBX, besides the phone: for PBXs that take calls from registered clients only; the "
        "extension has to be allowed two registrations (Asterisk: `max_contacts = 2`)",
    )
    register_s: float = setting(300.0, Number(30, 86_400), "for how long it registers")
    from_elsewhere: FromElsewhere = setting(
        "refuse",
        Choice(("refuse", "accept")),
        "requests inside of a call that come neither from the PBX nor from where the call's Contact and "
        'routes are; `"accept"`: believed, for a PBX whose requests come from addresses that it does '
        "not name",
    )
    watch_s: float = setting(
        10.0,
        Number(0, 3600),
        "how often the PBX is asked which phones are registered; `0`: never, all count as registered",
    )
    dialog_events: bool = setting(True, Flag(), "ask for calls made by hand (RFC 4235)")
    auto_answer: tuple[tuple[str, str], ...] | None = setting(
        None,
        _Headers(),
        "header lines that make the own phone answer by itself",
        shown="the usual headers",
    )
    answers: bool = setting(
        False,
        Flag(),
        "the PBX passes the headers of `auto_answer` on to the phone whoever calls it, so that programs can "
        "answer a call that rings",
    )
    talk: bool = setting(
        False,
        Flag(),
        "the PBX passes a NOTIFY with `Event: talk` on to the phone, and the phones answer a call then: so "
        "programs can answer any call that rings",
    )
    codes: Codes = setting(
        (),
        CodesKind(),
        "the PBX's codes for forwarding, do-not-disturb and picking calls up, see below; what has no code "
        "is not offered",
        shown="none",
    )
    music_on_hold: str = setting(
        "",
        Text(r"[0-9A-Za-z+*#._-]{0,64}", "a number that can be called, at most 64 characters"),
        "a number of the PBX that answers and plays; who is on hold hears it",
        shown="what the PBX plays",
    )
    recall_s: float = setting(
        RECALL_S,
        Number(0, 600),
        "seconds that the target of a transfer may ring before who has transferred is rung again; so it is "
        "when the target refuses; `0`: never, the call ends",
    )
    ping_s: float = setting(20.0, Number(5, 3600), "how often it is checked that a call is still there")

    probe_s: float = 10.0
    """How often the servers are asked whether they are there."""

    silent_s: float = 4.0
    """What is silent for so long is down."""

    max_calls: int = 10_000

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        upstream.check_transport(table, self.tls_ca_file, self.transport)
