"""Phones fetch their files, and nobody else gets anything."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import trustme

from offhook.provisioning.grants import login_of, password_of, path_of
from tests.provisioning.doorway import FILE, MAC, PHONE, Doorway, doorway
from tests.waiting import ONE_STEP_S, until

ELSEWHERE = "127.0.0.66"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorway]:
    async with doorway(tmp_path) as door:
        yield door


async def test_in_its_window_a_phone_is_told_its_password_and_its_secret_path(door: Doorway) -> None:
    await door.let_in()
    answer = await door.get()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    url = f"{door.url}/p/{path_of(PHONE)}/"
    assert answer.text == f"4003~{MAC} {password_of(PHONE)} {url} None\n"
    assert answer.headers["cache-control"] == "no-store"
    assert door.audit == [(MAC, "127.0.0.1", True)]
    assert door.phones.password(login_of(PHONE)) == password_of(PHONE)


@pytest.mark.parametrize(
    "path",
    [
        FILE,
        "/805ec0ffffff.cfg",
        "/acme.cfg",
        "/",
        "",
        "/p/",
        f"/p/{'a' * 32}/{MAC}.cfg",
        "/authority.pem",
        "/../../etc/passwd",
        "/%2e%2e/x",
        "/" + "x" * 300,
        f"/{MAC}.cfg%0a",
    ],
)
async def test_outside_of_a_window_nothing_is_there(door: Doorway, path: str) -> None:
    answer = await door.get(path)
    assert (answer.status_code, answer.content) == (404, b"")
    assert door.audit == []


async def test_a_secret_path_of_a_phone_that_was_not_let_in_is_nothing_and_is_written_down(
    door: Doorway,
) -> None:
    assert (await door.get(f"/p/{path_of(PHONE)}/{MAC}.cfg")).status_code == 404
    assert door.audit == [(MAC, "127.0.0.1", False)]


async def test_a_window_is_for_its_phone_s_own_files(door: Doorway) -> None:
    await door.let_in()
    assert (await door.get("/805ec0ffffff.cfg")).status_code == 404
    assert (await door.get(f"/{MAC}.xml")).status_code == 404
    assert (await door.get(f"/{MAC}.cfg?x=1")).status_code == 200


async def test_a_window_is_for_the_host_that_came_first(
    door: Doorway, caplog: pytest.LogCaptureFixture
) -> None:
    await door.let_in()
    first = await door.get()
    assert (await door.get(source=ELSEWHERE)).status_code == 404
    assert door.audit[-1] == (MAC, ELSEWHERE, False)
    assert f"{ELSEWHERE} asked for its files" in caplog.text
    assert door.store.list()[0].stranger == ELSEWHERE
    again = await door.get()
    assert again.status_code == 200
    assert again.text.split()[1] != first.text.split()[1]
    assert door.dismissed == [("4003", MAC)]


async def test_a_window_ends(door: Doorway) -> None:
    await door.let_in(60)
    door.clock.now += 61
    assert (await door.get()).status_code == 404


async def test_the_first_registration_closes_the_window_and_the_secret_path_goes_on(door: Doorway) -> None:
    await door.let_in()
    await door.get()
    door.phones.registered(login_of(PHONE))
    await until(lambda: door.store.list()[0].window_until == 0)
    assert (await door.get()).status_code == 404
    assert (await door.get(f"/p/{path_of(PHONE)}/{MAC}.cfg")).status_code == 200
    assert (await door.get(f"/p/{path_of(PHONE)}/acme.cfg")).status_code == 200
    assert (await door.get(f"/p/{path_of(PHONE)}/other.cfg")).status_code == 404


async def test_the_secret_path_is_for_the_host_that_has_fetched(door: Doorway) -> None:
    await door.let_in()
    await door.get()
    assert (await door.get(f"/p/{path_of(PHONE)}/{MAC}.cfg", ELSEWHERE)).status_code == 404
    assert door.store.list()[0].renew


async def test_a_file_of_all_phones_is_for_the_one_that_is_just_fetching(door: Doorway) -> None:
    await door.let_in()
    assert (await door.get("/acme.cfg")).status_code == 404
    await door.get()
    assert (await door.get("/acme.cfg")).status_code == 200
    assert (await door.get("/acme.cfg", ELSEWHERE)).status_code == 404


async def test_what_has_not_changed_is_not_sent_again(door: Doorway) -> None:
    await door.let_in()
    tag = (await door.get()).headers["etag"]
    again = await door.get(**{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await door.get(**{"If-None-Match": '"other"'})).status_code == 200


async def test_head_has_no_body_and_nothing_but_get_is_taken(door: Doorway) -> None:
    await door.let_in()
    async with httpx.AsyncClient(timeout=ONE_STEP_S) as client:
        head = await client.head(door.url + FILE)
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) > 0
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert (await client.request(method, door.url + FILE)).status_code == 405


async def test_a_phone_that_is_removed_gets_nothing_and_its_password_is_good_for_nothing(
    door: Doorway,
) -> None:
    await door.let_in()
    await door.get()
    door.store.remove(MAC)
    assert (await door.get()).status_code == 404
    await door.look()
    assert door.phones.password(login_of(PHONE)) is None
    assert door.dismissed == [("4003", MAC)]


async def test_who_guesses_is_slowed_and_the_phone_is_not(door: Doorway) -> None:
    await door.let_in()
    await door.get()
    for number in range(60):
        await door.get(f"/{number:012x}.cfg")
    assert (await door.get()).status_code == 404, "by its MAC address a host that guesses gets nothing more"
    assert (await door.get(f"/p/{path_of(PHONE)}/{MAC}.cfg")).status_code == 200
    door.clock.now += 20
    assert (await door.get()).status_code == 200


async def test_a_page_in_a_browser_gets_nothing(door: Doorway) -> None:
    await door.let_in()
    assert (await door.get(Origin="https://evil.example")).status_code == 404
    assert (await door.get(**{"Sec-Fetch-Site": "cross-site"})).status_code == 404
    assert (await door.get(Host="evil.example")).status_code == 404
    assert "provisioning.host" in door.notes[-1][0]
    assert (await door.get()).status_code == 200


async def test_a_template_that_is_wrong_gives_no_file_and_is_told(door: Doorway) -> None:
    await door.let_in()
    answer = await door.get(f"/{MAC}-broken.cfg")
    assert (answer.status_code, answer.content) == (500, b"")
    assert "broken.cfg" in door.notes[0][0]
    assert password_of(PHONE) not in str(door.notes)


async def test_a_store_that_cannot_be_written_is_503(door: Doorway) -> None:
    await door.let_in()
    door.store.file._database.problem = "the disk is full"
    door.store.file._database._next_look = float("inf")
    answer = await door.get()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


async def test_the_authority_of_tls_is_beside_a_phone_s_files(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))
    async with doorway(tmp_path, authority=authority) as door:
        assert (await door.get("/authority.pem")).status_code == 404
        await door.let_in()
        url = (await door.get()).text.split()[3]
        assert url == f"{door.url}/p/{path_of(PHONE)}/authority.pem"
        assert (await door.get(url.removeprefix(door.url))).content == authority.read_bytes()


async def test_a_phone_is_known_by_the_certificate_of_its_vendor(tmp_path: Path) -> None:
    ours, vendor, other = trustme.CA(), trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("127.0.0.1").configure_cert(context)
    vendor.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL

    async def fetch(url: str, by: trustme.CA | None, name: str) -> int:
        mine = ssl.create_default_context()
        ours.configure_trust(mine)
        if by is not None:
            by.issue_cert(common_name=name).configure_cert(mine)
        async with httpx.AsyncClient(timeout=ONE_STEP_S, verify=mine) as client:
            try:
                return (await client.get(url)).status_code
            except httpx.TransportError:
                return 0

    async with doorway(tmp_path, tls=context) as door:
        url = door.url + FILE
        assert await fetch(url, vendor, "80:5E:C0:12:34:56") == 200
        assert await fetch(url, vendor, f"Acme A10 {MAC.upper()}") == 200
        assert await fetch(url, vendor, "805ec0ffffff") == 404
        assert await fetch(url, vendor, f"805ec0ffffff {MAC}") == 404
        assert await fetch(url, None, "") == 404
        assert await fetch(url, other, MAC) == 0


async def test_a_connection_that_says_nothing_is_of_no_harm(door: Doorway) -> None:
    port = int(door.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(b"GET /")
        await door.let_in()
        assert (await door.get()).status_code == 200


@pytest.mark.parametrize(("host", "told"), [("", "127.0.0.44"), ("sip.example", "sip.example")])
async def test_a_phone_registers_where_it_has_asked_unless_a_name_is_set(
    tmp_path: Path, host: str, told: str
) -> None:
    async with doorway(tmp_path, host=host, listen="0.0.0.0") as door:
        await door.let_in()
        door.url = door.url.replace("127.0.0.1", "127.0.0.44")
        assert (await door.get(f"/{MAC}-server.cfg")).text == told


async def test_so_it_does_over_ipv6(tmp_path: Path) -> None:
    async with doorway(tmp_path, host="", listen="::1") as door:
        await door.let_in()
        door.url = door.url.replace("127.0.0.1", "[::1]")
        assert (await door.get(f"/{MAC}-server.cfg", source="::1")).text == "::1"
