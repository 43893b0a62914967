"""A phone's files are given to the phone only: window, secret path, certificate."""

from dataclasses import replace

import pytest

from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.grants import (
    Via,
    admin_password_of,
    asked,
    closed,
    login_of,
    opened,
    password_of,
    path_of,
    registered,
)

PHONE = ProvisionedPhone(mac="805ec0123456", model="A10", terminal="4003", secret="s3cret")
NOW = 1000.0
DESK, ELSEWHERE = "192.0.2.20", "192.0.2.66"


def ask(phone: ProvisionedPhone, source: str = DESK, via: Via = Via.NAME) -> tuple[ProvisionedPhone, bool]:
    return asked(phone, source, via, "Acme A10", NOW)


@pytest.mark.parametrize("via", [Via.NAME, Via.PATH])
def test_a_mac_address_or_path_alone_is_nothing_and_says_nothing(via: Via) -> None:
    assert ask(PHONE, via=via) == (PHONE, False)


def test_in_its_window_a_phone_is_let_in_and_nobody_else() -> None:
    phone, given = ask(opened(PHONE, NOW + 60))
    assert given
    assert (phone.source, phone.fetched, phone.user_agent) == (DESK, NOW, "Acme A10")
    assert ask(phone)[1]
    after, given = ask(phone, ELSEWHERE)
    assert not given
    assert (after.stranger, after.stranger_at, after.renew) == (ELSEWHERE, NOW, True)


def test_a_window_ends_by_itself_by_hand_and_by_the_registration() -> None:
    open_ = opened(PHONE, NOW + 60)
    assert not ask(opened(PHONE, NOW))[1]
    assert not ask(closed(open_))[1]
    fetched, _ = ask(open_)
    done = registered(fetched, NOW)
    assert done.registered == NOW
    assert not ask(done)[1]


def test_a_phone_that_registers_with_what_it_had_before_does_not_close_its_window() -> None:
    before, _ = ask(opened(PHONE, NOW + 60))
    again = opened(registered(before, NOW), NOW + 60)
    assert ask(registered(again, NOW))[1]


def test_the_secret_path_goes_on_for_the_host_that_has_fetched() -> None:
    phone = registered(ask(opened(PHONE, NOW + 60))[0], NOW)
    assert ask(phone, via=Via.PATH)[1]
    after, given = ask(phone, ELSEWHERE, Via.PATH)
    assert (given, after.renew) == (False, True)


def test_a_window_of_the_secret_path_is_none_of_the_mac_address() -> None:
    phone = opened(PHONE, NOW + 60, path_only=True)
    assert ask(phone) == (phone, False)
    fetched, given = ask(phone, via=Via.PATH)
    assert given
    assert ask(fetched) == (fetched, False)
    assert not ask(fetched, ELSEWHERE, Via.PATH)[1]


def test_after_a_stranger_the_next_right_fetch_makes_the_password_new() -> None:
    phone, _ = ask(opened(PHONE, NOW + 60))
    suspicious, _ = ask(phone, ELSEWHERE)
    assert password_of(suspicious) == password_of(phone)
    renewed, _ = ask(suspicious)
    assert password_of(renewed) != password_of(phone)
    assert password_of(ask(renewed)[0]) == password_of(renewed)


def test_one_stranger_who_asks_on_and_on_is_written_down_once_a_minute() -> None:
    phone, _ = ask(ask(opened(PHONE, NOW + 600))[0], ELSEWHERE)
    assert asked(phone, ELSEWHERE, Via.NAME, "", NOW + 59) == (phone, False)
    assert asked(phone, ELSEWHERE, Via.NAME, "", NOW + 61)[0].stranger_at == NOW + 61


def test_a_certificate_lets_its_phone_in_from_anywhere_at_any_time() -> None:
    phone, given = ask(PHONE, via=Via.CERTIFICATE)
    assert given
    assert ask(phone, ELSEWHERE, Via.CERTIFICATE)[1]


def test_what_a_phone_is_given_is_its_own() -> None:
    other = replace(PHONE, secret="another")
    made = [make(one) for one in (PHONE, other) for make in (password_of, path_of, admin_password_of)]
    assert len(set(made)) == 6
    assert all(one.isalnum() for one in made)
    assert login_of(PHONE) == "4003~805ec0123456"


def test_a_user_agent_is_kept_short_and_printable() -> None:
    phone, _ = asked(opened(PHONE, NOW + 60), DESK, Via.NAME, "A\x1b[31m" + "x" * 500, NOW)
    assert phone.user_agent.startswith("A[31mxx") and len(phone.user_agent) == 120


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(PHONE)
