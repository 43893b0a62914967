"""Any message of version 3 of the TSP session, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from offhook.call import (
    FORWARD_WHENS,
    Call,
    CallState,
    Cause,
    Direction,
    Feature,
    Forwarding,
    ForwardWhen,
    Party,
    Privacy,
    Reason,
    Terminal,
    commands,
)
from offhook.errors import Refusal
from offhook.tsp.framing import clean
from offhook.tsp.messages3 import (
    MAX_DIGITS,
    MAX_NAME,
    MAX_NUMBER,
    MAX_TEXT,
    MAX_TONE_MS,
    Alive,
    CallNotify,
    Done,
    LineNotify,
    Message3,
    Ready,
    Refused,
    Request,
)
from offhook.tsp.values import MAX_ID


def texts(most: int, least: int = 0) -> st.SearchStrategy[str]:
    """What may stand in a value as it is: clean, at most so long."""
    letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%")
    return st.text(letters, max_size=most).map(clean).filter(lambda text: len(text) >= least)


call_ids = st.from_regex(r"[A-Za-z0-9-]{1,32}", fullmatch=True)
names = texts(40)
features = st.none() | st.frozensets(st.sampled_from([one for one in Feature if one is not Feature.UNKNOWN]))
parties = st.builds(Party, names, texts(MAX_ID), st.sampled_from(Privacy))
others = st.none() | parties.filter(lambda party: party != Party())
times = st.integers(1, 9_999_999_999)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    state = draw(st.sampled_from(CallState))
    return Call(
        *(
            draw(call_ids),
            "",
            state,
            draw(parties),
            draw(parties),
            draw(times),
            draw(st.sampled_from(Direction)),
        ),
        connected=draw(st.none() | times),
        cause=draw(st.none() | st.sampled_from(Cause)) if state is CallState.ON_HOOK else None,
        features=draw(features),
        reason=draw(st.sampled_from(Reason)),
        held=draw(st.booleans()),
        held_by_other=draw(st.booleans()),
        related=draw(st.just("") | call_ids),
        consultation=draw(st.booleans()),
        conference=draw(st.just("") | call_ids),
        connected_party=draw(others),
        redirecting=draw(others),
        redirected_to=draw(others),
        external=draw(st.none() | st.booleans()),
        by_hand=draw(st.booleans()),
    )


addresses = texts(64, 1)
slots = texts(MAX_NAME, 1)


@st.composite
def forwardings(draw: st.DrawFn) -> tuple[Forwarding, ...]:
    after = draw(st.integers(0, 600))
    return tuple(
        Forwarding(when, draw(addresses), after if when is ForwardWhen.NO_ANSWER else 0)
        for when in FORWARD_WHENS
        if draw(st.booleans())
    )


lines = st.builds(
    LineNotify,
    st.builds(
        Terminal,
        texts(64),
        names,
        in_service=st.booleans(),
        features=features,
        capabilities=features,
        forwardings=forwardings(),
        do_not_disturb=st.booleans(),
        missed=st.integers(0, 9_999_999_999),
    ),
    st.booleans(),
)

no_one = st.just("")
every_command: st.SearchStrategy[Any] = st.one_of(
    st.builds(commands.Dial, no_one, addresses),
    *[
        st.builds(kind, call_ids)
        for kind in (
            *(commands.Drop, commands.Answer, commands.Reject, commands.Hold, commands.Retrieve),
            commands.Swap,
        )
    ],
    *[
        st.builds(kind, call_ids, no_one, addresses)
        for kind in (commands.Redirect, commands.Transfer, commands.Consult)
    ],
    *[
        st.builds(kind, call_ids, no_one, no_one | call_ids)
        for kind in (commands.Complete, commands.Conference)
    ],
    st.builds(
        commands.Dtmf,
        call_ids,
        no_one,
        st.from_regex(rf"[0-9A-Da-d*#,]{{1,{MAX_DIGITS}}}", fullmatch=True),
        st.integers(0, MAX_TONE_MS),
    ),
    st.builds(commands.Park, call_ids, no_one, no_one | slots),
    st.builds(commands.Pickup, no_one, no_one | slots),
    st.builds(commands.Unpark, no_one, slots),
    st.builds(commands.Forward, no_one, forwardings()),
    st.builds(commands.DoNotDisturb, no_one, st.booleans()),
    st.builds(commands.ClearMissed, no_one),
    st.builds(Alive),
)
numbers = st.integers(1, MAX_NUMBER)
every_request = st.builds(Request, numbers, every_command)
results: st.SearchStrategy[Message3] = st.one_of(
    st.builds(Done, numbers, no_one | call_ids, texts(MAX_NAME)),
    st.builds(Refused, numbers, st.sampled_from(Refusal), texts(MAX_TEXT)),
)
sent_by_servers = st.one_of(results, calls().map(CallNotify), lines, st.builds(Ready))
