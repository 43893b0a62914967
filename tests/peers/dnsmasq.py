"""dnsmasq as a name server that knows only the given services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import dns.asyncresolver
import pytest

from offhook.common.dnssrv import Srv
from tests.peers.program import Program, free_port


class Dnsmasq(Program):
    """One process; asked at 127.0.0.1:`port`."""

    def __init__(self, folder: Path, *services: tuple[str, Srv]) -> None:
        self.port = free_port()
        super().__init__(
            folder,
            "dnsmasq",
            *("--keep-in-foreground", "--log-facility=-", "--log-queries", "--user=root"),
            *("--conf-file=/dev/null", "--pid-file=", "--no-resolv", "--no-hosts", "--local=/example/"),
            *("--listen-address=127.0.0.1", "--bind-interfaces", f"--port={self.port}"),
            *(
                f"--srv-host={name},{record.target},{record.port},{record.priority},{record.weight}"
                for name, record in services
            ),
        )

    async def start(self) -> None:
        """Returns when it answers."""
        await super().start()
        await self.said("started, version")


@asynccontextmanager
async def asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *services: tuple[str, Srv]
) -> AsyncIterator[None]:
    """Names are asked of a name server that has these services."""
    async with Dnsmasq(folder, *services) as server:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
        monkeypatch.setattr(dns.asyncresolver, "default_resolver", resolver)
        yield
