"""How phones that are registered here are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

from offhook.call import Party, Privacy
from offhook.common.network import bracketed
from offhook.config import TerminalSettings
from offhook.sip.endpoint import Flow
from offhook.sip.headers import Headers, key_of
from offhook.sip.message import NameAddr, Request, Uri
from offhook.sip.tokens import new_token
from offhook.switch.b2bua.autoanswer import AUTO_ANSWER
from offhook.switch.b2bua.dialer import DialAttempt
from offhook.switch.b2bua.diversion import NO_DIVERSIONS, Diversion, diversion_headers
from offhook.switch.b2bua.leg import LegHost, LegOwner
from offhook.switch.b2bua.privacy import ANONYMOUS
from offhook.switch.b2bua.useragent import ALLOW, contact_of
from offhook.switch.embedded.contact import Binding
from offhook.switch.embedded.fork import Fork
from offhook.switch.embedded.othersystems import OtherCalls
from offhook.switch.embedded.reachability import Reachability
from offhook.switch.trunk.trunks import Trunks

NO_HEADERS: Mapping[str, str] = {}
_SHOWN: Final = Privacy.NONE
_AUTO_ANSWER: Mapping[str, str] = {key_of(name): value for name, value in AUTO_ANSWER.items()}


class EmbeddedDialer:
    """Implements `Dialer`: all phones of a terminal are called at once, those of other telephone systems of
    the cluster at these, and numbers outside by a trunk.

    `flow_to` gives a flow the address of ours from which its remote is reached.
    """

    def __init__(
        self,
        host: LegHost,
        reachability: Reachability,
        terminals: Mapping[str, TerminalSettings],
        flow_to: Callable[[Flow], Flow],
        no_answer_s: float,
        terminal_answer_s: float,
        silent_s: float,
        trunks: Trunks,
        others: OtherCalls,
    ) -> None:
        self._host, self._reachability = host, reachability
        self._terminals, self._flow_to, self._silent_s = terminals, flow_to, silent_s
        self.no_answer_s, self.terminal_answer_s = no_answer_s, terminal_answer_s
        self._trunks, self._others = trunks, others
        self._parties = {one.id: Party(one.name, one.id) for one in terminals.values()}

    def rings_s(self, number: str) -> float | None:
        """Nobody hangs up on a call for help."""
        return None if self._trunks.is_emergency(number) else self.no_answer_s

    def lookup(self, number: str) -> tuple[Party, str | None]:
        party = self._parties.get(number)
        return (Party(self._others.name(number), number), None) if party is None else (party, number)

    def ring_own_phone(self, terminal: str, callee: Party, owner: LegOwner) -> Fork | None:
        return self._fork(terminal, callee, owner, b"", NO_DIVERSIONS, _AUTO_ANSWER)

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
    ) -> DialAttempt | None:
        if number not in self._parties:
            if self._others.has(number):
                return self._others.call(number, caller, owner, offer, diversions, referred_by)
            return self._trunks.call(number, terminal, caller, owner, offer)
        extra = _AUTO_ANSWER if auto_answer else NO_HEADERS
        return self._fork(number, caller, owner, offer, diversions, extra)

    def reaches(self, number: str) -> bool:
        if number not in self._parties:
            if self._others.has(number):
                return self._others.reaches(number)
            return self._trunks.reaches(number)
        return bool(self._phones(number))

    def _phones(self, terminal: str) -> Sequence[Binding]:
        found = self._reachability.phones(terminal)
        if not found:
            self._reachability.look(terminal)
        return found

    def _fork(
        self,
        number: str,
        shown: Party,
        owner: LegOwner,
        offer: bytes,
        diversions: Sequence[Diversion],
        extra: Mapping[str, str],
    ) -> Fork | None:
        bindings = self._phones(number)
        if not bindings:
            return None
        fork = Fork(self._host, owner, number, self._silent_s, self._reachability.said_nothing)
        invitations = [self._invite(one, number, shown, offer, diversions, extra) for one in bindings]
        fork.call(invitations, [one.talks for one in bindings])
        return fork

    def _invite(
        self,
        binding: Binding,
        number: str,
        shown: Party,
        offer: bytes,
        diversions: Sequence[Diversion],
        extra: Mapping[str, str],
    ) -> tuple[Request, Flow]:
        flow = self._flow_to(binding.flow)
        host = bracketed(flow.local[0])
        hidden = shown.privacy is not _SHOWN
        identity = ANONYMOUS if hidden else _name_addr(shown.name, shown.id, host)
        tag = new_token()
        headers = Headers(
            {
                "via": "",  # its place: it is written when the request is sent
                "from": f"{identity};tag={tag}",
                "to": _name_addr("", number, host),
                "call-id": new_token(),
                "cseq": "1 INVITE",
                "contact": contact_of(flow, number),
                "p-asserted-identity": identity,
                "allow": ALLOW,
                "user-agent": "Offhook",
                "max-forwards": "70",
                **extra,
            }
        )
        if hidden:
            headers.remove("P-Asserted-Identity")
            headers.set("Privacy", "id")
        if diversions:
            uri_of = partial(Uri, "sip", host=host)
            for name, lines in diversion_headers(diversions, number, uri_of).items():
                headers.set(name, lines)
        request = Request("INVITE", binding.uri, headers)
        request.known(1, "INVITE", tag, "")
        if offer:
            request.set_body(offer)
        return request, flow


@lru_cache(maxsize=1024)
def _name_addr(name: str, number: str, host: str) -> str:
    """How a phone is written in From and To: the same few in call after call."""
    return str(NameAddr(Uri("sip", number, host), name))
