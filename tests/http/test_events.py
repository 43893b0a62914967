"""Server-sent events: what a stream tells, how it is resumed, and who is not harmed by whom."""

import asyncio
import contextlib
import socket
from pathlib import Path

import httpx
import pytest

from offhook.call import CallState
from tests.http.helpers import a_client, a_site, events
from tests.waiting import until


async def test_a_stream_begins_with_everything_and_goes_on_with_each_change(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.switch.ring_in("4000", "4001")
        async with events(client) as stream:
            first = await stream.next()
            call = first.data["calls"][0]["id"]
            site.switch.go(call, CallState.CONNECTED)
            then = await stream.next()
    assert (first.kind, first.data["because"], [one["id"] for one in first.data["terminals"]]) == (
        "snapshot", "begin", ["4000"],
    )  # fmt: skip
    assert first.data["calls"][0]["caller"]["name"] == "Lee Min-ho"
    assert (then.kind, then.data["id"], then.data["state"]) == ("call", call, "ConnectedState")


async def test_a_stream_tells_of_no_terminal_that_its_person_may_not_use(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client, events(client) as stream:
        await stream.next()
        site.switch.ring_in("4001", "4002")
        call = site.switch.ring_in("4000", "4002")
        heard = await stream.until("call")
    assert heard.data["id"] == call.id


async def test_what_may_be_watched_is_told_on_request_and_nothing_can_be_done_with_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        async with a_client(site) as client, events(client, watched="true") as stream:
            await stream.next()
            site.switch.ring_in("4001", "4002")
            heard = await stream.until("call")
    assert (heard.data["terminal"], heard.data["features"]) == ("4001", [])


async def test_a_stream_may_be_about_named_terminals_only(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        async with events(client, terminal=["4001", "4002"]) as stream:
            first = await stream.next()
            site.switch.ring_in("4000", "4001")
            site.switch.ring_in("4002", "4001")
            heard = await stream.until("call")
        unknown = await client.get("/events", params={"terminal": "4999"})
    assert [one["id"] for one in first.data["terminals"]] == ["4001", "4002"]
    assert heard.data["terminal"] == "4002"
    assert unknown.status_code == 404


async def test_a_stream_is_resumed_with_what_was_missed(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        async with events(client) as stream:
            last = (await stream.next()).id
        call = site.switch.ring_in("4000", "4001")
        site.switch.ring_in("4001", "4002")
        site.switch.go(call.id, CallState.CONNECTED)
        async with events(client, last) as stream:
            heard = [await stream.until("call"), await stream.until("call", state="ConnectedState")]
        async with events(client, heard[0].id) as stream:
            again = await stream.until("call")
    assert [one.data["state"] for one in heard] == ["RingBackState", "ConnectedState"]
    assert (again.id, again.data["state"]) == (heard[1].id, "ConnectedState")


@pytest.mark.parametrize("last", ["9f3a1c-17", "nonsense", "-", "x" * 100])
async def test_what_cannot_be_resumed_begins_with_everything(tmp_path: Path, last: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client, events(client, last) as stream:
        first = await stream.next()
    assert (first.kind, first.data["because"]) == ("snapshot", "gap")


async def test_what_is_too_long_ago_begins_with_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.events.KEPT", 3)
    async with a_site(tmp_path) as site, a_client(site) as client:
        async with events(client) as stream:
            last = (await stream.next()).id
        for _ in range(4):
            site.switch.ring_in("4001", "4002")
        async with events(client, last) as stream:
            first = await stream.next()
    assert (first.kind, first.data["because"]) == ("snapshot", "gap")


async def test_an_id_is_no_good_with_other_rights(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim, a_client(site, "root") as root:
        async with events(kim) as stream:
            last = (await stream.next()).id
        async with events(root, last) as stream:
            first = await stream.next()
    assert (first.kind, first.data["because"]) == ("snapshot", "gap")


async def test_the_answer_to_a_dial_is_out_before_the_stream_tells_of_the_call(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client, events(client) as stream:
        await stream.next()
        site.switch.slow_reply = asyncio.Event()
        dialling = asyncio.create_task(client.post("/terminals/4000/calls", json={"number": "4001"}))
        await until(lambda: site.switch.dialled)
        other = asyncio.create_task(stream.next())
        call = next(iter(site.switch.calls))
        site.switch.go(call, CallState.PROCEED)
        await asyncio.sleep(0)
        assert not other.done()
        site.switch.slow_reply.set()
        answer = await dialling
        heard = await other
    assert answer.json()["id"] == heard.data["id"] == call


async def test_a_stream_says_that_it_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.http.events.ALIVE_S", 0.01)
    async with a_site(tmp_path) as site, a_client(site) as client, events(client) as stream:
        await stream.next()
        nothing = asyncio.create_task(stream.next())
        await until(lambda: len(stream.comments) > 1)
        nothing.cancel()
        await asyncio.gather(nothing, return_exceptions=True)
    assert set(stream.comments) == {": alive"}


async def test_who_does_not_read_gets_everything_anew_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.events.MAX_UNSENT", 20_000)
    little = httpx.AsyncHTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)])
    async with a_site(tmp_path) as site, a_client(site, transport=little) as slow, a_client(site) as quick:  # noqa: SIM117
        async with events(slow) as unread, events(quick) as stream:
            await unread.next()
            await stream.next()
            call = site.switch.ring_in("4000", "4001")
            await stream.until("call")
            for count in range(9_000):
                site.switch.change(call.id, held=bool(count % 2))
                if count % 10 == 0:
                    heard = await stream.until("call", revision=count + 1)
            assert heard.data["revision"] == 8_991
            anew = await unread.until("snapshot", because="slow")
    assert anew.data["calls"][0]["revision"] > 1


async def test_a_person_has_only_so_many_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.http.events.MAX_STREAMS_OF_USER", 1)
    async with a_site(tmp_path) as site, a_client(site) as client, a_client(site, "lee") as lee:
        async with events(client) as stream:
            await stream.next()
            refused = await client.get("/events")
            async with events(lee) as other:
                await other.next()
        await until(lambda: not len(site.server.hub))
        async with events(client) as stream:
            await stream.next()
    assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")


async def test_a_stream_whose_client_is_gone_is_forgotten(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        async with events(client) as stream:
            await stream.next()
            assert len(site.server.hub) == 1
        await until(lambda: not len(site.server.hub))


async def test_stopping_ends_the_streams_also_of_who_does_not_read_and_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        site = await stack.enter_async_context(a_site(tmp_path))
        client = await stack.enter_async_context(a_client(site))
        _, writer = await asyncio.open_connection("127.0.0.1", site.server.port, limit=1024)
        token = client.headers["Authorization"]
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"
        writer.write(head.encode())
        stream = await stack.enter_async_context(events(client))
        await stream.next()
        await until(lambda: len(site.server.hub) == 2)
        call = site.switch.ring_in("4000", "4001")
        for count in range(9_000):
            site.switch.change(call.id, held=bool(count % 2))
            if count % 10 == 0:
                await asyncio.sleep(0)
        await site.server.stop()
        with contextlib.suppress(EOFError, httpx.HTTPError):
            while True:
                await stream.next()
        writer.close()
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_server_that_goes_ends_the_streams_in_order_and_begins_none(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        async with events(client) as stream:
            await stream.next()
            await site.server.send_away(asyncio.Event())
            with pytest.raises(EOFError):
                await stream.next()
        refused = await client.get("/events")
        answered = await client.get("/me")
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (
        *(503, "unavailable"),
        "2",
    )
    assert (answered.status_code, answered.headers["Connection"]) == (200, "close")
