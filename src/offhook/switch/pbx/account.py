"""One user's account at the PBX: who its requests are from, and their credentials."""

from __future__ import annotations

import logging

from offhook.call import new_call_id
from offhook.common.network import bracketed
from offhook.config import PbxSettings, TerminalSettings
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.message import NameAddr, Request, Response, Uri
from offhook.switch.b2bua.useragent import ALLOW, contact_of
from offhook.switch.pbx.diagnostics import Diagnosis
from offhook.switch.upstream.asking import OnFinal, ask
from offhook.switch.upstream.locate import split_host
from offhook.switch.upstream.servers import Server, Servers, route_of

logger = logging.getLogger(__name__)


class Account:
    """Implements `Credentials` for the legs of its calls. `problem` is why the PBX refuses it, if it does."""

    def __init__(
        self, own: TerminalSettings, settings: PbxSettings, servers: Servers, endpoint: Endpoint
    ) -> None:
        self.id, self.name = own.id, own.name
        self.user = own.user or own.id
        self.extension = own.extension or self.user
        self._settings, self._servers, self._endpoint = settings, servers, endpoint
        name = own.auth_user or self.user
        # A registrar and a proxy challenge with nonces of their own.
        self._registrar = DigestClient(name, own.password)
        self._proxy = DigestClient(name, own.password)
        self.problem: Diagnosis | None = None

    def uri(self, user: str) -> str:
        """Somebody's address at the PBX."""
        host, port = split_host(self._servers.domain)
        return str(Uri("sip", user, bracketed(host), port))

    def request(self, method: str, to: str, flow: Flow, shown: str = "") -> Request:
        """A request outside of any dialog from this user to the user `to` ("": the PBX itself)."""
        uri = self.uri(to)
        request = Request(method, uri)
        headers = request.headers
        if route := route_of(self._settings):
            headers.set("Route", route)
        own = Uri.parse(self.uri(self.user))
        headers.set("From", str(NameAddr(own, shown, {"tag": new_call_id()})))
        headers.set("To", f"<{uri}>")
        headers.set("Call-ID", new_call_id())
        headers.set("CSeq", f"1 {method}")
        headers.set("Contact", contact_of(flow, self.user))
        headers.set("Allow", ALLOW)
        headers.set("User-Agent", "Offhook")
        return request

    def sign(self, request: Request) -> None:
        """Put in credentials if a challenge is known already."""
        self._digest(request).sign(request)

    def again(self, request: Request, response: Response) -> Request | None:
        """The request once more after a 401 or 407; None when that is of no use."""
        return self._digest(request).authorize(request, response)

    def learn(self, response: Response) -> None:
        """A 2xx: it may say with which nonce to go on."""
        (self._registrar if response.cseq_method == "REGISTER" else self._proxy).learn(response)

    def ask(self, request: Request, server: Server, on_final: OnFinal) -> None:
        """Send a request that is no INVITE; with None for no answer, and the status that stands for it."""
        ask(self._endpoint, self._servers, server, self, request, self._settings.silent_s, on_final)

    def _digest(self, request: Request) -> DigestClient:
        return self._registrar if request.method == "REGISTER" else self._proxy
