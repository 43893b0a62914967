"""Calls, and the line with its terminal, as the named values of version 3 of the TSP session. No I/O.

docs/tsp-session.md lists the values. A reader passes over what it does not know, so there may be more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from offhook.call import (
    FORWARD_WHENS,
    Call,
    CallState,
    Cause,
    Direction,
    Feature,
    Features,
    Forwarding,
    ForwardWhen,
    Party,
    Privacy,
    Reason,
    Terminal,
    live,
)
from offhook.tsp.framing import MAX_MESSAGE, SEPARATOR, TERMINATOR, bounded, clean, is_call_id

MAX_ID: Final = 128
"""Characters of a party's number or address: of all the parties of a call they fit into one message."""

MAX_FEATURES: Final = 256
"""Sets of features whose words are remembered: many times what the states of calls make."""

Values = Mapping[str, str]
"""By their names in lower case."""

Written = Iterable[tuple[str, str]]

_YES, _NO = "yes", "no"
_OUTBOUND, _DIRECT, _SHOWN = Direction.OUTBOUND, Reason.DIRECT, Privacy.NONE
"""Asked for each call: up to Python 3.11 a member of an enumeration takes six times as long as a name
of the module, and its `value` calls two functions, which `_value_` does not."""
_NUMBER: Final = re.compile("[0-9]{1,10}", re.ASCII)
_STATES: Final = {state.value.lower(): state for state in CallState}
_KNOWN: Final = {feature.value: feature for feature in Feature if feature is not Feature.UNKNOWN}
_ORDER: Final = {feature: place for place, feature in enumerate(Feature)}
_NAMES: Final = frozenset(
    (
        *("name", "problem", "text"),
        *("caller-name", "callee-name", "connected-name", "redirecting-name", "redirected-to-name"),
    )
)
"""What may be cut when a message is too long."""


class _PartyNames(NamedTuple):
    """By which names the values of a party are told."""

    name: str
    id: str
    privacy: str


_CALLER, _CALLEE, _CONNECTED, _REDIRECTING, _REDIRECTED_TO = (
    _PartyNames(f"{whose}-name", f"{whose}-id", f"{whose}-privacy")
    for whose in ("caller", "callee", "connected", "redirecting", "redirected-to")
)


def read(fields: Iterable[str]) -> dict[str, str]:
    """The values in these fields of a message."""
    values = {}
    for field in fields:
        name, sign, value = field.partition("=")
        if sign:
            values[name.strip(" ").lower()] = value.strip(" ")
    return values


def write(head: Sequence[str], values: Written) -> bytes:
    """The message that begins with `head`. What is too long of its names is cut, the longest ones first.

    Raises `ValueError` if it is too long without them.
    """
    values = list(values)
    data = _joined(head, values)
    if len(data) <= MAX_MESSAGE:
        return data
    short = [(name, "" if name in _NAMES else value) for name, value in values]
    room = MAX_MESSAGE - len(bounded(_joined(head, short)))
    cut = _cut(
        room, {name: clean(value).encode("utf-8", "replace") for name, value in values if name in _NAMES}
    )
    return _joined(head, [(name, cut.get(name, value)) for name, value in values])


def yes(value: str) -> bool:
    """Is the flag set?"""
    return value.lower() == _YES


def flag(value: bool) -> str:
    """The flag, as it is always written."""
    return _YES if value else _NO


def number(value: str) -> int:
    """The number; 0 if it is none."""
    return int(value) if _NUMBER.fullmatch(value) else 0


def call_values(call: Call) -> list[tuple[str, str]]:
    """Everything that is told of a call; what has nothing to tell is left out."""
    values = [("call", call.id), ("state", call.state._value_)]
    if call.direction is not _OUTBOUND:
        values.append(("direction", call.direction._value_))
    if call.features is not None:
        values.append(("features", _words(call.features)))
    for names, party in (
        (_CALLER, call.caller),
        (_CALLEE, call.callee),
        (_CONNECTED, call.connected_party),
        (_REDIRECTING, call.redirecting),
        (_REDIRECTED_TO, call.redirected_to),
    ):
        if party is not None:
            values += _party_values(names, party)
    if call.reason is not _DIRECT:
        values.append(("reason", call.reason.value))
    if call.external is not None:
        values.append(("external", flag(call.external)))
    if call.held:
        values.append(("held", _YES))
    if call.held_by_other:
        values.append(("held-by-other", _YES))
    if call.consultation:
        values.append(("consultation", _YES))
    if call.by_hand:
        values.append(("by-hand", _YES))
    if call.related and is_call_id(call.related):
        values.append(("related", call.related))
    if call.conference and is_call_id(call.conference):
        values.append(("conference", call.conference))
    if call.started:
        values.append(("began", str(int(call.started))))
    if call.connected:
        values.append(("answered", str(int(call.connected))))
    if call.cause is not None and not live(call):
        values.append(("cause", call.cause.value))
    return values


def call_of(values: Values, terminal: str = "") -> Call:
    """The call that is told by these values. Raises `ValueError` if they tell none."""
    get = values.get
    call_id, state = get("call", ""), _STATES.get(get("state", "").lower())
    if not is_call_id(call_id) or state is None:
        raise ValueError("call and state: of each call its id and its state are told")
    told, reason = get("cause", "").lower(), get("reason", "").lower()
    answered = number(get("answered", ""))
    return Call(
        call_id,
        terminal,
        state,
        _party(values, "caller"),
        _party(values, "callee"),
        number(get("began", "")),
        Direction.INBOUND if get("direction", "").lower() == Direction.INBOUND.value else Direction.OUTBOUND,
        connected=answered or None,
        cause=Cause(told) if told and state is CallState.ON_HOOK else None,
        features=_features(get("features")),
        reason=Reason(reason) if reason else Reason.DIRECT,
        held=yes(get("held", "")),
        held_by_other=yes(get("held-by-other", "")),
        related=_other(get("related", "")),
        consultation=yes(get("consultation", "")),
        conference=_other(get("conference", "")),
        connected_party=_party_or_none(values, "connected"),
        redirecting=_party_or_none(values, "redirecting"),
        redirected_to=_party_or_none(values, "redirected-to"),
        external={_YES: True, _NO: False}.get(get("external", "").lower()),
        by_hand=yes(get("by-hand", "")),
    )


def line_values(terminal: Terminal, *, reachable: bool) -> Iterator[tuple[str, str]]:
    """Everything that is told of a line with this terminal."""
    yield "terminal", terminal.id
    if terminal.name:
        yield "name", terminal.name
    yield "reachable", flag(reachable)
    yield "in-service", flag(terminal.in_service)
    if terminal.problem and not terminal.in_service:
        yield "problem", terminal.problem
    yield from _feature_values("capabilities", terminal.capabilities)
    yield from _feature_values("features", terminal.features)
    yield from forwarding_values(terminal.forwardings)
    if terminal.do_not_disturb:
        yield "do-not-disturb", _YES
    if terminal.missed:
        yield "missed", str(terminal.missed)


def terminal_of(values: Values) -> Terminal:
    """The terminal that is told by these values."""
    get = values.get
    return Terminal(
        get("terminal", ""),
        get("name", ""),
        in_service=yes(get("in-service", "")),
        problem=get("problem", ""),
        features=_features(get("features")),
        capabilities=_features(get("capabilities")),
        forwardings=forwardings_of(values),
        do_not_disturb=yes(get("do-not-disturb", "")),
        missed=number(get("missed", "")),
    )


def forwarding_values(forwardings: Iterable[Forwarding]) -> Iterator[tuple[str, str]]:
    """Where calls are forwarded to. Of two for the same case the first is told, of an unknown case none."""
    told: set[ForwardWhen] = set()
    for one in forwardings:
        known = one.when in FORWARD_WHENS and one.when not in told
        if one.address and len(one.address) <= MAX_ID and known:
            told.add(one.when)
            yield one.when.value, one.address
            if one.when is ForwardWhen.NO_ANSWER and one.after_s >= 1:
                yield "after", str(int(one.after_s))


def forwardings_of(values: Values) -> tuple[Forwarding, ...]:
    """The forwardings that are told, or asked for, by these values."""
    after = number(values.get("after", ""))
    return tuple(
        Forwarding(when, values[when.value], after if when is ForwardWhen.NO_ANSWER else 0)
        for when in FORWARD_WHENS
        if values.get(when.value)
    )


def _feature_values(name: str, features: Features | None) -> Iterator[tuple[str, str]]:
    if features is not None:
        yield name, _words(features)


@lru_cache(MAX_FEATURES)
def _words(features: Features) -> str:
    known = sorted(features - {Feature.UNKNOWN}, key=_ORDER.__getitem__)
    return " ".join([feature.value for feature in known])


def _features(words: str | None) -> Features | None:
    if words is None:
        return None
    return frozenset([_KNOWN[word] for word in words.lower().split(" ") if word in _KNOWN])


def _party_values(names: _PartyNames, party: Party) -> Written:
    values = []
    if party.name:
        values.append((names.name, party.name))
    if party.id and len(party.id) <= MAX_ID:
        values.append((names.id, party.id))
    if party.privacy is not _SHOWN:
        values.append((names.privacy, party.privacy.value))
    return values


def _party(values: Values, whose: str) -> Party:
    told = values.get(f"{whose}-privacy", "").lower()
    privacy = Privacy(told) if told else Privacy.NONE
    return Party(values.get(f"{whose}-name", ""), values.get(f"{whose}-id", ""), privacy)


def _party_or_none(values: Values, whose: str) -> Party | None:
    party = _party(values, whose)
    return None if party == Party() else party


def _other(call_id: str) -> str:
    return call_id if is_call_id(call_id) else ""


def _joined(head: Sequence[str], values: Sequence[tuple[str, str]]) -> bytes:
    fields = [*head, *[f"{name}={value}" for name, value in values]]
    text = SEPARATOR.join(fields)
    if not _is_clean(text, len(fields)):
        text = SEPARATOR.join([*head, *[f"{name}={clean(value)}" for name, value in values]])
    return text.encode("utf-8", "replace") + TERMINATOR


def _is_clean(text: str, count: int) -> bool:
    """Would `clean` leave all values of these fields as they are? It is asked once for all of them: who hears
    of a call waits for it."""
    return (
        text.isprintable()
        and text.count(SEPARATOR) == count - 1
        and "= " not in text
        and " %" not in text
        and not text.endswith(" ")
    )


def _cut(room: int, names: Mapping[str, bytes]) -> dict[str, str]:
    """The names cut at character boundaries so that they take at most `room` bytes together."""
    left, most, shorter = room, 0, sorted(map(len, names.values()))
    while shorter:
        most = left // len(shorter)
        if shorter[0] > most:
            break
        left -= shorter.pop(0)
    return {name: value[:most].decode(errors="ignore") for name, value in names.items()}
