"""Phones that are registered and gone: noticed by OPTIONS and by silence, and called again once back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from offhook.call import DOES_NOT_ANSWER, CallState, Cause, Feature, Forward, Forwarding, ForwardWhen
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import CallError, Refusal
from offhook.switch.base import TerminalChanged
from offhook.switch.embedded import EmbeddedSwitch, reachability
from offhook.switch.embedded.ports import KeptBinding
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site
from tests.switch.trunksite import scripted
from tests.switch.unplugged import ignore_options
from tests.waiting import until

SOON: dict[str, Any] = {"qualify_s": 0.1, "silent_s": 0.5}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(**SOON)
    yield site
    await close(site)


def told(site: Site) -> list[TerminalChanged]:
    found: list[TerminalChanged] = []
    site.switch.subscribe(lambda event: found.append(event) if isinstance(event, TerminalChanged) else None)
    return found


async def unplugged(phone: Phone) -> None:
    """It says nothing any more, and the switch thinks that it is registered."""
    phone.registered = False
    await phone._close()


async def known(phone: Phone) -> Phone:
    """It has answered when it was asked whether it is there."""
    await until(lambda: phone.options)
    return phone


async def test_a_phone_that_loses_its_power_is_out_of_service_before_anybody_calls_it(site: Site) -> None:
    own, phone = await site.phone("4000"), await known(await site.phone("4001"))
    news = told(site)
    await unplugged(phone)
    await until(lambda: not site.switch.in_service("4001"))
    assert news == [TerminalChanged("4001", False, DOES_NOT_ANSWER)]
    assert await site.cause(site.dial()) is Cause.UNREACHABLE
    assert own.invites == 0


async def test_who_has_a_dead_phone_is_told_so_and_not_to_register_it(site: Site) -> None:
    await unplugged(await known(await site.phone("4000")))
    await until(lambda: not site.switch.in_service("4000"))
    with pytest.raises(CallError, match="phone 4000 is registered, but does not answer") as caught:
        site.dial()
    assert caught.value.refusal is Refusal.TERMINAL_UNAVAILABLE
    assert Feature.DIAL not in site.switch.features("4000")


async def test_a_call_to_a_phone_without_power_is_given_up_after_seconds_and_forwarded() -> None:
    site = await a_site(qualify_s=0.0, silent_s=0.2)
    await site.phone("4000")
    await site.phone("4002", ANSWERS)
    await unplugged(await site.phone("4001"))
    await site.perform(Forward("4001", (Forwarding(ForwardWhen.NO_ANSWER, "4002", 600.0),)))
    await site.until(site.dial(), CallState.CONNECTED)
    assert not site.switch.in_service("4001")
    await close(site)


async def test_a_phone_that_registers_anew_is_called_again(site: Site) -> None:
    await site.phone("4000")
    await unplugged(await known(await site.phone("4001")))
    await until(lambda: not site.switch.in_service("4001"))
    news = told(site)
    await site.phone("4001", ANSWERS)
    await until(lambda: TerminalChanged("4001", True) in news)
    await site.until(site.dial(), CallState.CONNECTED)


async def test_a_phone_that_answers_again_is_back_without_registering(site: Site) -> None:
    phone = await known(await site.phone("4001"))
    answer = phone.endpoint.on_request
    phone.endpoint.on_request = lambda *_arguments: None
    await until(lambda: not site.switch.in_service("4001"))
    phone.endpoint.on_request = answer
    await until(lambda: site.switch.in_service("4001"))


async def test_a_phone_that_knows_no_options_is_not_held_dead_for_that(site: Site) -> None:
    await site.phone("4000")
    ignore_options(await site.phone("4001", ANSWERS))
    other = await known(await site.phone("4002"))
    await until(lambda: other.options > 3)  # rounds in which it was asked as well
    await site.until(site.dial(), CallState.CONNECTED)


async def test_one_phone_of_two_that_is_dead_is_not_called_and_the_other_is(site: Site) -> None:
    await site.phone("4000")
    dead = await known(await site.phone("4001"))
    await site.phone("4001", ANSWERS)
    await unplugged(dead)
    assert isinstance(site.switch, EmbeddedSwitch)
    reach = site.switch.reachability
    await until(lambda: len(reach.phones("4001")) == 1)
    assert site.switch.in_service("4001")
    await site.until(site.dial(), CallState.CONNECTED)


async def test_a_phone_that_only_rings_is_not_dead(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4001", Behaviour(answer_after=1.0, auto_answer=False))
    await site.until(site.dial(), CallState.CONNECTED)


async def test_thousands_of_phones_are_asked_a_few_at_a_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachability, "MAX_A_SECOND", 4.0)  # one in each quarter of a second
    asked: list[str] = []
    assert isinstance(site.switch, EmbeddedSwitch)
    reach = site.switch.reachability
    monkeypatch.setattr(reach, "_ask", lambda terminal, _binding: asked.append(terminal))
    for one in ("4000", "4001", "4002"):
        await site.phone(one)
    asked.clear()
    await until(lambda: len(asked) >= 4)
    assert set(asked[:4]) == {"4000", "4001", "4002"}


async def test_phones_whose_registration_was_kept_are_asked_though_nothing_comes_from_them() -> None:
    async with scripted() as phone:
        host, port = phone.address
        kept = KeptBinding("4001", f"sip:4001@{host}:{port}", host, port, time.time() + 300, "call", 1)

        class Kept:
            def read(self) -> tuple[list[KeptBinding], list[tuple[str, str]]]:
                return [kept], []

            def write(self, bindings: object, known: object) -> None:
                pass

        site = await a_site(registrations=Kept(), **SOON)
        asked = await phone.next("OPTIONS")
        assert (asked.target.user, asked.to.uri.user) == ("4001", "4001")
        await close(site)
