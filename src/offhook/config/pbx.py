"""`[switch.sip]`: a SIP PBX that is there already."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from offhook.config.model import SipConfig
from offhook.config.table import Table

TRANSPORTS: tuple[Literal["udp", "tcp", "tls"], ...] = ("udp", "tcp", "tls")
FROM_ELSEWHERE: tuple[Literal["refuse", "accept"], ...] = ("refuse", "accept")
MODES: tuple[Literal["calls", "refer"], ...] = ("calls", "refer")

SIP_USER = r"[A-Za-z0-9._+*#~-]{1,64}"
"""A user at the PBX, or what is dialled to reach one."""

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
_SERVER = re.compile(rf"{_HOST}(?::[0-9]{{1,5}})?")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,40}): *(\S.{0,250})")

CheckFile = Callable[[Table, str, Path | None], None]


def read_sip(table: Table, *, chosen: bool, check_file: CheckFile) -> SipConfig:
    """The section; `chosen`: it is the driver that is used. Raises `ConfigError`."""
    default = SipConfig()
    sip = SipConfig(
        servers=table.names("server") or (),
        transport=table.one_of("transport", default.transport, TRANSPORTS),
        domain=table.text("domain", "", rf"{_HOST}(?::[0-9]{{1,5}})?", 'a domain, like "pbx.example"'),
        outbound_proxy=table.text("outbound_proxy"),
        listen=table.listen("listen", default.listen),
        tls_ca_file=table.file("tls_ca_file"),
        mode=table.one_of("mode", default.mode, MODES),
        from_elsewhere=table.one_of("from_elsewhere", default.from_elsewhere, FROM_ELSEWHERE),
        register=table.flag("register", default.register),
        register_s=table.seconds("register_s", default.register_s, 30, 86_400),
        watch_s=table.seconds("watch_s", default.watch_s, 0, 3600),
        dialog_events=table.flag("dialog_events", default.dialog_events),
        auto_answer=_headers(table) if table.has("auto_answer") else None,
        ping_s=table.seconds("ping_s", default.ping_s, 5, 3600),
    )
    table.finish()
    for key, servers in (("server", sip.servers), ("outbound_proxy", (sip.outbound_proxy,))):
        for server in servers:
            _check_server(table, key, server)
    if chosen and not sip.servers:
        raise table.error("server", "is missing: no PBX is named", 'name it, like server = "pbx.example"')
    if sip.tls_ca_file is not None and sip.transport != "tls":
        raise table.error(
            "tls_ca_file", f'is set while transport is "{sip.transport}"', 'set transport = "tls"'
        )
    check_file(table, "tls_ca_file", sip.tls_ca_file)
    return sip


def _check_server(table: Table, key: str, server: str) -> None:
    if not server and key == "outbound_proxy":
        return
    if not _SERVER.fullmatch(server):
        raise table.error(
            key, f"{server!r} is no host", 'write it like "pbx.example", or "192.0.2.5:5060" with a port'
        )
    port = server.rpartition(":")[2] if not server.endswith("]") and ":" in server else "1"
    if not 0 < int(port) < 65536:
        raise table.error(key, f"{port!r} is not a port", "take one from 1 to 65535")


def _headers(table: Table) -> tuple[tuple[str, str], ...]:
    want = 'a list of header lines, like ["Call-Info: <sip:x>;answer-after=0"]'
    lines = table.texts(
        "auto_answer", (), lambda line: line.isprintable() and _HEADER.fullmatch(line) is not None, want
    )
    return tuple((line.partition(":")[0], line.partition(":")[2].strip()) for line in lines)
