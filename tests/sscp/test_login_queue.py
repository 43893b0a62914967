"""Many log in by password at the same moment."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.manager import passwordqueue
from offhook.manager.principal import Principal
from tests.sscp.helpers import Site, a_client, a_site, a_socket
from tests.waiting import ONE_STEP_S, until

LOGIN = {"type": "login", "id": 7, "user": "kim", "password": "secret", "progress": True}


class Slow:
    """Passwords are not verified before the test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.verifying = 0

    def hold(self, site: Site) -> None:
        verify = site.users.verify

        def later(name: str, password: str) -> Principal | None:
            self.verifying += 1
            self.go.wait()
            return verify(name, password)

        site.users.verify = later  # type: ignore[method-assign]

    async def full(self) -> None:
        """Wait until as many are being verified as may be at once."""
        await until(lambda: self.verifying == passwordqueue.VERIFIERS)


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.go.set()


@asynccontextmanager
async def everyone_verified_slowly(tmp_path: Path, slow: Slow) -> AsyncIterator[Site]:
    """A site where two logins are being verified, as many as may be at once, until `slow.go`."""
    async with a_site(tmp_path) as site:
        slow.hold(site)
        async with a_client(site.url, "root", wait=False), a_client(site.url, "lee", wait=False):
            await slow.full()  # else who comes next might be one of them
            yield site


async def test_a_login_that_asked_for_it_is_told_its_place_in_the_queue(tmp_path: Path, slow: Slow) -> None:
    async with everyone_verified_slowly(tmp_path, slow) as site, a_socket(site.url) as raw:
        queued = await raw.ask(LOGIN)
        assert (queued["type"], queued["id"], queued["place"]) == ("queued", 7, 1)
        slow.go.set()
        while (answer := await raw.next())["type"] == "queued":
            pass
        assert answer["user"]["name"] == "kim"


async def test_the_limit_of_time_of_a_login_that_hears_its_place_begins_anew_each_time(
    tmp_path: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "TELL_EVERY_S", 0.02)
    async with a_site(tmp_path) as site:
        slow.hold(site)
        async with (
            a_client(site.url, "root", wait=False),
            a_client(site.url, "lee", wait=False),
            a_socket(site.url) as raw,
        ):

            def latest() -> float:
                return max(limit.when() or 0.0 for limit in site.server._limits.values())

            await slow.full()
            await until(lambda: len(site.server._limits) == 3)
            before = latest()
            await raw.ask(LOGIN)
            await until(lambda: latest() > before + 0.05)
            slow.go.set()


async def test_a_login_that_did_not_ask_for_it_hears_nothing_before_its_reply(
    tmp_path: Path, slow: Slow
) -> None:
    async with everyone_verified_slowly(tmp_path, slow) as site, a_socket(site.url) as raw:
        asking = asyncio.create_task(raw.ask({**LOGIN, "progress": False}))
        await asyncio.sleep(0.2)
        slow.go.set()
        assert (await asking)["type"] == "reply"


async def test_the_client_says_how_far_the_queue_is(tmp_path: Path, slow: Slow) -> None:
    async with (
        everyone_verified_slowly(tmp_path, slow) as site,
        a_client(site.url, "kim", wait=False) as (client, _),
    ):
        while "number 1 of those that wait" not in (client.problem or ""):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        slow.go.set()
        await client.connected_once(ONE_STEP_S)


async def test_who_cannot_be_held_comes_back_when_told_and_gets_in(
    tmp_path: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "MAX_HELD", 0)
    async with (
        everyone_verified_slowly(tmp_path, slow) as site,
        a_socket(site.url) as raw,
        a_client(site.url, "kim", wait=False) as (client, _),
    ):
        refused = (await raw.ask(LOGIN))["error"]
        assert refused["code"] == "overloaded"
        assert refused["retry_s"] > 0
        slow.go.set()
        await client.connected_once(ONE_STEP_S)
