"""A certificate that is renewed under a running server."""

import asyncio
import os
import shutil
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.certificates import describe_file
from offhook.common.tlspair import WatchedAuthority, WatchedPair, leaf, trusting_exactly
from offhook.errors import UnavailableError
from tests.switch.certificate import make_certificate
from tests.waiting import until


class Site:
    """A server that shows `chain` and `key`; `renewed` is another pair."""

    def __init__(self, folder: Path) -> None:
        for name in ("shown", "renewed"):
            (folder / name).mkdir()
        self.chain, self.key = make_certificate(folder / "shown")
        self.renewed = make_certificate(folder / "renewed")
        self.pair = WatchedPair(self.chain, self.key)
        self.old, self.new = leaf(self.chain.read_bytes()), leaf(self.renewed[0].read_bytes())
        self.port = 0

    async def shows(self, context: ssl.SSLContext | None = None, name: str = "") -> str:
        """What a new connection is shown."""
        if context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        _, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context, server_hostname=name)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return ssl.DER_cert_to_PEM_cert(shown)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=site.pair.context
    )
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


@pytest.mark.parametrize("name", ["", "localhost"])
async def test_a_renewed_pair_is_shown_from_the_next_connection_on(site: Site, name: str) -> None:
    assert await site.shows(name=name) == site.old
    for new, place in zip(site.renewed, (site.chain, site.key), strict=True):
        shutil.copy(new, place)
    assert site.pair.look()
    assert await site.shows(name=name) == site.pair.pem == site.new
    assert not site.pair.look()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("content", ["the new one", "", "nothing like PEM"])
async def test_half_a_pair_changes_nothing_and_is_told_once(
    site: Site, which: int, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = (site.chain, site.key)[which]
    if content == "the new one":
        shutil.copy(site.renewed[which], place)
    else:
        place.write_text(content)
    for _ in range(3):
        assert not site.pair.look_and_tell()
        assert await site.shows() == site.old
    assert caplog.text.count("the old certificate is shown on") == 1
    for new, place in zip(site.renewed, (site.chain, site.key), strict=True):
        shutil.copy(new, place)
    assert site.pair.look_and_tell()
    assert await site.shows() == site.new


async def test_a_pair_that_was_removed_is_shown_on(site: Site) -> None:
    site.chain.unlink()
    assert not site.pair.look_and_tell()
    assert await site.shows() == site.old


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such pipes there")
@pytest.mark.parametrize("which", [0, 1])
async def test_a_pipe_in_place_of_a_file_is_not_waited_for(site: Site, which: int) -> None:
    place = (site.chain, site.key)[which]
    place.unlink()
    os.mkfifo(place)
    assert not site.pair.look_and_tell()
    assert await site.shows() == site.old
    with pytest.raises(OSError, match="is not a file"):
        WatchedPair(site.chain, site.key)
    if place == site.chain:
        with pytest.raises(UnavailableError, match="is not a file"):
            describe_file(place)


async def test_exactly_what_is_shown_is_trusted(site: Site) -> None:
    assert await site.shows(trusting_exactly([site.pair.pem])) == site.old
    for others in ([site.new], []):
        with pytest.raises(ssl.SSLCertVerificationError):
            await site.shows(trusting_exactly(others))


def test_a_key_with_a_password_is_refused_not_asked_for(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    from cryptography.hazmat.primitives import serialization as pem

    loaded = pem.load_pem_private_key(key.read_bytes(), None)
    locked = pem.BestAvailableEncryption(b"secret")
    key.write_bytes(loaded.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, locked))
    with pytest.raises(OSError):
        WatchedPair(chain, key)


def test_authorities_are_read_anew_for_each_connection(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    chain, _ = make_certificate(tmp_path)
    authority = WatchedAuthority(chain)
    first = authority.context()
    assert authority.context() is first
    shutil.copy(make_certificate(tmp_path / "other")[0], chain)
    second = authority.context()
    assert second is not first
    chain.write_text("spoilt")
    assert authority.context() is second


async def test_a_renewed_pair_is_told_before_it_is_shown_to_who_wants_that(site: Site) -> None:
    site.pair._notice_s = 0.5
    for new, place in zip(site.renewed, (site.chain, site.key), strict=True):
        shutil.copy(new, place)
    assert site.pair.look()
    assert site.pair.pems == (site.old, site.new)
    assert await site.shows() == site.old
    await until(lambda: site.pair.pems == (site.new,))
    assert await site.shows() == site.new
