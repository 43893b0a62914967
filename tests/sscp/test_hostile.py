"""Peers that mean harm or do not know better; the others' sessions go on."""

import asyncio
import logging
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from offhook.call import CallState
from offhook.sscp.connection import MAX_UNREADABLE
from offhook.sscp.messages import MAX_MESSAGE
from offhook.sscp.session import MAX_FAILED_LOGINS
from tests.sscp.helpers import Site, a_client, a_site, a_socket


async def test_a_session_without_the_subprotocol_is_refused(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        for subprotocols in ((), ("other.v1",)):
            with pytest.raises(InvalidHandshake):
                async with a_socket(site.url, subprotocols):
                    pass


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
async def test_a_web_page_is_refused(tmp_path: Path, origin: str) -> None:
    async with a_site(tmp_path) as site:
        with pytest.raises(InvalidStatus) as caught:
            async with a_socket(site.url, origin=origin):
                pass
    assert caught.value.response.status_code == 403


async def test_a_web_page_that_the_configuration_names_is_let_in(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path, origins=("https://crm.example",)) as site,
        a_socket(site.url, origin="https://crm.example") as raw,
    ):
        await raw.log_in()


@pytest.mark.parametrize(
    "command",
    [
        {"type": "dial", "terminal": "4000", "address": "4001"},
        {"type": "drop", "call": "c1"},
        {"type": "calls"},
        {"type": "history"},
        {"type": "terminals"},
        {"type": "watch", "terminal": "4000"},
        {"type": "unwatch", "terminal": "4000"},
    ],
)
async def test_nothing_is_done_before_the_login(tmp_path: Path, command: dict[str, str]) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        reply = await raw.ask({**command, "id": 1})
    assert reply["error"]["code"] == "not-authenticated"
    assert site.switch.dialled == []


@pytest.mark.parametrize(
    "login",
    [
        {"user": "kim", "password": "wrong"},
        {"user": "nobody", "password": "secret"},
        {"token": "made-up"},
        {},
    ],
)
async def test_a_wrong_login_is_refused_and_may_be_tried_again(tmp_path: Path, login: dict[str, str]) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        reply = await raw.ask({"type": "login", "id": 1, **login})
        assert reply["error"]["code"] == "not-authenticated"
        await raw.log_in()


async def test_a_session_whose_logins_keep_failing_is_ended(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        for number in range(MAX_FAILED_LOGINS):
            await raw.ask({"type": "login", "id": number, "token": "guess"})
        with pytest.raises(ConnectionClosed):
            await raw.next()


async def test_no_level_of_logging_shows_a_password(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_site(tmp_path) as site, a_client(site.url, "root", "toor") as (client, _):
        await client.calls()
    assert "toor" not in caplog.text
    assert "root" in caplog.text


async def test_failed_logins_make_the_next_ones_from_there_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.login.MAX_WAIT_S", 0.0)
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        for number in range(3):
            await raw.ask({"type": "login", "id": number, "user": "kim", "password": "guess"})
        reply = await raw.ask({"type": "login", "id": 4, "user": "kim", "password": "secret"})
        by_token = await raw.ask({"type": "login", "id": 5, "token": site.users.local_token})
    assert reply["error"]["code"] == "overloaded"
    assert by_token["user"]["administrator"] is True


async def test_who_does_not_log_in_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sscp.server.LOGIN_LIMIT_S", 0.05)
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        with pytest.raises(ConnectionClosed) as caught:
            await raw.next()
    assert caught.value.rcvd is not None and caught.value.rcvd.reason == "no login in time"


async def test_too_many_strangers_do_not_keep_out_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.MAX_STRANGERS", 2)
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        async with a_socket(site.url), a_socket(site.url):
            with pytest.raises(InvalidStatus) as caught:
                async with a_socket(site.url):
                    pass
            assert await client.calls() == []
        assert caught.value.response.status_code == 503


async def test_a_message_that_is_too_large_ends_only_that_session(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _), a_socket(site.url) as raw:
        await raw.connection.send("x" * (MAX_MESSAGE + 1))
        with pytest.raises(ConnectionClosed) as caught:
            await raw.next()
        assert caught.value.rcvd is not None and caught.value.rcvd.code == 1009
        assert await client.calls() == []


async def test_deeply_nested_json_is_a_bad_request(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        reply = await raw.ask('{"type":"calls","id":1,"x":' + "[" * 30_000 + "]" * 30_000 + "}")
        assert reply["error"]["code"] == "bad-request"
        assert "snapshots" in await raw.ask({"type": "calls", "id": 2})


async def test_a_peer_that_sends_only_rubbish_is_sent_away(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        for _ in range(MAX_UNREADABLE):
            assert (await raw.ask("rubbish"))["error"]["code"] == "bad-request"
        with pytest.raises(ConnectionClosed):
            await raw.next()


async def test_a_bug_behind_a_command_is_a_failure_and_the_session_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        monkeypatch.setattr(site.manager, "terminals", None)
        assert (await raw.ask({"type": "terminals", "id": 1}))["error"]["code"] == "failure"
        assert "snapshots" in await raw.ask({"type": "calls", "id": 2})


async def test_a_watcher_that_never_reads_is_cut_off_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.sscp.outgoing.MAX_UNSENT", 4096)
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard), a_socket(site.url) as deaf:
        await client.watch("4000")
        await deaf.log_in()
        await deaf.ask({"type": "watch", "id": 1, "terminal": "4000"})
        deaf.connection.transport.pause_reading()
        rounds = await ring_until_cut_off(site)
        await heard.until(lambda: len(heard.calls) == 2 * rounds)
        assert await client.calls() == []
    assert "does not read" in caplog.text
    assert heard.calls[-1].state is CallState.ON_HOOK


async def ring_until_cut_off(site: Site) -> int:
    """Calls come and go until one of the two sessions is gone; how many."""
    rounds = 0
    while len(site.server._connections) == 2:
        for _ in range(20):
            site.switch.drop(site.switch.ring_in("4000", "4" * 60).id)
            rounds += 1
        await asyncio.sleep(0.001)
    return rounds


async def test_a_session_watches_no_more_than_so_many_terminals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.session.MAX_WATCHES", 1)
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        await raw.ask({"type": "watch", "id": 1, "terminal": "4000"})
        assert "error" not in await raw.ask({"type": "watch", "id": 2, "terminal": "4000"})
        refused = await raw.ask({"type": "watch", "id": 3, "terminal": "4001"})
    assert refused["error"]["code"] == "overloaded"


async def test_sessions_of_a_user_whose_rights_changed_are_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.RECHECK_S", 0.01)
    async with a_site(tmp_path) as site, a_socket(site.url) as kim, a_socket(site.url) as lee:
        await kim.log_in()
        await lee.log_in("lee")
        site.users.set_terminals("kim", [])
        with pytest.raises(ConnectionClosed) as caught:
            await kim.next()
        assert "snapshots" in await lee.ask({"type": "calls", "id": 1})
    assert caught.value.rcvd is not None and "rights" in caught.value.rcvd.reason


async def test_stopping_does_not_wait_for_who_never_said_a_word(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
        async with a_client(site.url) as (client, _):
            await client.calls()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_hundreds_of_half_open_connections_do_not_keep_out_a_user(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        silent = [await asyncio.open_connection("127.0.0.1", site.server.port) for _ in range(400)]
        async with a_client(site.url) as (client, _):
            assert await client.calls() == []
        for _, writer in silent:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in silent))
