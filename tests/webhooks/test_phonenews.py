"""What programs of administrators are told of strangers who ask for a phone's files."""

from contextlib import closing
from pathlib import Path

from offhook.call.provisioned import PhoneState
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox
from offhook.webhooks.phonenews import EVERY_S, OF_ALL, OF_ONE, PhoneNews
from offhook.webhooks.sender import WebhookSender
from tests.manager.helpers import TERMINALS, FakeSwitch
from tests.waiting import until
from tests.webhooks.helpers import a_hook, a_receiver

ASKED_FOR = PhoneState("805ec0123456", "T46U", "4003", stranger="192.0.2.66", stranger_at=1000.0)


def by(host: str) -> PhoneState:
    return PhoneState("805ec0123456", "T46U", "4003", stranger=host, stranger_at=1000.0)


class Told:
    """News, and how many letters there were."""

    def __init__(self) -> None:
        self.now, self.letters = 1000.0, list[str]()
        self.news = PhoneNews(lambda kind, phone: self.letters.append(phone.stranger), lambda: self.now)


async def test_a_webhook_that_asks_for_it_is_told_who_asked_for_which_phone(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        hooks = (a_hook(receiver.url, name="crm"), a_hook(receiver.url, name="admin", phones=True))
        with (
            closing(SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None)) as log,
            closing(SqliteOutbox(tmp_path / "webhooks.sqlite")) as outbox,
        ):
            manager = CallManager(FakeSwitch(), TERMINALS, log)
            sender = WebhookSender(hooks, outbox)
            sender.start(manager)
            manager.phones.tell_stranger(ASKED_FOR)
            await until(lambda: receiver.heard)
            await until(lambda: not outbox.letters())
            await sender.stop()
            manager.phones.tell_stranger(ASKED_FOR)
            assert outbox.letters() == []
    assert receiver.types == ["phone.stranger"]
    told = receiver.heard[0].message["phone"]
    assert (told["mac"], told["terminal"], told["stranger"]) == ("805ec0123456", "4003", "192.0.2.66")


def test_one_who_asks_on_and_on_is_some_letters_and_later_one_more() -> None:
    told = Told()
    for _ in range(100):
        told.news.on_stranger(ASKED_FOR)
    assert len(told.letters) == OF_ONE
    told.now += EVERY_S
    told.news.on_stranger(ASKED_FOR)
    assert len(told.letters) == OF_ONE + 1


def test_many_of_them_are_some_letters_in_all() -> None:
    told = Told()
    for number in range(1000):
        told.news.on_stranger(by(f"2001:db8::{number:x}"))
    assert len(told.letters) == OF_ALL
