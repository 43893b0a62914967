"""The state of the own phone in true words, and what its menu sets."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from offhook.call import (
    CallState,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Terminal,
)
from offhook.desktop.ownphone import OwnPhone
from offhook.errors import CallError, Refusal
from tests.desktop.stage import OWN, Stage, incoming, outgoing
from tests.waiting import until

CAPABLE = replace(
    OWN,
    features=frozenset({Feature.DIAL, Feature.FORWARD, Feature.DO_NOT_DISTURB}),
    capabilities=frozenset({Feature.FORWARD, Feature.FORWARD_BUSY, Feature.FORWARD_NO_ANSWER}),
)
ALWAYS = Forwarding(ForwardWhen.ALWAYS, "4001")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(CAPABLE)
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def an_own_phone(stage: Stage) -> OwnPhone:
    own = OwnPhone(stage.phones)
    own.show()
    return own


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        (CAPABLE, "Ready to call"),
        (replace(CAPABLE, in_service=False), "Your phone (4000) is not connected"),
        (replace(CAPABLE, do_not_disturb=True), "Do not disturb: your phone does not ring"),
        (replace(CAPABLE, forwardings=(ALWAYS,)), "Calls go on to Lee Min-ho"),
        (
            replace(CAPABLE, forwardings=(Forwarding(ForwardWhen.NO_ANSWER, "4002", 20),)),
            "Calls go on to Lee Su-jin if you do not answer",
        ),
    ],
)
async def test_the_state_is_told_in_true_words(stage: Stage, phone: Terminal, text: str) -> None:
    own = an_own_phone(stage)
    if phone != CAPABLE:
        stage.tell(phone)
    assert own.state.text() == text


async def test_it_is_not_ready_while_it_rings_or_talks(stage: Stage) -> None:
    own = an_own_phone(stage)
    stage.play(incoming())
    assert own.state.text() == "Your phone is ringing"
    stage.play(replace(incoming(), state=CallState.CONNECTED, connected=2.0))
    assert own.state.text() == "In a call"
    stage.play(outgoing())
    assert own.state.text() == "In 2 calls"


async def test_do_not_disturb_is_asked_for_and_shown_when_it_is_so(stage: Stage) -> None:
    own = an_own_phone(stage)
    own.do_not_disturb.trigger()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [DoNotDisturb("4000", True)]
    assert not own.do_not_disturb.isChecked()
    stage.tell(replace(CAPABLE, do_not_disturb=True))
    assert own.do_not_disturb.isChecked()


async def test_a_refusal_is_told(stage: Stage) -> None:
    own, told = an_own_phone(stage), list[str]()
    own.refused.connect(told.append)
    stage.manager.refusal = CallError(Refusal.FAILURE, "the phone does not answer")
    own.do_not_disturb.trigger()
    await until(lambda: told)
    assert told == ["That did not work. Try again, or do it at the phone."]


@pytest.mark.parametrize(
    ("features", "shown"),
    [
        (frozenset({Feature.DIAL}), (False, False, False)),
        (None, (False, False, False)),
        (frozenset({Feature.DO_NOT_DISTURB}), (True, True, False)),
        (frozenset({Feature.FORWARD}), (True, False, True)),
    ],
)
async def test_only_what_the_phone_allows_is_in_the_menu(
    stage: Stage, features: frozenset[Feature] | None, shown: tuple[bool, bool, bool]
) -> None:
    own = an_own_phone(stage)
    stage.tell(replace(CAPABLE, features=features))
    assert (own.button.isVisible(), own.do_not_disturb.isVisible(), own.forward.isVisible()) == shown


async def test_forwardings_in_force_are_shown_and_what_is_set_replaces_them(stage: Stage) -> None:
    own = an_own_phone(stage)
    dialog = own.dialog(replace(CAPABLE, forwardings=(ALWAYS,)))
    dialog.show()
    assert dialog.rows[ForwardWhen.ALWAYS].to.text() == "Lee Min-ho 4001"
    dialog.rows[ForwardWhen.ALWAYS].on.setChecked(False)
    busy, late = dialog.rows[ForwardWhen.BUSY], dialog.rows[ForwardWhen.NO_ANSWER]
    busy.on.setChecked(True)
    busy.to.setText("su-jin")
    late.on.setChecked(True)
    late.to.setText("4001")
    dialog.after.setValue(30)
    dialog._save()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [
        Forward(
            "4000",
            (Forwarding(ForwardWhen.BUSY, "4002"), Forwarding(ForwardWhen.NO_ANSWER, "4001", 30)),
        )
    ]


async def test_a_name_that_several_have_is_asked_about(stage: Stage) -> None:
    own = an_own_phone(stage)
    dialog = own.dialog(CAPABLE)
    dialog.show()
    dialog.rows[ForwardWhen.ALWAYS].on.setChecked(True)
    dialog.rows[ForwardWhen.ALWAYS].to.setText("lee")
    dialog._save()
    assert dialog.message.text() == "Whom do you mean? Type a number, or choose a person."
    assert stage.manager.asked == []
    dialog.close()


async def test_only_the_kinds_that_the_phone_is_capable_of_are_asked_for(stage: Stage) -> None:
    own = an_own_phone(stage)
    dialog = own.dialog(replace(CAPABLE, capabilities=frozenset({Feature.FORWARD})))
    assert list(dialog.rows) == [ForwardWhen.ALWAYS]
    dialog.close()
