"""How a text is read, step by step, for whoever sets the dialling rules right."""

from dataclasses import dataclass

from offhook.address.rules import normalise, show
from offhook.address.site import AddressRules
from offhook.address.trail import Step, Trail
from offhook.errors import AddressError


@dataclass(frozen=True, slots=True)
class Reading:
    """What would be dialled for a text, "" when it is refused; then `refusal` says why.

    `shown` is how a person reads the number; `steps` are those up to the end, or to the refusal.
    """

    text: str
    dialled: str = ""
    shown: str = ""
    refusal: str = ""
    steps: tuple[Step, ...] = ()


def explain(text: str, rules: AddressRules) -> Reading:
    """Read a text, and keep how. Never fails."""
    trail = Trail()
    try:
        dialled = normalise(text, rules, trail)
    except AddressError as error:
        return Reading(text, refusal=str(error), steps=tuple(trail.steps))
    return Reading(text, dialled, show(dialled, rules), steps=tuple(trail.steps))
