"""A web page that an employee has open, and that would like to dial."""

import asyncio
from pathlib import Path

import pytest
from websockets.exceptions import InvalidHandshake, InvalidStatus

from tests.attacks.site import a_site, attacking

ORIGINS = [
    "https://evil.example",
    "http://localhost",
    "http://127.0.0.1",
    "null",
    "file://",
    "https://phone.example.evil.example",
    "https://phone.example:444",
    "http://phone.example",
    "https://phone.example, https://evil.example",
    "chrome-extension://abcdef",
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_cross_site_websocket_of_a_hostile_origin_is_refused(tmp_path: Path, origin: str) -> None:
    async with a_site(tmp_path) as site:
        port = site.url.rpartition(":")[2]
        for configured in (origin, origin.replace("127.0.0.1", f"127.0.0.1:{port}")):
            with pytest.raises(InvalidStatus) as caught:
                async with attacking(site.url, origin=configured):
                    pass
            assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", ORIGINS)
async def test_an_origin_that_only_resembles_the_one_that_may_is_refused(tmp_path: Path, origin: str) -> None:
    async with a_site(tmp_path, sscp='origins = ["https://phone.example"]\n') as site:
        async with attacking(site.url, origin="https://phone.example"):
            pass
        for extra in ([], [("Origin", "https://phone.example")]):
            with pytest.raises(InvalidStatus) as caught:
                async with attacking(site.url, origin=origin, extra=extra):
                    pass
            assert caught.value.response.status_code == 403


async def test_a_page_that_names_the_server_as_its_own_host_is_refused(tmp_path: Path) -> None:
    """DNS rebinding: evil.example suddenly has the address 127.0.0.1."""
    async with a_site(tmp_path) as site:
        port = site.url.rpartition(":")[2]
        with pytest.raises(InvalidHandshake):
            async with attacking(
                site.url, origin=f"http://evil.example:{port}", extra=[("Host", f"evil.example:{port}")]
            ):
                pass


@pytest.mark.parametrize("what", ["Dial", "Login and Dial with a stolen token"])
async def test_a_page_that_posts_to_the_ports_dials_nothing(tmp_path: Path, what: str) -> None:
    """A form or fetch needs no leave to send; what it sends is no WebSocket and no Action, not even where
    the page knows the token."""
    async with a_site(tmp_path) as site, site.phone("4000"):
        login = f"Action%Login%4000%{site.tsp_token}\r\n\r\n" if what != "Dial" else ""
        body = f"{login}Action%Dial%4001\r\n\r\n"
        post = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        for port in (site.tsp_port, int(site.url.rpartition(":")[2])):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(post.encode())
            writer.write_eof()
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            assert b"Success" not in answer and b"101 " not in answer
        assert await site.calls() == []
