"""The behaviour of the demo phone, and the stages of its calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from offhook.errors import OffhookError
from offhook.sip.message import Request


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the phone reacts to an INVITE. Times in seconds."""

    answer_after: float | None = 0.0
    """Time from ringing to answering; None: ring for ever."""
    auto_answer: bool = True
    """Answer at once if the INVITE asks for it (Call-Info answer-after, Alert-Info)."""
    talk: bool = False
    """Answer when told to by a NOTIFY (`Event: talk`), and say so while it rings, as desk phones do."""
    reject: int | None = None
    """Reject with this status instead of ringing."""
    forward_to: str = ""
    """The Contact of a `reject` with 302."""
    silent: bool = False
    """Send no response at all."""
    early_media: bool = False
    """183 with a session description instead of 180."""
    ack: bool = True
    """False: never send the ACK for our own INVITE."""
    answer_bye: bool = True
    """False: do not respond to BYE."""


class Stage(Enum):
    """The stage of a call."""

    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class CallRejected(OffhookError):
    """A call was not answered; `status` 0 if there was no response."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(f"the call was not answered: {status} {reason}")


def wants_auto_answer(request: Request) -> bool:
    """Does the INVITE ask to be answered at once? (Call-Info `answer-after=0`, Alert-Info `auto answer`)"""
    for value in request.headers.all("Call-Info"):
        for param in value.partition(">")[2].split(";"):
            name, _, seconds = param.strip().partition("=")
            if name.strip().lower() == "answer-after" and seconds.strip() == "0":
                return True
    told = " ".join(request.headers.all("Alert-Info")).lower()
    return any(words in told for words in ("auto answer", "auto-answer", "autoanswer"))
