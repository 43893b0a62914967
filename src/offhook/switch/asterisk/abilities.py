"""What Asterisk can do for us: learned at login from what the account may do and what the dialplan has."""

from __future__ import annotations

from collections.abc import Iterable

from offhook.call import Feature, Features
from offhook.config import AsteriskSettings
from offhook.config.sections.asterisk import CODED
from offhook.switch.asterisk.plan import CALL, CONFERENCE, HOLD, JOIN, PICKUP, SEND, SET, WAIT

_HOLDING = ({"redirect", "bridge"}, {HOLD, WAIT, JOIN})

NEEDS: dict[Feature, tuple[set[str], set[str]]] = {
    Feature.ANSWER: ({"originate", "redirect"}, {PICKUP, HOLD, WAIT, JOIN}),
    Feature.REJECT: ({"hangup"}, set()),
    Feature.REDIRECT: ({"redirect"}, set()),
    Feature.HOLD: _HOLDING,
    Feature.RETRIEVE: _HOLDING,
    Feature.SWAP: _HOLDING,
    Feature.TRANSFER: ({"redirect", "bridge"}, {SEND, WAIT, HOLD}),
    Feature.CONSULT: ({"redirect", "bridge"}, {CALL, HOLD, WAIT, JOIN}),
    Feature.COMPLETE: ({"bridge"}, set()),
    Feature.COMPLETE_ANY: ({"bridge"}, set()),
    Feature.COMPLETE_RINGING: ({"redirect"}, {SEND, HOLD, WAIT}),
    Feature.CONFERENCE: ({"redirect", "bridge"}, {CONFERENCE, HOLD, WAIT, JOIN, CALL}),
    Feature.CONFERENCE_8: ({"redirect", "bridge"}, {CONFERENCE, HOLD, WAIT, JOIN, CALL}),
    Feature.DTMF: ({"playdtmf"}, set()),
    Feature.PARK: ({"park"}, set()),
    Feature.UNPARK: ({"park", "originate"}, {PICKUP}),
    Feature.PICKUP: ({"originate"}, {PICKUP}),
}
"""The AMI actions and the contexts of the dialplan that each feature needs. An action is there if its module
is loaded and the account has the right."""

ALWAYS = frozenset({Feature.DIAL, Feature.DROP, Feature.BY_HAND})

KEYS = {
    Feature.DO_NOT_DISTURB: "do_not_disturb_key",
    Feature.FORWARD: "forward_always_key",
    Feature.FORWARD_BUSY: "forward_busy_key",
    Feature.FORWARD_NO_ANSWER: "forward_no_answer_key",
}
"""The settings that name the keys of the database."""

WRITES_KEYS = {"dbput", "dbdel"}
"""Actions that need write = system; without them the context `SET` is used."""


class Abilities:
    """`features` is what a terminal and its calls may allow at some time."""

    def __init__(self, settings: AsteriskSettings) -> None:
        self._settings = settings
        self.features: Features = ALWAYS
        self.writes_keys = False
        """May keys of the database be written by an action?"""
        self.tells_phones = False
        """May phones be told to answer by a NOTIFY? It needs write = system."""

    def learn(self, actions: Iterable[str], contexts: Iterable[str]) -> bool:
        """Take over what the account may do, and which contexts there are. Has anything changed?"""
        allowed, there = {action.lower() for action in actions}, set(contexts)
        found = {
            feature
            for feature, (wanted, places) in NEEDS.items()
            if wanted <= allowed and places <= there and self._set_up(feature)
        }
        self.writes_keys = allowed >= WRITES_KEYS
        self.tells_phones = "pjsipnotify" in allowed
        writes = self.writes_keys or (SET in there and "originate" in allowed)
        if "dbget" in allowed:
            found |= keyed(self._settings, writes=writes, dials="originate" in allowed)
        before, self.features = self.features, ALWAYS | found
        return self.features != before

    def _set_up(self, feature: Feature) -> bool:
        """A phone that does not answer by itself would only ring a second time."""
        return feature is not Feature.ANSWER or self._settings.answers_by_itself


def keyed(settings: AsteriskSettings, *, writes: bool, dials: bool) -> Features:
    """What can be set because its key of the database is configured: if keys can be written, or by a code, if
    that can be dialled."""
    coded = {CODED[name.removesuffix("-off")] for name, _ in settings.codes}

    def settable(key: str) -> bool:
        return bool(getattr(settings, key)) and (dials if key in coded else writes)

    found = {feature for feature, key in KEYS.items() if settable(key)}
    # FORWARD itself promises that all calls can be forwarded
    return frozenset(found if Feature.FORWARD in found else found & {Feature.DO_NOT_DISTURB})


def writes_itself(settings: AsteriskSettings) -> bool:
    """Is there a key that no code sets?"""
    return bool(keyed(settings, writes=True, dials=False))
