"""Keys that show whether colleagues speak: what phones are told, and who is told nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from offhook.config import GroupSettings
from offhook.sip.digest import DigestClient
from offhook.switch.embedded import EmbeddedSwitch, watchers
from offhook.switch.embedded.watchable import Watchable
from offhook.switch.embedded.watchers import Watchers
from tests.switch.contract_incoming import Dialled
from tests.switch.embeddedsite import a_site, close
from tests.switch.keys import SALES, Keys
from tests.switch.site import ANSWERS, FAST, RINGS, Site, ringing_for
from tests.waiting import until


def kept(site: Site) -> Watchers:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch._watchers


async def nothing_more(keys: Keys) -> None:
    """Whatever is under way has come."""
    before = list(keys.told)
    await asyncio.sleep(3 * watchers.TICK_S)
    assert keys.told == before


@asynccontextmanager
async def sales(protocol: str = "udp") -> AsyncIterator[Site]:
    site = await a_site(
        protocol,  # type: ignore[arg-type]
        timing=FAST,
        groups=[SALES],
        pickup_code="*8",
        **ringing_for(8),
    )
    yield site
    await close(site)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with sales() as site:
        yield site


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
async def test_a_key_shows_that_it_rings_and_that_somebody_speaks(protocol: str) -> None:
    async with sales(protocol) as site:
        keys, callee = Keys(await site.phone("4000")), await site.phone("4001", RINGS)
        caller = await site.phone("4003")
        response = await keys.watch()
        assert (response.status, response.headers.get("Expires")) == (200, "600")
        await keys.comes(("4001", "terminated"))
        Dialled(caller, "4001")
        await keys.comes(("4001", "terminated"), ("4001", "early"))
        callee.calls[0].answer()
        await keys.comes(("4001", "terminated"), ("4001", "early"), ("4001", "confirmed"))
        callee.calls[0].hang_up()
        await until(lambda: keys.told[3:] == [("4001", "terminated")])
        assert keys.versions == [0, 1, 2, 3]
        assert all(one.startswith("active;expires=") for one in keys.lasting)
        await nothing_more(keys)


async def test_a_call_that_the_colleague_dials_is_shown_as_well(site: Site) -> None:
    keys, colleague = Keys(await site.phone("4000")), await site.phone("4001")
    await site.phone("4003", ANSWERS)
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    await colleague.call("4003")
    await keys.comes(("4001", "terminated"), ("4001", "confirmed"))


async def test_a_key_that_blinks_takes_the_call(site: Site) -> None:
    phone = await site.phone("4000")
    keys = Keys(phone)
    await site.phone("4001", RINGS)
    caller = await site.phone("4003")
    await keys.watch()
    Dialled(caller, "4001")
    await keys.comes(("4001", "terminated"), ("4001", "early"))
    await phone.call("*84001")
    await until(lambda: keys.told[2:] == [("4001", "terminated")])


async def test_a_colleague_who_speaks_already_is_shown_at_once(site: Site) -> None:
    keys, colleague = Keys(await site.phone("4000")), await site.phone("4001")
    await site.phone("4003", ANSWERS)
    await colleague.call("4003")
    await keys.watch()
    await keys.comes(("4001", "confirmed"))


async def test_a_phone_that_the_group_may_watch_is_watched(site: Site) -> None:
    keys = Keys(await site.phone("4000"))
    assert (await keys.watch("4002")).status == 200


@pytest.mark.parametrize("watched", ["4000", "4003", "9999", "*84001", ""])
async def test_nobody_else_is_watched(site: Site, watched: str) -> None:
    keys = Keys(await site.phone("4000"))
    assert (await keys.watch(watched)).status in (403, 400)
    assert len(kept(site)) == 0


async def test_who_is_in_no_group_watches_nobody(site: Site) -> None:
    keys = Keys(await site.phone("4003"))
    assert (await keys.watch()).status == 403


async def test_without_the_password_nobody_watches(site: Site) -> None:
    keys = Keys(await site.phone("4000"))
    keys.phone._digest = DigestClient("4000", "wrong")
    assert (await keys.watch()).status == 403
    assert len(kept(site)) == 0


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Event": "presence"}, 489),
        ({"Event": None}, 489),
        ({"Event": "dialog;id=" + "x" * 200}, 489),
        ({"Accept": "application/pidf+xml"}, 406),
        ({"Expires": "5"}, 423),
        ({"Contact": None}, 400),
        ({"Contact": "<<"}, 400),
    ],
)
async def test_what_is_not_understood_is_refused(
    site: Site, headers: dict[str, str | None], status: int
) -> None:
    keys = Keys(await site.phone("4000"))
    response = await keys.watch(**headers)
    assert response.status == status
    if status == 489:
        assert response.headers.get("Allow-Events") == "dialog"
    if status == 423:
        assert response.headers.get("Min-Expires") == "60"
    assert len(kept(site)) == 0


@pytest.mark.parametrize(
    "headers", [{"Accept": None}, {"Accept": "text/html, application/dialog-info+xml"}, {"Accept": "*/*"}]
)
async def test_who_accepts_anything_is_told(site: Site, headers: dict[str, str | None]) -> None:
    keys = Keys(await site.phone("4000"))
    assert (await keys.watch(**headers)).status == 200
    await keys.comes(("4001", "terminated"))


async def test_a_refresh_is_answered_with_the_state_again(site: Site) -> None:
    keys = Keys(await site.phone("4000"))
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    assert (await keys.again()).status == 200
    await keys.comes(("4001", "terminated"), ("4001", "terminated"))
    assert len(kept(site)) == 1


async def test_a_key_that_is_given_up_is_told_so_and_then_nothing(site: Site) -> None:
    keys, colleague = Keys(await site.phone("4000")), await site.phone("4001")
    await site.phone("4003", ANSWERS)
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    response = await keys.again(Expires="0")
    assert (response.status, response.headers.get("Expires")) == (200, "0")
    await until(lambda: keys.lasting[1:] == ["terminated;reason=timeout"])
    assert len(kept(site)) == 0
    await colleague.call("4003")
    await nothing_more(keys)
    assert (await keys.again()).status == 481


async def test_the_state_may_be_asked_for_once(site: Site) -> None:
    keys = Keys(await site.phone("4000"))
    assert (await keys.watch(Expires="0")).status == 200
    await keys.comes(("4001", "terminated"))
    assert keys.lasting == ["terminated;reason=timeout"]
    assert len(kept(site)) == 0


async def test_a_key_that_is_not_refreshed_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchers, "MIN_S", 1)
    keys = Keys(await site.phone("4000"))
    assert (await keys.watch(Expires="1")).headers.get("Expires") == "1"
    await until(lambda: keys.lasting[1:] == ["terminated;reason=timeout"])
    assert len(kept(site)) == 0


async def test_another_s_key_is_not_refreshed(site: Site) -> None:
    keys, other = Keys(await site.phone("4000")), Keys(await site.phone("4001"))
    await keys.watch()
    other.dialog = keys.dialog
    assert (await other.again()).status == 403
    assert len(kept(site)) == 1


@pytest.mark.parametrize("status", [481, 0])
async def test_a_phone_that_knows_nothing_of_it_or_is_silent_is_told_no_more(site: Site, status: int) -> None:
    keys = Keys(await site.phone("4000"))
    keys.status = status
    await keys.watch()
    await until(lambda: len(kept(site)) == 0)


async def test_a_phone_that_is_slow_is_told_the_newest_only(site: Site) -> None:
    keys, colleague = Keys(await site.phone("4000")), await site.phone("4001")
    await site.phone("4003", ANSWERS)
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    keys.hesitates = True
    call = await colleague.call("4003")
    await keys.comes(("4001", "terminated"), ("4001", "confirmed"))
    call.hang_up()
    await until(lambda: not site.live("4001"))
    again = await colleague.call("4003")
    await until(lambda: bool(site.live("4001")))
    keys.answers()
    await asyncio.sleep(0.1)
    again.hang_up()
    await keys.comes(("4001", "terminated"), ("4001", "confirmed"), ("4001", "terminated"))


async def test_a_terminal_has_only_so_many_keys(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchers, "MAX_OF_ONE", 2)
    keys = Keys(await site.phone("4000"))
    assert [(await keys.watch()).status for _ in range(3)] == [200, 200, 503]
    await keys.again(Expires="0")
    await until(lambda: len(kept(site)) == 1)
    assert (await keys.watch()).status == 200


async def test_the_keys_of_a_phone_that_is_dismissed_end(site: Site) -> None:
    keys = Keys(await site.phone("4000"))
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    assert isinstance(site.switch, EmbeddedSwitch)
    site.switch.dismiss_phone("4000", "805ec0123456")
    await until(lambda: keys.lasting[1:] == ["terminated;reason=deactivated"])
    assert len(kept(site)) == 0


async def test_a_phone_that_has_asked_anew_after_a_restart_is_told_by_both_until_the_old_one_is_refused(
    site: Site,
) -> None:
    keys = Keys(await site.phone("4000"))
    await keys.watch()
    await keys.comes(("4001", "terminated"))
    keys.status = 481
    await keys.watch()
    await until(lambda: len(kept(site)) == 1)


WATCHING: list[tuple[list[GroupSettings], str, list[str]]] = [
    ([SALES], "4000", ["4001", "4002"]),
    ([SALES], "4002", []),
    ([GroupSettings("all", ("*",))], "4002", ["4000", "4001", "4003"]),
    ([GroupSettings("desk", ("4003",), watch=("*",))], "4003", ["4000", "4001", "4002"]),
    ([SALES, GroupSettings("b", ("4003", "4000"))], "4000", ["4001", "4003", "4002"]),
    ([GroupSettings("users", (), users=("kim",), watch=("*",))], "4000", []),
    ([GroupSettings("gone", ("4000", "4999"))], "4000", []),
]


@pytest.mark.parametrize("groups, terminal, by", WATCHING)
def test_a_phone_may_watch_what_its_groups_may(
    groups: list[GroupSettings], terminal: str, by: list[str]
) -> None:
    watchable = Watchable(["4000", "4001", "4002", "4003"], groups)
    assert watchable.by(terminal) == by
    assert [
        one for one in ("4000", "4001", "4002", "4003", "4999") if watchable.may(terminal, one)
    ] == sorted(by)
