"""How phones that are registered here are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from offhook.call import Party, new_call_id
from offhook.common.network import bracketed
from offhook.sip.endpoint import Flow
from offhook.sip.message import NameAddr, Request, Uri
from offhook.switch.b2bua import control
from offhook.switch.b2bua.handover import Handover
from offhook.switch.b2bua.leg import ALLOW, Leg, LegOwner, contact_of
from offhook.switch.embedded.contact import Binding
from offhook.switch.embedded.fork import Fork
from offhook.switch.embedded.registrar import Registrar
from offhook.switch.embedded.settings import EmbeddedSettings, SipTerminal

NO_HEADERS: Mapping[str, str] = {}


class CallCore(control.CallCore, Protocol):
    """What calls need of the switch."""

    registrar: Registrar
    settings: EmbeddedSettings

    @property
    def terminals(self) -> Mapping[str, SipTerminal]:
        """All phones that may register, by id."""
        ...

    def flow_to(self, flow: Flow) -> Flow:
        """The flow with the address from which we reach its remote."""
        ...


class Control(Handover):
    """A call between two terminals."""

    core: CallCore

    def __init__(self, core: CallCore, caller: SipTerminal, number: str) -> None:
        self._forks: list[Fork] = []
        self.no_answer_s = core.settings.no_answer_s
        called = core.terminals.get(number)
        callee = Party(called.name if called else "", number)
        super().__init__(core, Party(caller.name, caller.id), callee, number)

    @property
    def heard(self) -> bool:
        return self._forks[-1].heard

    def stop_ringing(self) -> None:
        for fork in self._forks:
            fork.end()
        self._forks.clear()

    def ring(
        self, to: SipTerminal, shown: Party, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
    ) -> bool:
        """Call the terminal's phones, with `shown` as the caller; False when none is registered."""
        fork = self._fork(self, to, shown, body, headers)
        if fork is not None:
            self._forks.append(fork)
        return fork is not None

    def who(self, number: str) -> tuple[Party, str | None]:
        called = self.core.terminals.get(number)
        return Party(called.name if called else "", number), called.id if called else None

    def reach(self, number: str, by: Leg, shown: Party, owner: LegOwner) -> Fork | None:
        called = self.core.terminals.get(number)
        return None if called is None else self._fork(owner, called, shown, b"", NO_HEADERS)

    def _fork(
        self, owner: LegOwner, to: SipTerminal, shown: Party, body: bytes, headers: Mapping[str, str]
    ) -> Fork | None:
        bindings = self.core.registrar.bindings(to.id)
        if not bindings:
            return None
        fork = Fork(self.core, owner, to.id)
        fork.call([self._invitation(binding, to, shown, body, headers) for binding in bindings])
        return fork

    def _invitation(
        self, binding: Binding, to: SipTerminal, shown: Party, body: bytes, extra: Mapping[str, str]
    ) -> tuple[Request, Flow]:
        flow = self.core.flow_to(binding.flow)
        host = bracketed(flow.local[0])
        shown_uri = Uri("sip", shown.id, host)
        request = Request("INVITE", binding.uri)
        headers = request.headers
        headers.set("From", str(NameAddr(shown_uri, shown.name, {"tag": new_call_id()})))
        headers.set("To", str(NameAddr(Uri("sip", to.id, host))))
        headers.set("Call-ID", new_call_id())
        headers.set("CSeq", "1 INVITE")
        headers.set("Contact", contact_of(flow, to.id))
        headers.set("P-Asserted-Identity", str(NameAddr(shown_uri, shown.name)))
        headers.set("Allow", ALLOW)
        headers.set("User-Agent", "Offhook")
        for name, value in extra.items():
            headers.set(name, value)
        request.set_body(body)
        return request, flow
