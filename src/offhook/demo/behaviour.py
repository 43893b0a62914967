"""How a demo phone behaves, and where a call of it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from offhook.errors import OffhookError
from offhook.sip.message import Request


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the phone does with an INVITE. Times in seconds."""

    answer_after: float | None = 0.0
    """From ringing to answering; None: ring for ever."""
    auto_answer: bool = True
    """Answer at once where the INVITE asks for it (Call-Info answer-after, Alert-Info)."""
    reject: int | None = None
    """Refuse with this status instead of ringing."""
    forward_to: str = ""
    """With a `reject` of 302: whom to call instead."""
    silent: bool = False
    """Give no response at all."""
    early_media: bool = False
    """183 with a session description instead of 180."""
    ack: bool = True
    """False: never send the ACK of a call that we made."""
    answer_bye: bool = True
    """False: leave a BYE without a response."""


class Stage(Enum):
    """Where a call of the phone is."""

    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class CallRejected(OffhookError):
    """A call that was not answered; `status` 0 when there was no response at all."""

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
