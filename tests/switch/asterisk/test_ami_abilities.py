"""What is offered follows from what the account may do, and from the contexts of the dialplan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offhook.call import Feature
from offhook.switch.asterisk.abilities import ALWAYS, NEEDS, Abilities, writes_itself
from offhook.switch.asterisk.plan import CONTEXTS, SET
from tests.switch.asterisk.world import SETTINGS

ACTIONS = {"bridge", "dbget", "hangup", "originate", "park", "playdtmf", "redirect"}
"""Those of the rights call, originate and reporting, with every module there."""

KEYED = replace(SETTINGS, do_not_disturb_key="DND/{terminal}", forward_always_key="CF/{terminal}")


def able(settings: object = SETTINGS, actions: object = ACTIONS, contexts: object = CONTEXTS) -> Abilities:
    abilities = Abilities(settings)  # type: ignore[arg-type]
    abilities.learn(actions, contexts)  # type: ignore[arg-type]
    return abilities


def test_with_everything_there_is_everything() -> None:
    assert able().features == ALWAYS | set(NEEDS)


def test_before_the_login_calls_can_only_be_made_and_dropped() -> None:
    assert Abilities(SETTINGS).features == ALWAYS


@pytest.mark.parametrize("feature", NEEDS)
def test_what_lacks_an_action_or_a_context_is_not_offered(feature: Feature) -> None:
    actions, contexts = NEEDS[feature]
    for action in actions:
        assert feature not in able(actions=ACTIONS - {action}).features
    for context in contexts:
        assert feature not in able(contexts=set(CONTEXTS) - {context}).features


def test_a_dialplan_without_our_contexts_still_rejects_redirects_parks_and_plays_tones() -> None:
    without = able(contexts=()).features - ALWAYS
    assert {Feature.REJECT, Feature.REDIRECT, Feature.PARK, Feature.DTMF} <= without
    assert not without & {Feature.HOLD, Feature.TRANSFER, Feature.CONSULT, Feature.ANSWER}


def test_phones_that_do_not_answer_by_themselves_are_not_answered() -> None:
    assert Feature.ANSWER not in able(replace(SETTINGS, auto_answer=False)).features


def test_forwarding_and_do_not_disturb_need_their_keys_and_a_way_to_write_them() -> None:
    wanted = {Feature.FORWARD, Feature.DO_NOT_DISTURB}
    assert wanted <= able(KEYED).features
    assert not wanted & able().features
    without = set(CONTEXTS) - {SET}
    assert not wanted & able(KEYED, contexts=without).features
    assert wanted <= able(KEYED, ACTIONS | {"dbput", "dbdel"}, without).features


def test_it_is_told_whether_anything_has_changed() -> None:
    abilities = Abilities(SETTINGS)
    assert abilities.learn(ACTIONS, CONTEXTS)
    assert not abilities.learn(ACTIONS, CONTEXTS)
    assert abilities.learn(ACTIONS, ())


def test_what_a_code_sets_needs_no_way_to_write_its_key() -> None:
    codes = (("do-not-disturb", "*78"), ("do-not-disturb-off", "*79"))
    coded = replace(KEYED, codes=codes)
    without = set(CONTEXTS) - {SET}
    assert able(coded, contexts=without).features >= {Feature.DO_NOT_DISTURB}
    assert Feature.FORWARD not in able(coded, contexts=without).features
    assert Feature.DO_NOT_DISTURB not in able(coded, ACTIONS - {"originate"}).features
    assert writes_itself(coded)
    assert not writes_itself(replace(coded, forward_always_key=""))
