"""What rings for numbers outside, as the configuration has it, for those who look."""

from collections.abc import Sequence
from datetime import datetime

from offhook.call.teams import IncomingState, NumberRange
from offhook.config import Config, IncomingSettings


def incoming(config: Config) -> Sequence[IncomingState]:
    """In the order in which it is looked: by number, a terminal's own, then all others."""
    now = datetime.now()
    named = [_state(one, now) for one in config.incoming if one.numbers]
    own = [
        IncomingState(
            (NumberRange(one.number, one.number),), (one.id,), "all", 0.0, (), (), True, "unavailable"
        )
        for one in config.terminals
        if one.number
    ]
    return [*named, *own, *(_state(one, now) for one in config.incoming if not one.numbers)]


def _state(one: IncomingSettings, now: datetime) -> IncomingState:
    return IncomingState(
        tuple(NumberRange(*each) for each in one.numbers),
        one.ring,
        one.order,
        one.ring_s,
        tuple(each.text for each in one.hours),
        tuple(each.text for each in one.closed),
        one.is_open(now),
        one.otherwise,
    )
