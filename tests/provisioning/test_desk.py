"""What is done about phones that fetch their configuration."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call.provisioned import PhoneAction, PhoneDone, PhoneOrder
from offhook.errors import CallError, PhoneError
from offhook.manager.phones import DONE
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning import desk
from offhook.provisioning.desk import PhoneFile
from tests.provisioning.phonefile import ADDRESS, a_phone_file

MAC = "805ec0123456"
ADD = PhoneOrder(PhoneAction.ADD, "80:5E:C0:12:34:56", "linphone", "4000")


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[PhoneFile]:
    with a_phone_file(tmp_path) as phones:
        yield phones


def done(phones: PhoneFile, order: PhoneOrder) -> PhoneDone:
    """What comes of an order that waits for no phone."""
    with pytest.raises(StopIteration) as end:
        next(phones.carry_out(order))
    found: PhoneDone = end.value.value
    return found


def test_a_phone_is_added_by_the_model_s_own_name_and_let_in_only_if_asked(phones: PhoneFile) -> None:
    phone = done(phones, ADD).phone
    assert (phone.mac, phone.model, phone.terminal, phone.open_until) == (MAC, "Linphone", "4000", None)
    assert phones.list().phones == (phone,)
    assert phones.knows("80-5e-c0-12-34-56") and not phones.knows("000000000001")
    done(phones, PhoneOrder(PhoneAction.REMOVE, MAC))
    assert done(phones, PhoneOrder(PhoneAction.ADD, MAC, "Linphone", "4000", 60)).phone.open_until is not None


def test_it_is_let_in_shown_and_no_more(phones: PhoneFile) -> None:
    done(phones, ADD)
    assert not done(phones, PhoneOrder(PhoneAction.OPEN, MAC)).phone.path_only
    shown = done(phones, PhoneOrder(PhoneAction.SHOW, MAC))
    assert shown.address.startswith(f"{ADDRESS}p/") and shown.address.endswith(f"linphone-{MAC}.xml")
    assert shown.phone.path_only and shown.phone.open_until is not None
    assert shown.address not in repr(shown)
    assert done(phones, PhoneOrder(PhoneAction.CLOSE, MAC)).phone.open_until is None


def test_what_another_process_adds_is_in_the_next_list(phones: PhoneFile, tmp_path: Path) -> None:
    assert phones.list().phones == ()
    with a_phone_file(tmp_path) as another:
        done(another, ADD)
    assert [one.mac for one in phones.list().phones] == [MAC]


@pytest.mark.parametrize("answer", [DONE, "it has answered 486"])
def test_a_phone_is_told_by_whoever_finds_the_order_and_its_answer_is_waited_for(
    phones: PhoneFile, tmp_path: Path, answer: str
) -> None:
    done(phones, ADD)
    steps = phones.carry_out(PhoneOrder(PhoneAction.REBOOT, MAC))
    next(steps)
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        assert [one.order for one in store.list()] == ["reboot"]
        store.change(MAC, lambda kept: replace(kept, order="", answer=answer))
    if answer == DONE:
        with pytest.raises(StopIteration):
            next(steps)
    else:
        with pytest.raises(PhoneError, match="answered 486"):
            next(steps)


def test_an_order_that_nobody_takes_is_taken_back(
    phones: PhoneFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(phones, ADD)
    monkeypatch.setattr(desk, "TAKEN_S", -1)
    with pytest.raises(CallError, match="no Call Manager has taken the order"):
        next(phones.carry_out(PhoneOrder(PhoneAction.RESYNC, MAC)))
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        assert [one.order for one in store.list()] == [""]


@pytest.mark.parametrize("action", [one for one in PhoneAction if one is not PhoneAction.ADD])
def test_a_phone_that_is_not_there_is_named(phones: PhoneFile, action: PhoneAction) -> None:
    with pytest.raises(PhoneError, match="there is no phone '805ec0123456'"):
        next(phones.carry_out(PhoneOrder(action, MAC)))


def test_what_people_are_told_has_no_secret(phones: PhoneFile, tmp_path: Path) -> None:
    done(phones, ADD)
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        secret = store.list()[0].secret
    assert secret not in str(phones.list())
