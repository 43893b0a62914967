"""Taking a call that rings elsewhere, or that is parked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from offhook.call import Feature, Pickup, Unpark
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.takecall import TakeCallDialog
from offhook.errors import CallError, Refusal
from tests.desktop.stage import OWN, Stage
from tests.waiting import until

CAPABLE = replace(OWN, features=frozenset({Feature.PICKUP, Feature.UNPARK}), capabilities=frozenset())


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(CAPABLE)
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


@pytest.mark.parametrize(
    ("feature", "typed", "command"),
    [
        (Feature.PICKUP, "4001", Pickup("4000", "4001")),
        (Feature.PICKUP, "min-ho", Pickup("4000", "4001")),
        (Feature.UNPARK, "701", Unpark("4000", "701")),
    ],
)
async def test_the_call_that_is_meant_is_asked_for(
    stage: Stage, feature: Feature, typed: str, command: object
) -> None:
    dialog = TakeCallDialog(stage.phones, CAPABLE, feature)
    dialog.show()
    dialog.input.setText(typed)
    dialog._take()
    await until(lambda: not dialog.isVisible())
    assert stage.manager.asked == [command]


async def test_without_a_name_only_the_own_group_can_be_meant(stage: Stage) -> None:
    dialog = TakeCallDialog(stage.phones, CAPABLE, Feature.PICKUP)
    dialog._take()
    assert stage.manager.asked == []
    group = TakeCallDialog(
        stage.phones, replace(CAPABLE, capabilities=frozenset({Feature.PICKUP_GROUP})), Feature.PICKUP
    )
    group._take()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Pickup("4000", "")]


async def test_that_there_is_no_such_call_is_told(stage: Stage) -> None:
    stage.manager.refusal = CallError(Refusal.NO_SUCH_CALL, "nothing rings")
    dialog = TakeCallDialog(stage.phones, CAPABLE, Feature.UNPARK)
    dialog.show()
    dialog.input.setText("701")
    dialog._take()
    await until(lambda: dialog.message.isVisible())
    assert dialog.message.text() == "There is no call to take."
    dialog.close()


async def test_the_menu_offers_it_where_the_phone_allows_it(stage: Stage) -> None:
    own = OwnPhone(stage.phones)
    own.show()
    assert (own.pick_up.isVisible(), own.unpark.isVisible()) == (True, True)
    stage.tell(replace(CAPABLE, features=frozenset({Feature.UNPARK})))
    assert (own.pick_up.isVisible(), own.unpark.isVisible()) == (False, True)
