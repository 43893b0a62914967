"""Messages that are too much."""

from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.attacks.site import PASSWORDS, a_site, attacking, code_of, logged_in, say, tsp_socket

DEEP = 25_000


async def test_an_oversized_message_ends_its_own_session_only(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, logged_in(site.url, "kim") as kim:
        async with attacking(site.url) as attacker:
            with pytest.raises(ConnectionClosed):
                await attacker.ask({"type": "login", "id": 1, "user": "x" * 65_536, "password": ""})
        async with attacking(site.url) as attacker:
            assert await attacker.log_in("kim", "x" * 2000) == "bad-request"
        assert await kim.calls() == []


@pytest.mark.parametrize(
    "message",
    [
        "[" * DEEP,
        '{"id":1,"type":"login","user":' + "[" * DEEP + "]" * DEEP + "}",
        '{"a":' * 9000 + "1" + "}" * 9000,
        '{"id":1,"type":"login","unknown":' + "[" * DEEP + "]" * DEEP + "}",
        '{"id":' + "9" * 20_000 + ',"type":"calls"}',
        '{"id":1e999,"type":"calls"}',
        '{"id":1,"type":"history","before":1e999}',
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
async def test_deeply_nested_and_absurd_json_is_refused_and_the_session_goes_on(
    tmp_path: Path, message: str | bytes
) -> None:
    async with a_site(tmp_path) as site, attacking(site.url) as attacker:
        assert code_of(await attacker.ask(message)) in ("bad-request", "not-authenticated")
        assert await attacker.log_in("kim", PASSWORDS["kim"]) == ""


async def test_compressed_messages_that_grow_are_not_agreed_to(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, attacking(site.url) as attacker:
        assert attacker.connection.request is not None and attacker.connection.response is not None
        assert "permessage-deflate" in attacker.connection.request.headers["Sec-WebSocket-Extensions"]
        assert "Sec-WebSocket-Extensions" not in attacker.connection.response.headers


async def test_a_message_without_end_is_cut_off_on_the_tsp_session(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, tsp_socket(site) as (reader, writer):
        assert (await say(reader, writer, "Action%Dial%" + "4" * 5000)) == "Response%Fail"
        assert await reader.read() == b""
