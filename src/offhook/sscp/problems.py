"""Why there is no session to the Call Manager, in words that say what to do; and when to try again."""

import errno
import socket
import ssl
from http import HTTPStatus

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.frames import CloseCode

from offhook.common.connecting import connect_error_numbers, connect_error_text
from offhook.sscp.trust import certificate_problem

_NO_MANAGER = "what answers there is no Call Manager; correct its address and port"
_NO_TLS = "it does not speak TLS there; correct the port, or use the address that its administrator tells"
_NO_ANSWER = "it does not answer; check its address, that the machine is on, and firewalls between"
_NO_LISTENER = "nothing listens there; start it, or correct its address and port"
_NO_WAY = "there is no way to that network from here; check the network cable, the Wi-Fi or the VPN"

_BY_NUMBER = {
    errno.ECONNRESET: "it ended the connection at once; see its log",
    errno.ECONNREFUSED: _NO_LISTENER,
    errno.ETIMEDOUT: _NO_ANSWER,
    errno.EHOSTUNREACH: _NO_WAY,
    errno.ENETUNREACH: _NO_WAY,
    errno.ENETDOWN: _NO_WAY,
}
"""Of a host's addresses the one is told that came furthest: these are in that order."""


def connection_problem(error: Exception) -> str:
    """The problem behind an exception of an attempt to connect."""
    match error:
        case ssl.SSLCertVerificationError():
            return certificate_problem(error)
        case ssl.SSLError():
            return _NO_TLS
        case socket.gaierror() if error.errno == socket.EAI_AGAIN:
            return "its name cannot be looked up just now; check the network and its DNS server"
        case socket.gaierror():
            return "there is no machine of that name; correct it"
        case TimeoutError():
            return _NO_ANSWER
        case InvalidStatus() if error.response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return "it has no room for more sessions just now; try again in a minute"
        case InvalidStatus():
            return f"{_NO_MANAGER} (HTTP {error.response.status_code})"
        case InvalidMessage() | InvalidHandshake() | EOFError():
            return _NO_MANAGER
        case OSError():
            numbers = connect_error_numbers(error)
            told = (problem for number, problem in _BY_NUMBER.items() if number in numbers)
            return next(told, None) or connect_error_text(error)
    return str(error) or type(error).__name__


def sent_away(error: Exception) -> bool:
    """Has the server ended the session because it is being stopped (close code 1012, service restart)?"""
    received = error.rcvd if isinstance(error, ConnectionClosed) else None
    return received is not None and received.code == CloseCode.SERVICE_RESTART


def retry_after_s(error: Exception) -> float | None:
    """The seconds in the Retry-After header (RFC 9110 §10.2.3) of a refusal; a date there is ignored."""
    if not isinstance(error, InvalidStatus):
        return None
    value = error.response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
