"""What can be done with a call from its card: for each feature its button and its command."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from offhook.call import (
    Answer,
    Call,
    CallCommand,
    CallState,
    Command,
    Complete,
    Conference,
    Consult,
    Drop,
    Feature,
    Hold,
    Park,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
)

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `text` has the mnemonic; `tip` says more."""

    feature: Feature
    icon: str
    text: str
    tip: str


def offers(call: Call, feature: Feature) -> bool:
    """Is the feature shown for this call?

    Before it is known what the switch can do only Drop is, which every switch can.
    """
    return call.allows(feature) and (call.features is not None or feature is Feature.DROP)


def wanted(call: Call) -> list[Feature]:
    """The features that get a button, of those that mean the same just one."""
    found = [feature for feature in _ORDER if offers(call, feature)]
    if Feature.SWAP in found and Feature.RETRIEVE in found:
        found.remove(Feature.RETRIEVE)  # which holds the other call, too
    if call.rings_here and Feature.REJECT in found and Feature.DROP in found:
        found.remove(Feature.DROP)
    if Feature.CONSULT in found:
        found.remove(Feature.CONSULT)
        if Feature.TRANSFER not in found:
            found.append(Feature.TRANSFER)
    return sorted(found, key=_ORDER.index)


_ORDER = (
    Feature.ANSWER,
    Feature.REJECT,
    Feature.REDIRECT,
    Feature.COMPLETE,
    Feature.HOLD,
    Feature.RETRIEVE,
    Feature.SWAP,
    Feature.TRANSFER,
    Feature.CONSULT,
    Feature.CONFERENCE,
    Feature.DTMF,
    Feature.PARK,
    Feature.DROP,
)

MAIN = (Feature.ANSWER, Feature.COMPLETE, Feature.REJECT, Feature.REDIRECT, Feature.DROP)
"""Those with a large button; the others are small ones with a picture."""

PANELS = (Feature.REDIRECT, Feature.TRANSFER, Feature.DTMF)
"""Those that open a panel, which asks for more."""


def actions() -> Sequence[Action]:
    """A button for each feature, in the window's language."""
    return (
        Action(
            Feature.ANSWER,
            "phone",
            translate("card", "&Answer"),
            translate("card", "Take the call; one that you are in is put on hold"),
        ),
        Action(
            Feature.COMPLETE,
            "check",
            translate("card", "&Connect them"),
            translate("card", "Connect the two others with each other, and leave"),
        ),
        Action(
            Feature.REJECT,
            "hangup",
            translate("card", "De&cline"),
            translate("card", "Refuse the call; the caller is told so"),
        ),
        Action(Feature.DROP, "hangup", translate("card", "&Drop"), translate("card", "End the call")),
        Action(
            Feature.REDIRECT,
            "onward",
            translate("card", "&Redirect"),
            translate("card", "Send the call on without answering it"),
        ),
        Action(Feature.HOLD, "hold", translate("card", "&Hold"), translate("card", "Put the call on hold")),
        Action(
            Feature.RETRIEVE,
            "retrieve",
            translate("card", "&Retrieve"),
            translate("card", "Take the call back from hold"),
        ),
        Action(
            Feature.SWAP,
            "swap",
            translate("card", "&Swap"),
            translate("card", "Take this call back, and put the other one on hold"),
        ),
        Action(
            Feature.TRANSFER,
            "onward",
            translate("card", "&Transfer"),
            translate("card", "Connect the other party with somebody else"),
        ),
        Action(
            Feature.CONFERENCE,
            "people",
            translate("card", "C&onference"),
            translate("card", "Join your calls, so that all hear each other"),
        ),
        Action(
            Feature.DTMF, "keypad", translate("card", "&Keypad"), translate("card", "Send digits as tones")
        ),
        Action(
            Feature.PARK,
            "park",
            translate("card", "&Park"),
            translate("card", "Park the call; any phone may take it from there"),
        ),
    )


def back_text() -> tuple[str, str]:
    """Text and tip of Drop in a consultation."""
    return translate("card", "&Back"), translate("card", "End this call, and take the first one back")


_PLAIN: dict[Feature, type[CallCommand[Any]]] = {
    Feature(kind.name): kind for kind in (Answer, Reject, Hold, Retrieve, Swap, Park, Drop)
}
"""The commands that name a call and nothing else."""


def command(feature: Feature, call: Call, others: Sequence[Call] = ()) -> Command[Any]:
    """The command of a feature that needs nothing more.

    `others` are the other calls of the terminal: a call without a consultation is joined with the newest one
    that is connected.
    """
    match feature:
        case Feature.COMPLETE:
            return Complete(call.id, call.terminal, _other(call, others))
        case Feature.CONFERENCE:
            return Conference(call.id, call.terminal, _other(call, others))
        case _ if feature in _PLAIN:
            return _PLAIN[feature](call.id, call.terminal)
        case _:
            raise ValueError(f"{feature.value} needs more than the call")


def sending(feature: Feature, call: Call, address: str) -> Command[Any]:
    """The command that sends the call to an address."""
    match feature:
        case Feature.REDIRECT:
            return Redirect(call.id, call.terminal, address)
        case Feature.TRANSFER:
            return Transfer(call.id, call.terminal, address)
        case Feature.CONSULT:
            return Consult(call.id, call.terminal, address)
        case _:
            raise ValueError(f"{feature.value} has no address")


def _other(call: Call, others: Sequence[Call]) -> str:
    if call.related:
        return ""
    up = [one for one in others if one.id != call.id and one.state is CallState.CONNECTED]
    return up[-1].id if up else ""
