"""What the switch says can be done just now. Interfaces offer that, and nothing else."""

from enum import Enum


class Feature(Enum):
    """What a terminal or a call allows. The value is the name of the command, and the name in messages."""

    __hash__ = object.__hash__  # Enum's own is a function in Python, and sets of features ask for it often

    # of a terminal
    DIAL = "dial"
    PICKUP = "pickup"
    UNPARK = "unpark"
    FORWARD = "forward"
    DO_NOT_DISTURB = "do-not-disturb"

    # of a call
    DROP = "drop"
    ANSWER = "answer"
    REJECT = "reject"
    REDIRECT = "redirect"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    SWAP = "swap"
    TRANSFER = "transfer"
    CONSULT = "consult"
    COMPLETE = "complete"
    CONFERENCE = "conference"
    DTMF = "dtmf"
    PARK = "park"

    # only ever among a terminal's `capabilities`
    COMPLETE_RINGING = "complete-ringing"
    """`COMPLETE` is allowed while the consultation still rings."""
    COMPLETE_ANY = "complete-any"
    """`COMPLETE` joins any held call to any other one, not only to its consultation."""
    CONFERENCE_8 = "conference-8"
    """`CONFERENCE` adds a call to a conference, too, up to `MAX_CONFERENCE` parties in all; without it a
    conference is of three."""
    FORWARD_BUSY = "forward-busy"
    FORWARD_NO_ANSWER = "forward-no-answer"
    PICKUP_GROUP = "pickup-group"
    """`PICKUP` of nobody in particular takes the call that rings in the terminal's group."""
    PARK_AT = "park-at"
    """`PARK` may name the slot."""
    BY_HAND = "by-hand"
    """Calls that are dialled or answered at the phone itself are told as well."""
    UNKNOWN = "unknown"
    """A feature that this version does not know: a newer Call Manager sent it."""

    @classmethod
    def _missing_(cls, _value: object) -> "Feature":
        return cls.UNKNOWN


MAX_CONFERENCE = 8
"""The parties of a conference at most, that of the terminal counted, with `CONFERENCE_8`. Asterisk would take
more, but who has eight on the phone wants a conference room; and TAPI programs are told one number."""

Features = frozenset[Feature]

NOTHING: Features = frozenset()
CAN_DIAL: Features = frozenset({Feature.DIAL})
CAN_DROP: Features = frozenset({Feature.DROP})
