"""What the switch says can be done just now. Interfaces offer that, and nothing else."""

from enum import Enum


class Feature(Enum):
    """`DIAL` is allowed by a terminal, everything else by a call. The value is the name in messages."""

    DIAL = "dial"
    DROP = "drop"
    UNKNOWN = "unknown"
    """A feature that this version does not know: a newer Call Manager sent it."""

    @classmethod
    def _missing_(cls, _value: object) -> "Feature":
        return cls.UNKNOWN


Features = frozenset[Feature]

NOTHING: Features = frozenset()
CAN_DIAL: Features = frozenset({Feature.DIAL})
CAN_DROP: Features = frozenset({Feature.DROP})
