"""What our user agent puts into its own headers, and how it reads the Contact of others."""

from __future__ import annotations

from functools import lru_cache

from offhook.call import new_call_id
from offhook.common.network import host_port
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response, SipParseError

METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO", "MESSAGE", "REFER", "REGISTER")
"""What phones may ask of the switch."""

ALLOW = ", ".join(METHODS)

OUTSIDE = {"OPTIONS": 200, "REFER": 403}
"""The answers to requests outside of any call, where that is not 405."""


@lru_cache(maxsize=4096)
def contact_of(flow: Flow, user: str) -> str:
    """Our Contact for the peer of this flow: where it reaches us."""
    transport = "" if flow.protocol == "udp" else f";transport={flow.protocol}"
    return f"<sip:{user}@{host_port(*flow.local)}{transport}>"


def dialog_from(request: Request, response: Response, flow: Flow) -> Dialog:
    """The dialog that a 2xx to our request creates (RFC 3261 §12.1.2)."""
    try:
        return Dialog.uac(request, response, flow)
    except SipParseError:
        # A Contact that nobody can read: the address that the request went to has to do.
        response.headers.remove("Contact")
        return Dialog.uac(request, response, flow)


def options(uri: str, caller: str, callee: str, flow: Flow) -> Request:
    """An OPTIONS outside of any dialog (RFC 3261 §11.1), which asks whether somebody is there. `caller` and
    `callee` are SIP URIs, for From and To."""
    request = Request("OPTIONS", uri)
    headers = request.headers
    headers.set("From", f"<{caller}>;tag={new_call_id()}")
    headers.set("To", f"<{callee}>")
    headers.set("Call-ID", new_call_id())
    headers.set("CSeq", "1 OPTIONS")
    headers.set("Contact", contact_of(flow, "offhook"))
    headers.set("Accept", "application/sdp")
    headers.set("User-Agent", "Offhook")
    return request
