"""Where a server listens."""

from typing import NamedTuple

from offhook.common.network import host_port, is_loopback


class Listen(NamedTuple):
    """A host and a port, `host:port` in the file. Port 0 takes any free one."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Is it reached from this machine only?"""
        return is_loopback(self.host)

    @property
    def here(self) -> "Listen":
        """Where a program on this machine reaches it: loopback for `0.0.0.0` and `::`."""
        return Listen({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)

    def __str__(self) -> str:
        return host_port(self.host, self.port)
