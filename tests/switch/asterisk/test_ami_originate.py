"""The Originate of a call: what a name or an address could bring in, it does not."""

from __future__ import annotations

import pytest

from offhook.call import Call, CallState, Party
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.ami import encode
from offhook.switch.asterisk.originate import ADDRESS, originate

LEE = Party("Lee Min-ho", "4001")
SETTINGS = AsteriskSettings("offhook", "s3cret", "from-internal")


def fields(callee: Party = LEE, settings: AsteriskSettings = SETTINGS) -> dict[str, str]:
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), callee, 0.0)
    made = originate(call, settings)
    encode("Originate", made)  # fits on the wire
    return {name: value for name, value in made if name != "Variable"}


def variables(callee: Party = LEE, settings: AsteriskSettings = SETTINGS) -> list[str]:
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), callee, 0.0)
    return [value for name, value in originate(call, settings) if name == "Variable"]


def shown(callee: Party = LEE) -> list[str]:
    return [one for one in variables(callee) if one.startswith("CONNECTEDLINE")]


def test_the_own_phone_is_called_first_and_its_channel_has_our_id() -> None:
    assert fields() == {
        "Channel": "PJSIP/4000",
        "Context": "from-internal",
        "Exten": "4001",
        "Priority": "1",
        "Timeout": "35000",
        "Async": "true",
        "ChannelId": "offhook-c1",
    }


def test_the_own_phone_is_shown_whom_it_calls() -> None:
    assert shown() == ["CONNECTEDLINE(num,i)=4001", "CONNECTEDLINE(name,i)=Lee Min-ho"]


def test_whom_it_calls_is_set_last_for_it_is_an_event_that_others_hear_of() -> None:
    assert variables()[-2:] == shown()


def test_nothing_is_set_that_nobody_reads() -> None:
    assert all(one.startswith(("PJSIP_HEADER(add,", "CONNECTEDLINE(")) for one in variables())


def test_the_callee_is_shown_the_caller_and_not_himself() -> None:
    assert "CallerID" not in fields()


@pytest.mark.parametrize(
    "name", ["${SHELL(id)}", "a,b", "x)=y(", "a;b", "$[1+1]", 'quote"d', "back\\slash", "line\r\nExten: 900"]
)
def test_a_name_is_text_and_no_dialplan(name: str) -> None:
    text = shown(Party(name, "4001"))[1].partition("=")[2]
    assert not set('${}[]();,"\\\r\n=') & set(text)


def test_a_korean_name_is_shown_as_it_is() -> None:
    assert shown(Party("이민호", "4001"))[1] == "CONNECTEDLINE(name,i)=이민호"


def test_only_phones_of_pjsip_are_asked_to_answer() -> None:
    assert any(one.startswith("PJSIP_HEADER(add,Call-Info)=") for one in variables())
    sip = AsteriskSettings("offhook", "s3cret", "from-internal", channel="DAHDI/{terminal}")
    quiet = AsteriskSettings("offhook", "s3cret", "from-internal", auto_answer=False)
    assert not any("PJSIP_HEADER" in one for one in variables(settings=sip) + variables(settings=quiet))


@pytest.mark.parametrize("address", ["4001", "+82-2-568-3848", "*72", "#31#4001", "alice.b_c"])
def test_what_people_dial_is_an_address(address: str) -> None:
    assert ADDRESS.fullmatch(address)


@pytest.mark.parametrize(
    "address", ["", "4001&PJSIP/9", "4001,1", "a b", "${X}", "4001|", "4001/n", "1" * 65]
)
def test_what_a_dialplan_could_read_otherwise_is_none(address: str) -> None:
    assert not ADDRESS.fullmatch(address)
