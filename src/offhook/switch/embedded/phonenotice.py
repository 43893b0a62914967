"""A NOTIFY outside of any dialog, by which a phone is told to fetch its configuration again (check-sync)."""

from __future__ import annotations

from collections.abc import Callable

from offhook.call import new_call_id
from offhook.common.network import bracketed, host_port
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.message import Request, Response
from offhook.switch.embedded.contact import Binding


def tell_phone(
    endpoint: Endpoint, binding: Binding, flow: Flow, terminal: str, event: str, told: Callable[[int], None]
) -> None:
    """Send it. Nobody has subscribed, which RFC 6665 does not know, but desk phones take it so."""
    request = Request("NOTIFY", binding.uri)
    headers = request.headers
    host, port = flow.local
    headers.set("From", f"<sip:{terminal}@{bracketed(host)}>;tag={new_call_id()}")
    headers.set("To", f"<{binding.uri}>")
    headers.set("Call-ID", new_call_id())
    headers.set("CSeq", "1 NOTIFY")
    headers.set("Contact", f"<sip:{host_port(host, port)}>")
    headers.set("Event", event)
    headers.set("Subscription-State", "terminated")

    def answered(response: Response) -> None:
        if response.status >= 200:
            told(response.status)

    endpoint.request(request, flow, endpoint.now, answered, lambda _failure: told(408))
