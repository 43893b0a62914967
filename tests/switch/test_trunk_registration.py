"""The account of a trunk at a provider that challenges, refuses, stops and comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from offhook.call import CallState, Cause, TrunkState
from offhook.errors import CallError
from offhook.sip.authparams import parse_auth
from offhook.switch.base import TrunkChanged
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk import registration
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.upstream import servers
from tests.switch.site import ANSWERS, Site
from tests.switch.trunksite import (
    ACCOUNT,
    FRIEND,
    OWN,
    SDP,
    a_provider,
    a_site_with,
    a_trunk,
    scripted,
)
from tests.waiting import until

DIALLED = "08912345678"


def challenge(realm: str, nonce: str = "n1", *, stale: bool = False, header: str = "WWW-Authenticate") -> str:
    more = ", stale=true" if stale else ""
    return f'{header}: Digest realm="{realm}", nonce="{nonce}", qop="auth"{more}\r\n'


def trunk_of(site: Site) -> Trunk:
    assert isinstance(site.switch, EmbeddedSwitch)
    (trunk,) = site.switch.trunks.all
    return trunk


async def test_it_registers_by_its_password_and_takes_that_back_when_the_switch_stops() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await until(lambda: provider.registered)
    await site.close()
    await until(lambda: not provider.registered)
    await provider.close()


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
async def test_calls_go_out_over(protocol: Any) -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.switch.address(protocol), transport=protocol))
    await site.phone("4000")
    await provider.phone(FRIEND, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    (leg,) = [one for one in provider.switch.legs.values() if one.terminal == ACCOUNT]
    assert leg.dialog is not None
    assert leg.dialog.flow.protocol == protocol
    await site.close()
    await provider.close()


async def test_a_stale_nonce_and_challenges_of_two_realms_are_answered() -> None:
    register = [(401, challenge("one")), (401, challenge("one", "n2", stale=True)), 200]
    invite = [
        (407, challenge("proxy", header="Proxy-Authenticate")),
        (401, challenge("gateway")),
        486,
    ]
    async with scripted(REGISTER=register, INVITE=invite) as provider:
        site = await a_site_with(a_trunk(provider.address))
        last = parse_auth(provider.asked("REGISTER")[-1].headers.get("Authorization") or "")
        assert last["nonce"] == "n2"
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        headers = provider.asked("INVITE")[-1].headers
        assert parse_auth(headers.get("Proxy-Authorization") or "")["realm"] == "proxy"
        assert parse_auth(headers.get("Authorization") or "")["realm"] == "gateway"
        await site.close()


async def test_it_registers_for_as_long_as_the_provider_wants() -> None:
    async with scripted(REGISTER=[(423, "Min-Expires: 3600\r\n"), 200]) as provider:
        site = await a_site_with(a_trunk(provider.address))
        assert [one.headers.get("Expires") for one in provider.asked("REGISTER")] == ["600", "3600"]
        await site.close()


async def test_a_refusal_is_told_in_the_providers_own_words_and_no_click_waits_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = 'Warning: 399 provider "Account locked, pay first"\r\n'
    async with scripted(REGISTER=(403, words)) as provider:
        site = await a_site_with(a_trunk(provider.address), wait=False)
        await site.phone("4000")
        trunk = trunk_of(site)
        await until(lambda: trunk.registration.problem)
        assert trunk.registration.problem == '403 Forbidden, "Account locked, pay first"'
        assert "Account locked, pay first" in caplog.text
        with pytest.raises(CallError) as caught:
            site.dial("4000", DIALLED)
        assert "Account locked, pay first" in str(caught.value)
        assert len(provider.asked("REGISTER")) == 1
        await site.close()


async def test_a_wrong_password_is_not_tried_again_and_again() -> None:
    provider = await a_provider(password="another")
    site = await a_site_with(a_trunk(provider.address), wait=False)
    trunk = trunk_of(site)
    await until(lambda: trunk.registration.problem)
    trunk.registration.renew()  # as when its server comes back
    assert not trunk.registration._asking
    assert not provider.registered
    await site.close()
    await provider.close()


async def test_a_provider_that_was_away_is_registered_at_once_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registration, "RETRY_S", 0.05)
    async with scripted(REGISTER=(503, "Retry-After: 0 (soon)\r\n"), INVITE=486) as provider:
        site = await a_site_with(replace(a_trunk(provider.address), probe_s=0.1, silent_s=0.2), wait=False)
        await provider.next("REGISTER", 2)
        provider.answers["REGISTER"] = 200
        await until(lambda: trunk_of(site).usable)
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        await site.close()


async def test_where_it_is_known_by_its_address_it_registers_nowhere() -> None:
    async with scripted(INVITE=486) as provider:
        trunk = a_trunk(provider.address, register=False, user="", password="", from_account=False)
        site = await a_site_with(trunk)
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert not provider.asked("REGISTER")
        await site.close()


async def test_a_challenge_inside_of_a_call_is_answered() -> None:
    bye = [(407, challenge("proxy", "n9", header="Proxy-Authenticate")), 200]
    async with scripted(INVITE=None, BYE=bye) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        call_id = site.dial("4000", DIALLED)
        provider.respond(await provider.next("INVITE"), 200, body=SDP)
        await site.until(call_id, CallState.CONNECTED)
        site.drop(call_id)
        again = await provider.next("BYE", 2)
        assert parse_auth(again.headers.get("Proxy-Authorization") or "")["nonce"] == "n9"
        await site.close()


async def test_an_extension_that_the_provider_requires_and_we_lack_is_refused() -> None:
    async with scripted(INVITE=(421, "Require: 100rel\r\n")) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.FAILURE
        await site.close()


async def test_the_servers_that_the_dns_names_are_tried_in_their_order() -> None:
    from offhook.common.dnssrv import Srv

    async with scripted(INVITE=503) as first, scripted(INVITE=486) as second:

        async def ask_srv(name: str) -> list[Srv]:
            assert name == "_sip._udp.provider.example"
            return [Srv(20, 0, second.address[1], "127.0.0.1"), Srv(10, 0, first.address[1], "127.0.0.1")]

        trunk = a_trunk(("provider.example", 0), servers=("provider.example",))
        site = await a_site_with(trunk, ask_srv=ask_srv)
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert (len(first.asked("INVITE")), len(second.asked("INVITE"))) == (1, 1)
        assert first.asked("INVITE")[0].target.host == "provider.example"
        await site.close()


async def test_a_session_timer_of_the_provider_is_agreed_to() -> None:
    async with scripted(INVITE=None) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        call_id = site.dial("4000", DIALLED)
        timer = "Session-Expires: 1800;refresher=uac\r\nSupported: timer\r\nRequire: timer\r\n"
        provider.respond(await provider.next("INVITE"), 200, timer, body=SDP)
        await site.until(call_id, CallState.CONNECTED)
        assert isinstance(site.switch, EmbeddedSwitch)
        (leg,) = [one for one in site.switch.legs.values() if not one.terminal]
        assert leg._session._timer is not None
        assert leg._session._timer.running
        site.drop(call_id)
        await site.close()


async def test_the_account_is_in_the_request_and_not_its_password() -> None:
    async with scripted(REGISTER=[(401, challenge("one")), 200]) as provider:
        site = await a_site_with(a_trunk(provider.address, password="never-shown"))
        assert all(b"never-shown" not in one.body for one in provider.requests)
        assert "never-shown" not in repr(trunk_of(site).settings)
        assert provider.asked("REGISTER")[0].from_.uri.user == ACCOUNT
        assert OWN not in str(provider.asked("REGISTER")[0].from_)
        await site.close()


def told_of_trunks(site: Site) -> list[TrunkState]:
    told: list[TrunkState] = []
    site.switch.subscribe(lambda event: told.append(event.trunk) if isinstance(event, TrunkChanged) else None)
    return told


async def test_it_is_told_when_the_provider_refuses_the_account_and_when_it_takes_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registration, "REFUSED_S", 0.05)
    refused = (403, 'Warning: 399 provider "Account not paid"\r\n')
    async with scripted(REGISTER=[refused, refused, 200]) as provider:
        site = await a_site_with(a_trunk(provider.address), wait=False)
        told = told_of_trunks(site)
        await until(lambda: told and told[-1].usable)
        said = [one.problem for one in told if "refuses" in one.problem]
        assert said == ['the provider refuses the account (403 Forbidden, "Account not paid")'], "once"
        (now,) = site.switch.trunk_states()
        assert (now.registered, now.problem, [one.up for one in now.servers]) == (True, "", [True])
        assert now.since is not None and now.since >= (told[0].since or 0.0)
        await site.close()


async def test_a_limit_that_refuses_a_call_is_told_and_so_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.switch.trunk.trunk.LOOK_S", 0.05)
    async with scripted(INVITE=180) as provider:
        site = await a_site_with(a_trunk(provider.address, max_calls=1))
        told = told_of_trunks(site)
        await site.phone("4000")
        call_id = site.dial("4000", DIALLED)
        await provider.next("INVITE")
        with pytest.raises(CallError, match="max_calls"):
            site.dial("4001", DIALLED)
        await until(lambda: told and told[-1].limit == "max_calls")
        assert (told[-1].calls, told[-1].max_calls, told[-1].usable) == (1, 1, True)
        site.switch.drop(call_id)
        await until(lambda: not told[-1].limit)
        await site.close()


async def test_a_provider_that_answers_no_options_is_used_all_the_same() -> None:
    async with scripted(OPTIONS=None, INVITE=486) as provider:
        site = await a_site_with(replace(a_trunk(provider.address), probe_s=0.2, silent_s=0.5))
        await site.phone("4000")
        await provider.next("OPTIONS", 6)  # by now the first ones have counted as not answered
        assert trunk_of(site).usable
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        await site.close()


async def test_a_provider_that_was_away_for_a_moment_and_has_answered_since_is_used(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was sent meanwhile stays unanswered, and its time is up only when later requests were answered."""
    async with scripted(OPTIONS=[200, None, 200], REGISTER=200) as provider:
        site = await a_site_with(replace(a_trunk(provider.address), probe_s=0.2, silent_s=0.7))
        await provider.next("OPTIONS", 9)
        assert trunk_of(site).usable
        assert "does not answer" not in caplog.text
        await site.close()


async def test_such_a_provider_that_was_away_is_tried_again() -> None:
    async with scripted(OPTIONS=None, INVITE=None) as provider:
        site = await a_site_with(replace(a_trunk(provider.address), probe_s=0.5, silent_s=0.5))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.UNREACHABLE
        provider.answers["INVITE"] = 486
        await until(lambda: trunk_of(site).usable)
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        await site.close()


async def test_a_provider_that_is_never_asked_is_set_aside_by_a_silent_call_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "SET_ASIDE_S", 0.5)
    async with scripted(OPTIONS=None, INVITE=None) as provider:
        trunk = replace(a_trunk(provider.address), register=False, probe_s=0.0, silent_s=0.5)
        site = await a_site_with(trunk)
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.UNREACHABLE
        provider.answers["INVITE"] = 486
        await until(lambda: trunk_of(site).usable)
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert not provider.asked("OPTIONS")
        await site.close()


async def test_such_a_provider_that_was_away_at_the_beginning_is_registered_once_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registration, "RETRY_S", 0.1)
    async with scripted(OPTIONS=None, REGISTER=None) as provider:
        site = await a_site_with(replace(a_trunk(provider.address), probe_s=0.2, silent_s=0.2), wait=False)
        await until(lambda: trunk_of(site).servers.current is None)
        before = len(provider.asked("REGISTER"))
        await provider.next("REGISTER", before + 1)
        provider.answers["REGISTER"] = 200
        await until(lambda: trunk_of(site).usable)
        await site.close()
