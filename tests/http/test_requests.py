"""What is no request as it should be gets one clear answer, and harms nobody."""

import asyncio
from pathlib import Path

import pytest

from offhook.config import HttpSettings, Listen
from tests.http.helpers import a_client, a_site, raw
from tests.waiting import until

ASK = b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "not JSON"),
        ("[]", "Expected `object`"),
        ('{"number": 4001}', "number"),
        ('{"nummer": "4001"}', "nummer"),
        ('{"number": "4001", "name": "Kim"}', "name"),
        ('{"number": ""}', "number"),
        ('{"number": "' + "1" * 300 + '"}', "number"),
        ("[" * 10_000, "Expected `object`"),
        ('{"number": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"), "JSON"),
    ],
)
async def test_a_body_that_is_wrong_is_named(tmp_path: Path, body: str, says: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answer = await client.post(
            "/terminals/4000/calls",
            content=body.encode("latin-1"),
            headers={"Content-Type": "application/json"},
        )
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["type"]) == (
        400, "bad-request", "/api/v1/problems/bad-request",
    )  # fmt: skip
    assert says in problem["detail"]
    assert site.switch.dialled == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_what_a_foreign_form_could_send_is_no_body(tmp_path: Path, kind: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answer = await client.post(
            "/terminals/4000/calls", content=b'{"number":"4001"}', headers={"Content-Type": kind}
        )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


async def test_a_body_is_limited_whether_its_length_is_said_or_not(tmp_path: Path) -> None:
    async def bit_by_bit() -> object:
        for _ in range(100):
            yield b" " * 1024

    async with a_site(tmp_path) as site, a_client(site) as client:
        headers = {"Content-Type": "application/json"}
        said = await client.post("/terminals/4000/calls", content=b" " * 70_000, headers=headers)
        unsaid = await client.post("/terminals/4000/calls", content=bit_by_bit(), headers=headers)  # type: ignore[arg-type]
    assert [one.json()["code"] for one in (said, unsaid)] == ["too-large", "too-large"]


@pytest.mark.parametrize(
    "query", ["watched=maybe", "watchd=true", "watched=true&watched=true", "watched=%ff", "a&" * 300]
)
async def test_a_parameter_that_is_wrong_is_refused(tmp_path: Path, query: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answer = await client.get(f"/terminals?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


async def test_an_address_and_a_method_that_there_are_not(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        nothing = await client.get("/nothing")
        wrong = await client.put("/me")
        head, endless = await client.head("/me"), await client.head("/events")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not-found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert wrong.headers["Allow"] == "GET, HEAD"
    assert (head.status_code, head.content, endless.status_code) == (200, b"", 405)


@pytest.mark.parametrize("key", ["", "x" * 65, "\u00fc"])
async def test_an_idempotency_key_is_short_and_printable(tmp_path: Path, key: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        headers = [(b"Idempotency-Key", key.encode())]
        answer = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert site.switch.dialled == []


async def test_every_answer_forbids_sniffing_framing_referrers_and_keeping(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answers = [await client.get("/me"), await client.get("/nothing"), await client.delete("/calls/none")]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "server" not in answer.headers and "access-control-allow-origin" not in answer.headers


async def test_a_configured_page_elsewhere_may_ask_and_read(tmp_path: Path) -> None:
    settings = HttpSettings(Listen("127.0.0.1", 0), origins=("https://crm.example",))
    async with a_site(tmp_path, settings) as site, a_client(site) as client:
        origin = {"Origin": "https://crm.example"}
        asked = {**origin, "Access-Control-Request-Method": "POST"}
        preflight = await client.options("/terminals/4000/calls", headers=asked)
        answer = await client.get("/me", headers=origin)
        other = await client.options("/me", headers={**asked, "Origin": "https://evil.example"})
    assert preflight.status_code == 204
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]
    assert "access-control-allow-credentials" not in preflight.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "https://crm.example"
    assert other.status_code == 405 and "access-control-allow-origin" not in other.headers


async def test_what_is_no_http_is_answered_once_and_closed(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        assert (await raw(site, b"\x16\x03\x01 hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


async def test_headers_are_limited(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        answer = await raw(site, ASK + b"X: " + b"y" * 20_000)
    assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_request_that_never_becomes_whole_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.wire.HEAD_LIMIT_S", 0.05)
    monkeypatch.setattr("offhook.http.wire.BODY_LIMIT_S", 0.05)
    body = ASK.replace(b"GET /api/v1/me", b"POST /api/v1/session") + b"Content-Length: 9\r\n\r\n{"
    async with a_site(tmp_path) as site:
        answers = await asyncio.gather(*(cut_off(site.server.port, sent) for sent in (b"", ASK, body)))
    assert answers == [b"", b"", b""]


async def cut_off(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_reader_of_a_large_answer_who_stops_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.wire.UNREAD_LIMIT_S", 0.05)
    async with a_site(tmp_path) as site:
        monkeypatch.setattr("offhook.http.answers.encode", lambda _value: b" " * (32 << 20))
        token = site.users.local_token.encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port, limit=1024)
        writer.write(ASK + b"Authorization: Bearer " + token + b"\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await until(lambda: not site.server.connections)
        writer.close()


async def test_too_many_requests_of_a_stranger_are_refused_and_a_user_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.app.STRANGER_BURST", 5.0)
    monkeypatch.setattr("offhook.http.app.STRANGER_RATE", 1e-6)
    async with a_site(tmp_path) as site, a_client(site) as client, a_client(site, "") as stranger:
        answers = [await stranger.get("/me") for _ in range(5)] + [await stranger.get("/nothing")]
        assert (await client.get("/me")).status_code == 200
    assert [one.status_code for one in answers] == [401, 401, 401, 401, 401, 429]


async def test_too_many_requests_of_a_user_are_refused_and_another_users_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.http.app.USER_BURST", 2.0)
    monkeypatch.setattr("offhook.http.app.USER_RATE", 1e-6)
    async with a_site(tmp_path) as site, a_client(site) as client, a_client(site, "lee") as other:
        answers = [await client.get("/me") for _ in range(4)]
        assert (await other.get("/me")).status_code == 200
    assert [one.status_code for one in answers][-1] == 429
