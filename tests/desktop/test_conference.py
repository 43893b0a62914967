"""Conference and parking in the window: a real Asterisk, and baresip as phones."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from offhook.assembly.run import messenger_running
from offhook.call import CallState, Feature
from offhook.config import load
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.preferences import Preferences
from offhook.desktop.takecall import TakeCallDialog
from tests.desktop.world import click
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.audio import hears_something, talk
from tests.peers.baresip import Baresip
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
terminal = "4000"
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "asterisk"
[switch.asterisk]
host = "{host}"
port = {port}
user = "{user}"
secret = "{secret}"
context = "{context}"
[address]
extension_lengths = [4]
[state]
dir = '{folder}/state'
[[terminal]]
id = "4000"
name = "Kim"
[[terminal]]
id = "4001"
name = "Lee"
[[terminal]]
id = "4002"
name = "Park"
"""


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Asterisk]:
    with Asterisk() as running:
        yield running


@dataclass
class Desk:
    """The window of 4000, and the phones, which all answer by themselves."""

    window: MainWindow
    model: PhoneModel
    phones: dict[str, Baresip]

    async def dial(self, number: str) -> CallCard:
        """The card of a call that has been answered."""
        call = await self.model.dial(number)
        await until(lambda: self.window.strip.of(call.id))
        card = self.window.strip.of(call.id)
        assert card is not None
        await until(lambda: card.call.state is CallState.CONNECTED, f"{number} answers")
        return card


async def press(card: CallCard, feature: Feature) -> None:
    """Click its button once the telephone system offers it."""
    await until(lambda: feature in card.buttons.offered(), f"{feature.value} is offered")
    click(card.buttons.button(feature))


@pytest.fixture
async def desk(asterisk: Asterisk, tmp_path: Path, preferences: Preferences) -> AsyncIterator[Desk]:
    file = tmp_path / "offhook.toml"
    host, port = asterisk.ami
    file.write_text(
        CONFIG.format(host=host, port=port, user=USER, secret=PASSWORD, context=CONTEXT, folder=tmp_path)
    )
    file.chmod(0o600)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(messenger_running(load(file, secrets=True)))
        phones = {}
        for user in ("4000", "4001", "4002"):
            phone = Baresip(tmp_path, asterisk.sip, user, f"secret-{user}", answer="auto")
            phones[user] = await stack.enter_async_context(phone)
        model = PhoneModel(parts.messenger, parts.client)
        stack.callback(model.close)
        window = MainWindow(model, preferences, list, in_tray=True)
        window.show()
        await until(lambda: len(model.terminals) == 3 and all(model.presence.of(one) for one in phones))
        await until(lambda: all(model.in_service(one) for one in phones), "the phones are registered")
        yield Desk(window, model, phones)
        for call in model.calls():
            await model.drop(call)
        await until(lambda: not model.calls())
        window.hide()
        window.deleteLater()


async def test_who_was_asked_first_is_joined_into_a_conference_in_which_each_hears(desk: Desk) -> None:
    first = await desk.dial("4001")
    await press(first, Feature.TRANSFER)
    QTest.keyClicks(first.target.input, "4002")
    await until(lambda: first.target.buttons[Feature.CONSULT].isEnabled())
    click(first.target.buttons[Feature.CONSULT])
    await until(lambda: len(desk.window.strip.cards()) == 2)
    second = desk.window.strip.cards()[-1]
    await until(lambda: second.call.state is CallState.CONNECTED)
    assert second.who.way.text() == "Asking first"
    await press(second, Feature.CONFERENCE)
    for card in (first, second):
        await until(lambda card=card: card.phrase.accessibleName() == "In a conference")  # type: ignore[misc]
    assert first.call.conference == second.call.conference != ""
    for phone in desk.phones.values():
        await hears_something(phone)
    await desk.phones["4000"].hang_up()
    await until(lambda: not desk.model.calls())
    for other in ("4001", "4002"):  # they talk on
        await hears_something(desk.phones[other])


async def test_a_call_is_parked_by_its_card_and_taken_back_from_the_slot_that_this_names(desk: Desk) -> None:
    card = await desk.dial("4001")
    await press(card, Feature.PARK)
    await until(lambda: card.phrase.accessibleName().startswith("Parked: "), "the slot is named")
    assert card.call.state is CallState.ON_HOOK
    slot = card.phrase.accessibleName().removeprefix("Parked: ")
    phone = desk.model.phone
    assert phone is not None
    dialog = TakeCallDialog(desk.model, phone, Feature.UNPARK, desk.window)
    dialog.show()
    QTest.keyClicks(dialog.input, slot)
    click(dialog.buttons.button(dialog.buttons.StandardButton.Ok))
    await until(lambda: not dialog.isVisible())
    await until(lambda: any(one.state is CallState.CONNECTED for one in desk.model.calls()))
    await talk(desk.phones["4000"], desk.phones["4001"])
