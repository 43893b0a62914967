"""The account at the provider: whom requests are from, and their credentials."""

from __future__ import annotations

from offhook.call import new_call_id
from offhook.common.network import bracketed
from offhook.config import TrunkSettings
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response, Uri
from offhook.switch.b2bua.useragent import ALLOW, contact_of
from offhook.switch.upstream.locate import split_host
from offhook.switch.upstream.servers import route_of


class TrunkAccount:
    """Implements `Credentials`. A provider that knows this site by its address asks for no password."""

    def __init__(self, settings: TrunkSettings) -> None:
        self._settings = settings
        self.user = settings.user or "offhook"
        self.route: list[str] = []
        """The way that the registrar has told (Service-Route, RFC 3608); empty for none."""
        self.reliably = False
        """Does the provider demand reliable provisional responses (RFC 3262)? It has said so by a 421."""
        name = settings.auth_user or settings.user
        # A registrar and a proxy challenge with nonces of their own.
        self._registrar = DigestClient(name, settings.password)
        self._proxy = DigestClient(name, settings.password)

    def uri(self, user: str) -> str:
        """Somebody's address at the provider; "": the provider itself."""
        host, port = split_host(self._settings.domain or self._settings.servers[0])
        return str(Uri("sip", user, bracketed(host), port))

    def request(self, method: str, uri: str, flow: Flow) -> Request:
        """A request outside of any dialog, but for its From and To."""
        request = Request(method, uri)
        headers = request.headers
        if self.route and method != "REGISTER":
            headers.set("Route", self.route)
        elif route := route_of(self._settings):
            headers.set("Route", route)
        headers.set("Call-ID", new_call_id())
        headers.set("CSeq", f"1 {method}")
        headers.set("Contact", contact_of(flow, self.user))
        headers.set("Allow", ALLOW)
        headers.set("User-Agent", "Offhook")
        return request

    def sign(self, request: Request) -> None:
        """Put in credentials if a challenge is known already."""
        if self._settings.password:
            self._digest(request).sign(request)

    def again(self, request: Request, response: Response) -> Request | None:
        """The request once more after a 401 or 407; None when that is of no use."""
        return self._digest(request).authorize(request, response) if self._settings.password else None

    def learn(self, response: Response) -> None:
        """A 2xx: it may say with which nonce to go on."""
        (self._registrar if response.cseq_method == "REGISTER" else self._proxy).learn(response)

    def _digest(self, request: Request) -> DigestClient:
        return self._registrar if request.method == "REGISTER" else self._proxy
