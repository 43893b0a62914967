"""A colleague's phone that a user may watch: seen, and not commanded."""

from pathlib import Path

import pytest

from offhook.call import NOTHING, CallState, Dial, Drop, Feature
from offhook.errors import CallError, Refusal
from tests.manager.helpers import ADMINISTRATOR
from tests.sscp.helpers import Site, a_client, a_site, a_socket


async def rings(site: Site, terminal: str = "4001") -> str:
    """The id of a call of this terminal, of an administrator's."""
    return (await site.manager.perform(ADMINISTRATOR, Dial(terminal, "4002"))).id


async def test_who_may_watch_sees_a_colleagues_calls_as_they_change(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        first = await rings(site)
        async with a_client(site.url) as (kim, heard), a_client(site.url, "lee") as (lee, own):
            (seen,) = await kim.watch("4001")
            (mine,) = await lee.watch("4001")
            site.switch.go(first, CallState.CONNECTED)
            await heard.until(lambda: bool(heard.calls))
            await own.until(lambda: bool(own.calls))
            assert (seen.id, heard.calls[-1].state) == (first, CallState.CONNECTED)
            assert (seen.features, heard.calls[-1].features) == (NOTHING, NOTHING)
            assert mine.allows(Feature.DROP) and own.calls[-1].allows(Feature.DROP)
            with pytest.raises(CallError) as caught:
                await kim.perform(Drop(first))
            assert caught.value.refusal is Refusal.NOT_ALLOWED
            with pytest.raises(CallError):
                await kim.history("4001")
    assert site.switch.dropped == []


async def test_who_may_watch_every_phone_may_do_so_at_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["*"])
        await rings(site)
        async with a_client(site.url) as (kim, heard):
            (seen,) = await kim.watch("*")
            assert (seen.terminal, seen.features) == ("4001", NOTHING)
            assert [one.id for one in heard.terminals] == ["4000", "4001", "4002"]
            site.switch.serve("4002", True)
            site.switch.serve("4000", True)
            await heard.until(lambda: len(heard.terminals) == 5)
            watched, own = heard.terminals[3:]
            assert (watched.in_service, watched.allows(Feature.DIAL)) == (True, False)
            assert (own.in_service, own.allows(Feature.DIAL)) == (True, True)


async def test_the_phones_that_a_user_may_watch_are_listed_when_asked_for(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        async with a_client(site.url) as (kim, _), a_client(site.url, "lee") as (lee, _):
            assert [one.id for one in await kim.terminals()] == ["4000"]
            assert [one.id for one in await kim.terminals(watched=True)] == ["4000", "4001"]
            assert [one.id for one in await lee.terminals(watched=True)] == ["4001"]


async def test_the_login_says_what_may_be_watched(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        async with a_socket(site.url) as raw:
            answer = await raw.ask({"type": "login", "id": 0, "user": "kim", "password": "secret"})
    assert (answer["user"]["terminals"], answer["user"]["watches"]) == (["4000"], ["4001"])


async def test_a_right_to_watch_that_is_taken_away_ends_what_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.RECHECK_S", 0.02)
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        call = await rings(site)
        async with a_client(site.url) as (kim, heard):
            await kim.watch("4001")
            site.users.set_watches("kim", [])
            await heard.until(lambda: any(one.id == call for one in heard.calls))
            assert heard.calls[-1].state is CallState.ON_HOOK  # as far as can be seen from there
            with pytest.raises(CallError) as caught:
                await kim.watch("4001")
            assert caught.value.refusal is Refusal.NOT_ALLOWED
