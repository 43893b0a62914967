"""How phones are called through the PBX: as one of its users, at the best of its servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from offhook.call import Party
from offhook.config import PbxSettings
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Uri
from offhook.switch.b2bua.autoanswer import AUTO_ANSWER
from offhook.switch.b2bua.diversion import NO_DIVERSIONS, Diversion, diversion_headers
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner
from offhook.switch.pbx.account import Account
from offhook.switch.upstream.failover import FailoverInvite
from offhook.switch.upstream.origin import is_expected
from offhook.switch.upstream.servers import Server, Servers


class PbxDialer:
    """Implements `Dialer`. `note_call_id` is told of the Call-ID of each call that goes to the PBX."""

    def __init__(
        self,
        host: LegHost,
        accounts: Mapping[str, Account],
        servers: Servers,
        settings: PbxSettings,
        note_call_id: Callable[[str], None],
    ) -> None:
        self._host, self._accounts, self._servers = host, accounts, servers
        self._settings, self._note_call_id = settings, note_call_id
        self._by_extension = {account.extension: account for account in accounts.values()}
        self.no_answer_s, self.terminal_answer_s = settings.no_answer_s, settings.terminal_answer_s

    def rings_s(self, number: str) -> float | None:
        """How long the call may ring here; the PBX may end it earlier."""
        return self.no_answer_s

    def account_of(self, number: str) -> Account | None:
        """The account whose extension this is."""
        return self._by_extension.get(number)

    def lookup(self, number: str) -> tuple[Party, str | None]:
        account = self.account_of(number)
        return Party(account.name if account else "", number), account.id if account else None

    def ring_own_phone(self, terminal: str, callee: Party, owner: LegOwner) -> FailoverInvite | None:
        # It is a call from the user to himself, so that its From can name whom the phone is to show.
        account = self._accounts[terminal]

        def invite(flow: Flow) -> Request:
            request = account.request("INVITE", account.extension, flow, callee.name or callee.id)
            self._ask_to_answer(request)
            return request

        return self._begin(owner, account, account.id, invite)

    def call(
        self,
        number: str,
        terminal: str,
        caller: Party,
        owner: LegOwner,
        offer: bytes = b"",
        *,
        diversions: Sequence[Diversion] = NO_DIVERSIONS,
        auto_answer: bool = False,
        referred_by: Party | None = None,
    ) -> FailoverInvite | None:
        account = self._accounts.get(terminal)
        if account is None:
            return None  # a phone outside: it has no account to call with
        # The PBX knows the account's own number; of another caller (a transfer) it has to be told.
        shown = caller.name if caller.id == account.id else caller.name or caller.id

        def invite(flow: Flow) -> Request:
            request = account.request("INVITE", number, flow, shown)
            for name, lines in diversion_headers(diversions, number, self._uri_of(account)).items():
                request.headers.set(name, lines)
            if auto_answer:
                self._ask_to_answer(request)
            request.set_body(offer)
            return request

        _, called_terminal = self.lookup(number)
        return self._begin(owner, account, called_terminal or "", invite)

    def is_pbx(self, flow: Flow) -> bool:
        """Is the other end of this flow the PBX itself?"""
        return is_expected(flow, self._servers.hosts, None)

    def reaches(self, number: str) -> bool:
        return self._servers.current is not None

    def talk(self, terminal: str, done: Callable[[bool], None]) -> bool:
        """Have the PBX tell the phone of a terminal to answer (`Event: talk`); False where it does not."""
        account, server = self._accounts.get(terminal), self._servers.current
        if not self._settings.talk or account is None or server is None:
            return False
        request = account.request("NOTIFY", account.extension, server.flow)
        request.headers.set("Event", "talk")
        request.headers.set("Subscription-State", "active")
        account.ask(request, server, lambda _response, status: done(200 <= status < 300))
        return True

    def _ask_to_answer(self, request: Request) -> None:
        own = self._settings.auto_answer
        for name, value in AUTO_ANSWER.items() if own is None else own:
            request.headers.set(name, value)

    @staticmethod
    def _uri_of(account: Account) -> Callable[[str], Uri]:
        return lambda user: Uri.parse(account.uri(user))

    def _begin(
        self, owner: LegOwner, account: Account, terminal: str, invite: Callable[[Flow], Request]
    ) -> FailoverInvite | None:
        tried: list[Server] = []

        def next_way() -> PbxWay | None:
            server = self._servers.after(tried)
            if server is None:
                return None
            tried.append(server)
            return PbxWay(account, self._servers, server, self._settings.silent_s, invite, self._note_call_id)

        attempt = FailoverInvite(self._host, owner, terminal, next_way, self.talk)
        return attempt if attempt.begin() else None


class PbxWay:
    """Implements `Way`: one server of the PBX, called as this user. `invite` makes the INVITE for a flow."""

    def __init__(
        self,
        account: Account,
        servers: Servers,
        server: Server,
        silent_s: float,
        invite: Callable[[Flow], Request],
        note_call_id: Callable[[str], None],
    ) -> None:
        self.credentials = account
        self._servers, self._server = servers, server
        self._invite, self._note_call_id = invite, note_call_id
        self.flow, self.silent_s = server.flow, silent_s

    def begin(self, _leg: Leg) -> Request:
        request = self._invite(self.flow)
        self._note_call_id(request.call_id)
        return request

    def silent(self) -> None:
        self._servers.failed(self._server)

    def fails(self, status: int, *, responded: bool) -> bool:
        # 503 and no answer at all concern the server, not whom we call (RFC 3263 §4.3).
        fails = status == 503 or (status == 504 and not responded)
        if fails:
            self._servers.failed(self._server)
        return fails
