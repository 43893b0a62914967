"""What a PBX's refusals mean, in words that say what to do there."""

from __future__ import annotations

import ssl

from offhook.sip.digest import unanswerable
from offhook.sip.message import Response
from offhook.sip.sessiontimer import OPTION, lacking

NO_ANSWER = ("does not answer", "check switch.pbx.server, its port and transport, and firewalls between")
MAX_NAMES = 200
"""Characters of what a PBX names that go into a message."""

NO_ADDRESS = ("has no address", "correct switch.pbx.server, or its entry in the DNS")

_WORDS: dict[int, tuple[str, str]] = {
    401: (
        "does not accept the password",
        "set the password of its [[terminal]] to the extension's SIP secret",
    ),
    403: (
        "forbids the account",
        "check password and auth_user, and that the PBX lets this machine's address use the extension "
        "(access list, fail2ban)",
    ),
    404: ("does not know the user", "correct user of its [[terminal]], or add the extension at the PBX"),
    405: ("does not take REGISTER", "set switch.pbx.watch_s = 0 and register = false"),
    407: (
        "does not accept the password",
        "set the password of its [[terminal]] to the extension's SIP secret",
    ),
    408: NO_ANSWER,
    423: ("wants longer registrations", "set switch.pbx.register_s higher"),
    480: ("says that the user is away", "register the phone at the PBX"),
    488: ("does not accept our session description", "allow the codecs of the phones for this extension"),
    502: ("has no way on", "see the PBX's trunks and outbound proxy"),
    503: ("is overloaded or stopping", "see the PBX's own log"),
    504: NO_ANSWER,
}


def refusal_in_words(user: str, response: Response) -> str:
    """`extension 4000: the PBX forbids the account (403 Forbidden); check ...`."""
    what, fix = _lacking_in_words(response) or _challenge_in_words(response) or meaning(response.status)
    said = f"{response.status} {response.reason}".strip()
    return f"extension {user}: the PBX {what} ({said}); {fix}"


def _lacking_in_words(response: Response) -> tuple[str, str] | None:
    told = lacking(response)
    names = ", ".join(name for name in told if name.isascii() and name.isprintable())[:MAX_NAMES]
    if response.status == 421:
        if told and all(name.lower() == OPTION for name in told):
            return (
                "wants session timers, and does not take those that it is offered",
                "do not require them there",
            )
        what = f"wants the extension {names}" if names else "wants an extension that it does not name"
        return f"{what}, which Offhook does not have", "do not require it there for this user"
    if response.status == 420:
        what = f"does not know the extension {names}" if names else "does not know an extension"
        return f"{what}, which the request asks for", "see its documentation for those that it has"
    return None


def _challenge_in_words(response: Response) -> tuple[str, str] | None:
    if response.status not in (401, 407) or not (why := unanswerable(response)):
        return None
    what = f"asks for a login that Offhook does not know: {why}"
    return what, "let it ask for Digest with MD5 or SHA-256, and qop auth or auth-int"


def meaning(status: int) -> tuple[str, str]:
    """What the PBX does, and what to do about it."""
    return _WORDS.get(status, ("refuses the account", "see the PBX's own log"))


def connection_in_words(error: Exception) -> tuple[str, str]:
    """Why a connection could not be made, and what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that is not trusted ({error.verify_message})",
            "set switch.pbx.tls_ca_file to its authority's certificate, and server to a name that is in it",
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"does not speak TLS as it has to ({error.reason or error})",
            "allow TLS 1.2 or later there, and set switch.pbx.server to its TLS port",
        )
    if isinstance(error, ConnectionRefusedError):
        return ("takes no connections there", "correct the port of switch.pbx.server, and the transport")
    return NO_ANSWER
