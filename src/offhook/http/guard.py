"""Which requests may come in at all: by the name that the server was asked by, and by whose page asks.

Sources: RFC 9110 §7.2 (Host), RFC 6454 (Origin), Fetch Metadata (Sec-Fetch-Site), OWASP's pages on DNS
rebinding and on cross-site request forgery.
"""

import socket
from collections.abc import Iterable
from enum import Enum
from ipaddress import ip_address

from offhook.http.problems import WRONG_HOST, ProblemError

EXTENSIONS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")
"""What the origin of a browser's extension begins with. No page on the web can have such a one."""

MAX_SHOWN = 100
"""Characters of a host or origin that go into an answer."""


class Asker(Enum):
    """Whose code has sent a request, as the browser says; programs say nothing."""

    PROGRAM = "program"
    """No browser, or a page of ours: those do not say it with a GET either."""
    OWN_PAGE = "own page"
    CONFIGURED = "configured origin"
    EXTENSION = "extension"
    LINK = "link, or an extension's GET"
    """Something elsewhere led the browser here, and does not get to read the answer."""
    FOREIGN = "foreign page"


class Guard:
    """`hosts` are names that the server goes by, `origins` those that may use it from elsewhere."""

    def __init__(self, hosts: Iterable[str] = (), origins: Iterable[str] = (), *, tls: bool = False) -> None:
        own = socket.gethostname().lower()
        self._hosts = {"localhost", own, f"{own.partition('.')[0]}.local", *map(_plain, hosts)}
        self._origins = frozenset(origin.lower() for origin in origins)
        self._tls = tls

    def check_host(self, hosts: list[str]) -> str:
        """The host that was asked for. Raises `ProblemError`.

        A page that has its own name resolved to this machine (DNS rebinding) asks for that name. One that
        asks for an address has found no name to abuse.
        """
        host = hosts[0].lower() if len(hosts) == 1 else ""
        name = _name(host)
        if name not in self._hosts and not _is_address(name):
            shown = repr(hosts[0][:MAX_SHOWN]) if len(hosts) == 1 else "none, or several"
            raise ProblemError(
                WRONG_HOST,
                f"the name that was asked for is {shown}; take an IP address, or set http.hosts to this name",
            )
        return host

    def asker(self, host: str, origin: str | None, fetch_site: str | None) -> Asker:
        """Who asks, by `Origin` and `Sec-Fetch-Site`; `host` is what `check_host` found."""
        if origin is None:
            return Asker.PROGRAM if fetch_site in (None, "none", "same-origin") else Asker.LINK
        origin = origin.lower()
        if origin in self._origins:
            return Asker.CONFIGURED
        if origin.startswith(EXTENSIONS):
            return Asker.EXTENSION
        scheme, _, where = origin.partition("://")
        own = where == host and (scheme == "https" or (scheme == "http" and not self._tls))
        return Asker.OWN_PAGE if own else Asker.FOREIGN

    def cors(self, origin: str | None) -> dict[str, str]:
        """The headers by which a browser lets a configured origin read the answer."""
        if origin is None or origin.lower() not in self._origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Location, Retry-After, Allow",
            "Vary": "Origin",
        }


def _name(host: str) -> str:
    """The host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return _plain(host.partition(":")[0])


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
