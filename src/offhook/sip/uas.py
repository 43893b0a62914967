"""The general checks of a user agent server for each request (RFC 3261 §8.2.1 to §8.2.3)."""

from __future__ import annotations

from collections.abc import Collection

from offhook.sip.message import Request, Response, SipParseError, make_response
from offhook.sip.sessiontimer import OPTION, too_brief

KNOWN_METHODS = frozenset(
    {
        *("ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS"),
        *("PRACK", "PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"),
    }
)
"""The methods registered with IANA."""


def refusal(
    request: Request,
    methods: Collection[str],
    extensions: Collection[str] = (),
    schemes: Collection[str] = ("sip", "sips", "tel"),
) -> Response | None:
    """The error response for a request that cannot be served; otherwise None.

    400, 405 or 501 with Allow, 416, 420 with Unsupported, 422 with Min-SE.
    """
    if request.method not in methods:
        response = make_response(request, 405 if request.method in KNOWN_METHODS else 501)
        response.headers.set("Allow", ", ".join(methods))
        return response
    try:
        target = request.target
    except SipParseError as error:
        return make_response(request, error.status, error.reason)
    if target.scheme not in schemes:
        return make_response(request, 416)
    if target.headers:
        # A URI of a web page may carry headers; a Request-URI must not (§19.1.1).
        return make_response(request, 400, "Headers in the Request-URI")
    # Require is ignored in CANCEL (§8.2.2.3).
    # Option tags are tokens, so case-insensitive (§7.3.1).
    unknown = [option for option in request.headers.all("Require") if option.lower() not in extensions]
    if unknown and request.method != "CANCEL":
        response = make_response(request, 420)
        response.headers.set("Unsupported", ", ".join(unknown))
        return response
    return too_brief(request) if OPTION in extensions else None
