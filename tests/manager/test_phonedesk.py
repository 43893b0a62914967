"""Who may do what about phones that fetch their configuration, and how it is written down."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call.provisioned import PhoneAction, PhoneDone, PhoneList, PhoneOrder, PhoneState
from offhook.errors import CallError, Refusal
from offhook.manager.audit import Entry
from offhook.manager.phonedesk import EVENTS, MAX_SECONDS, PhoneDesk
from offhook.manager.principal import Principal
from offhook.manager.stores.audit import FileAuditLog, read_audit
from tests.provisioning.phonefile import a_phone_file
from tests.waiting import until

MAC = "805ec0123456"
ROOT = Principal("root", administrator=True, terminals=frozenset(), origin="192.0.2.7", door="sscp")
KIM = Principal("kim", administrator=False, terminals=frozenset({"4000"}), door="sscp")


class Office:
    """A desk, and what the audit log has of it."""

    def __init__(self, folder: Path, desk: PhoneDesk, log: FileAuditLog) -> None:
        self.folder, self.desk, self._log = folder, desk, log

    async def do(self, by: Principal, action: PhoneAction, **values: object) -> PhoneDone:
        order = replace(PhoneOrder(action, MAC), **values)  # type: ignore[arg-type]
        return await self.desk.carry_out(by, order)

    def written(self) -> list[Entry]:
        self._log.close()
        return list(read_audit(self.folder))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    log = FileAuditLog(tmp_path)
    with a_phone_file(tmp_path) as file:
        yield Office(tmp_path, PhoneDesk(log, file), log)


async def test_all_that_is_done_is_written_down_with_who_and_which_phone(office: Office) -> None:
    await office.do(ROOT, PhoneAction.ADD, model="Linphone", terminal="4000")
    shown = await office.do(ROOT, PhoneAction.SHOW)
    await office.do(ROOT, PhoneAction.REMOVE)
    with pytest.raises(CallError):
        await office.do(ROOT, PhoneAction.OPEN)
    entries = office.written()
    assert [(one.event, one.result, one.terminal) for one in entries] == [
        ("phone-add", "ok", "4000"),
        ("phone-show", "ok", "4000"),
        ("phone-remove", "ok", "4000"),
        ("phone-open", "bad-request", ""),
    ]
    assert {(one.user, one.source, one.door, one.number) for one in entries} == {
        ("root", "192.0.2.7", "sscp", MAC)
    }
    assert shown.address not in str(entries)


@pytest.mark.parametrize("action", list(PhoneAction))
async def test_only_administrators_do_anything_and_who_tried_is_written_down(
    office: Office, action: PhoneAction
) -> None:
    with pytest.raises(CallError) as caught:
        await office.do(KIM, action, model="Linphone", terminal="4000")
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    assert (await office.desk.all(ROOT)).phones == ()
    [entry] = office.written()
    assert (entry.event, entry.user, entry.result) == (EVENTS[action].value, "kim", "not-allowed")


async def test_only_administrators_see_all_phones_and_everybody_the_own_ones(office: Office) -> None:
    await office.do(ROOT, PhoneAction.ADD, model="Linphone", terminal="4000")
    await office.desk.carry_out(ROOT, PhoneOrder(PhoneAction.ADD, "000000000001", "Linphone", "4001"))
    for refused in (office.desk.all(KIM), office.desk.models(KIM), office.desk.knows(KIM, MAC)):
        with pytest.raises(CallError) as caught:
            await refused
        assert caught.value.refusal is Refusal.NOT_ALLOWED
    assert await office.desk.own(KIM) == [PhoneState(MAC, "Linphone", "4000")]


async def test_where_no_phones_fetch_anything_it_says_what_to_set() -> None:
    desk = PhoneDesk()
    with pytest.raises(CallError, match=r"set \[provisioning\] listen") as caught:
        await desk.all(ROOT)
    assert caught.value.refusal is Refusal.NOT_SUPPORTED
    assert await desk.own(KIM) == ()


async def test_a_phone_is_not_let_in_for_days(office: Office) -> None:
    await office.do(ROOT, PhoneAction.ADD, model="Linphone", terminal="4000")
    with pytest.raises(CallError, match="at most"):
        await office.do(ROOT, PhoneAction.OPEN, seconds=MAX_SECONDS + 1)
    assert (await office.desk.all(ROOT)).phones[0].open_until is None


async def test_orders_under_way_are_limited(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.phonedesk.MAX_ORDERS", 0)
    with pytest.raises(CallError) as caught:
        await office.do(ROOT, PhoneAction.ADD, model="Linphone", terminal="4000")
    assert caught.value.refusal is Refusal.OVERLOADED
    assert await office.desk.all(ROOT) == PhoneList()


async def test_many_changes_are_told_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.phonedesk.TELL_AFTER_S", 0.0)
    told: list[int] = []
    unwatch = office.desk.watch(lambda: told.append(1))
    for _ in range(100):
        office.desk.note_change()
    await until(lambda: bool(told))
    assert len(told) == 1
    office.desk.note_change()
    await until(lambda: len(told) == 2)
    unwatch()
    office.desk.note_change()
    assert office.desk._telling is None
