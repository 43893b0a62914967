"""What servers show, and what a person has confirmed of it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from offhook.certificates import (
    Known,
    SiteFiles,
    confirm,
    describe_file,
    forget,
    issue,
    look,
    make_authority,
    pin_of,
    trusting,
)
from offhook.errors import UnavailableError


def a_site(folder: Path, *hosts: str) -> SiteFiles:
    files = SiteFiles(folder)
    make_authority(files, "manager.example")
    issue(files, hosts or ("localhost", "127.0.0.1"))
    return files


@asynccontextmanager
async def serving(certificate: Path, key: Path, port: int = 0) -> AsyncIterator[str]:
    """A TLS server with this certificate; its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    opened: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(
        lambda _, writer: opened.append(writer), "127.0.0.1", port, ssl=context
    )
    try:
        yield f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in opened:
            writer.transport.abort()
        await server.wait_closed()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def test_an_unknown_authority_is_shown_with_the_fingerprint_that_its_owner_sees(
    tmp_path: Path,
) -> None:
    files = a_site(tmp_path / "site")
    async with serving(files.server, files.server_key) as url:
        presented = await look(url, tmp_path)
    assert presented.known is Known.NEW
    assert presented.shown == describe_file(files.authority)[0]
    assert presented.server.hosts == ("localhost", "127.0.0.1")
    assert not pin_of(tmp_path, url).exists()


async def test_once_confirmed_it_is_known_and_renewal_is_no_news(tmp_path: Path) -> None:
    files = a_site(tmp_path / "site")
    async with serving(files.server, files.server_key) as url:
        pin = confirm(await look(url, tmp_path), tmp_path)
        assert pin.stat().st_mode & 0o077 == 0
        assert (await look(url, tmp_path)).known is Known.CONFIRMED
    issue(files)
    async with serving(files.server, files.server_key, port_of(url)):
        assert (await look(url, tmp_path)).known is Known.CONFIRMED


async def test_another_authority_in_its_place_is_a_change(tmp_path: Path) -> None:
    files, other = a_site(tmp_path / "site"), a_site(tmp_path / "other")
    async with serving(files.server, files.server_key) as url:
        confirm(await look(url, tmp_path), tmp_path)
    async with serving(other.server, other.server_key, port_of(url)):
        assert (await look(url, tmp_path)).known is Known.CHANGED
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(
                "127.0.0.1", port_of(url), ssl=trusting(pin_of(tmp_path, url)), server_hostname="127.0.0.1"
            )


async def test_the_true_authority_shown_beside_a_false_certificate_is_not_what_is_confirmed(
    tmp_path: Path,
) -> None:
    """The person would compare the true fingerprint, and trust the false server."""
    files, false = a_site(tmp_path / "site"), a_site(tmp_path / "false")
    leaf = false.server.read_text().partition("-----END CERTIFICATE-----\n")
    false.server.write_text(leaf[0] + leaf[1] + files.authority.read_text())
    async with serving(false.server, false.server_key) as url:
        presented = await look(url, tmp_path)
    assert presented.shown != describe_file(files.authority)[0]


async def test_a_certificate_for_another_name_is_not_known_by_its_authority(tmp_path: Path) -> None:
    files = a_site(tmp_path / "site", "manager.example")
    async with serving(files.server, files.server_key) as url:
        confirm(await look(url, tmp_path), tmp_path)
        assert (await look(url, tmp_path)).known is Known.CHANGED


async def test_a_lone_certificate_is_confirmed_itself(tmp_path: Path) -> None:
    authority = trustme.CA()
    made = authority.issue_cert("somewhere.example")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    made.cert_chain_pems[0].write_to_path(str(chain))
    made.private_key_pem.write_to_path(str(key))
    async with serving(chain, key) as url:
        presented = await look(url, tmp_path)
        assert presented.shown == presented.server and not presented.shown.authority
        confirm(presented, tmp_path)
        assert (await look(url, tmp_path)).known is Known.CONFIRMED
        assert forget(tmp_path, url) and not forget(tmp_path, url)
        assert (await look(url, tmp_path)).known is Known.NEW


async def test_a_configured_authority_needs_no_confirmation(tmp_path: Path) -> None:
    files = a_site(tmp_path / "site")
    async with serving(files.server, files.server_key) as url:
        assert (await look(url, tmp_path, ca_file=files.authority)).known is Known.TRUSTED


async def test_where_no_tls_is_spoken_it_is_said(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(UnavailableError, match="no TLS server answers"):
        await look(f"wss://127.0.0.1:{port}", tmp_path)
    server.close()
    await server.wait_closed()


async def test_where_nobody_listens_it_is_said_once_where(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(UnavailableError, match=rf"answers at {place} \(Connection refused\)"):
            await look(f"wss://{place}", tmp_path)


def test_a_host_becomes_no_path(tmp_path: Path) -> None:
    assert pin_of(tmp_path, "wss://[2001:db8::1]:7701").parent == tmp_path / "confirmed"
    assert pin_of(tmp_path, "wss://..:1").parent == tmp_path / "confirmed"
