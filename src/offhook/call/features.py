"""What can be done just now, as the switch says: an interface offers that and nothing else."""

from enum import Enum


class Feature(Enum):
    """What a terminal (`DIAL`) or one of its calls (the others) allows; the value is its name in messages."""

    DIAL = "dial"
    DROP = "drop"
    UNKNOWN = "unknown"
    """One that a newer Call Manager tells of."""

    @classmethod
    def _missing_(cls, _value: object) -> "Feature":
        return cls.UNKNOWN


Features = frozenset[Feature]

NOTHING: Features = frozenset()
CAN_DIAL: Features = frozenset({Feature.DIAL})
CAN_DROP: Features = frozenset({Feature.DROP})
