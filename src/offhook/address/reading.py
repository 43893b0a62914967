"""Explains step by step how a text is read, for setting up the dialling rules."""

from dataclasses import dataclass

from offhook.address.refusal import NumberError
from offhook.address.rules import normalise, show
from offhook.address.site import AddressRules
from offhook.address.trail import Step, Trail


@dataclass(frozen=True, slots=True)
class Reading:
    """What would be dialled for a text, "" when it is refused; then `error` says why.

    `shown` is the number as a person writes it; `steps` are those up to the end, or to the refusal.
    """

    text: str
    dialled: str = ""
    shown: str = ""
    error: NumberError | None = None
    steps: tuple[Step, ...] = ()

    @property
    def refusal(self) -> str:
        """Why the text is refused, in English; "" when it is not."""
        return str(self.error or "")


def explain(text: str, rules: AddressRules) -> Reading:
    """Read a text and keep the steps. Never raises."""
    trail = Trail()
    try:
        dialled = normalise(text, rules, trail)
    except NumberError as error:
        return Reading(text, error=error, steps=tuple(trail.steps))
    return Reading(text, dialled, show(dialled, rules), steps=tuple(trail.steps))
