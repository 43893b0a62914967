"""Looking and fetching, from a server of https: a good one, and those that lie, send on, stall, flood."""

import asyncio
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offhook.certificates.signatures import public_key
from offhook.errors import UnavailableError
from offhook.update import UpdateError
from offhook.update.manifest import MAX_MANIFEST
from offhook.update.updates import DAY_S, RETRY_S
from tests.update.server import SETUP, Publisher


def _left(publisher: Publisher) -> list[str]:
    folder = publisher.folder / "state" / "update"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


async def test_a_newer_version_is_offered_and_nothing_but_the_list_is_fetched(publisher: Publisher) -> None:
    offer = await publisher.updates().look()
    assert offer is not None
    assert (offer.version, offer.notes) == ("0.2.0", "https://example.org/0.2.0")
    assert publisher.asked == ["/offhook.txt"]


async def test_the_setup_is_fetched_whole_and_for_its_owner_only(publisher: Publisher) -> None:
    updates = publisher.updates()
    offer = await updates.look()
    assert offer is not None
    told: list[int] = []
    file = await updates.download(offer, told.append)
    assert (file.name, file.read_bytes()) == ("OffhookSetup-0.2.0-x64.exe", SETUP)
    assert file.stat().st_mode & 0o077 == 0
    assert told[-1] == len(SETUP)
    assert _left(publisher) == [file.name]


async def test_an_earlier_setup_goes_once_there_is_nothing_newer(publisher: Publisher) -> None:
    updates = publisher.updates()
    offer = await updates.look()
    assert offer is not None
    await updates.download(offer)
    publisher.publish(version="0.1.0")
    assert await updates.look() is None
    assert _left(publisher) == []


async def test_it_is_looked_for_once_a_day(publisher: Publisher) -> None:
    assert publisher.updates().due()
    await publisher.updates().look()
    publisher.clock += DAY_S - 1
    assert not publisher.updates().due(), "also after a new start"
    publisher.clock += 1
    assert publisher.updates().due()


async def test_where_nobody_answers_it_is_looked_for_in_an_hour_again(publisher: Publisher) -> None:
    updates = publisher.updates(url=publisher.url("/nothing"))
    with pytest.raises(UnavailableError, match="answers 404"):
        await updates.look()
    publisher.clock += RETRY_S - 1
    assert not updates.due()
    publisher.clock += 1
    assert updates.due()


def test_without_an_address_nobody_looks(tmp_path: Path) -> None:
    assert not Publisher(tmp_path).updates(url="").due()


async def test_an_old_list_shown_again_is_refused_also_after_a_new_start(publisher: Publisher) -> None:
    old = publisher.files["/offhook.txt"]
    publisher.publish(version="0.3.0", published="2026-11-02T12:00:00Z")
    await publisher.updates().look()
    publisher.files["/offhook.txt"] = old
    with pytest.raises(UpdateError, match="older than one seen"):
        await publisher.updates().look()


async def test_a_list_that_is_not_believed_is_not_remembered_either(publisher: Publisher) -> None:
    good = publisher.files["/offhook.txt"]
    publisher.key = Ed25519PrivateKey.generate()
    publisher.publish(published="2099-01-01T00:00:00Z")
    settings = publisher.updates(public_key=public_key(publisher.key))
    trusting_another = publisher.updates(public_key=public_key(Ed25519PrivateKey.generate()))
    with pytest.raises(UpdateError, match="not signed"):
        await trusting_another.look()
    publisher.files["/offhook.txt"] = good
    with pytest.raises(UpdateError, match="not signed"):
        await settings.look()
    publisher.publish()
    assert await settings.look() is not None


async def test_a_key_gives_way_to_the_next_without_a_list_that_nobody_believes(publisher: Publisher) -> None:
    old, new = publisher.key, Ed25519PrivateKey.generate()
    both = f"{public_key(old)} {public_key(new)}"
    assert await publisher.updates(public_key=both).look() is not None
    publisher.key = new
    publisher.publish(version="0.3.0", published="2026-11-02T12:00:00Z")
    offer = await publisher.updates(public_key=both).look()
    assert offer is not None and offer.version == "0.3.0"
    assert await publisher.updates(public_key=public_key(new)).look() is not None


async def test_what_a_key_signed_that_was_taken_out_is_offered_no_more(publisher: Publisher) -> None:
    old, new = (public_key(key) for key in (publisher.key, Ed25519PrivateKey.generate()))
    await publisher.updates(public_key=f"{old} {new}").look()
    assert publisher.updates(public_key=f"{new} {old}").latest() is not None
    assert publisher.updates(public_key=new).latest() is None


@pytest.mark.parametrize("wrong", [SETUP[:-1], SETUP + b"!", b"X" + SETUP[1:], b""])
async def test_another_file_than_was_signed_is_thrown_away(publisher: Publisher, wrong: bytes) -> None:
    updates = publisher.updates()
    offer = await updates.look()
    publisher.files["/setup.exe"] = wrong
    assert offer is not None
    with pytest.raises((UpdateError, UnavailableError)):
        await updates.download(offer)
    assert _left(publisher) == []


async def test_a_server_that_hangs_up_in_the_middle_leaves_nothing(publisher: Publisher) -> None:
    updates = publisher.updates()
    offer = await updates.look()
    publisher.files["/setup.exe"] = lambda: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nMZ" % len(SETUP)
    assert offer is not None
    with pytest.raises(UnavailableError, match="hung up after 2 bytes"):
        await updates.download(offer)
    assert _left(publisher) == []


async def test_no_more_is_taken_than_a_list_may_have(publisher: Publisher) -> None:
    publisher.files["/offhook.txt"] = bytes(MAX_MANIFEST + 1)
    with pytest.raises(UpdateError, match="more than the 65,536 bytes"):
        await publisher.updates().look()


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Much: much\r\n" * 5000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200",
    ],
    ids=["no HTTP", "long", "many headers", "chunked", "cut off"],
)
async def test_what_is_no_answer_is_told(publisher: Publisher, answer: bytes) -> None:
    publisher.files["/offhook.txt"] = lambda: answer
    with pytest.raises((UpdateError, UnavailableError), match="localhost"):
        await publisher.updates().look()


def _moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_it_goes_where_it_is_sent(publisher: Publisher) -> None:
    publisher.files["/old"] = lambda: _moved("/offhook.txt")
    assert await publisher.updates(url=publisher.url("/old")).look() is not None
    assert publisher.asked == ["/old", "/offhook.txt"]


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost/offhook.txt",
        "file:///etc/passwd",
        "https://me:secret@localhost/",
        "https://[",
        "https://localhost:0/",
    ],
)
async def test_it_is_never_sent_to_anything_but_https(publisher: Publisher, to: str) -> None:
    publisher.files["/old"] = lambda: _moved(to)
    with pytest.raises(UpdateError, match="no https:// address"):
        await publisher.updates(url=publisher.url("/old")).look()


async def test_sending_round_in_circles_ends(publisher: Publisher) -> None:
    publisher.files["/round"] = lambda: _moved("/round")
    with pytest.raises(UpdateError, match="more than 5 times"):
        await publisher.updates(url=publisher.url("/round")).look()
    assert len(publisher.asked) == 6


@pytest.mark.parametrize(
    "begun",
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\noffhook"],
    ids=["says nothing", "in the header", "in the list"],
)
async def test_a_server_that_stalls_is_given_up(publisher: Publisher, begun: bytes) -> None:
    publisher.files["/stalled"] = lambda: begun
    with pytest.raises(UnavailableError, match="has not answered in time"):
        await publisher.updates(url=publisher.url("/stalled"), limit_s=0.3).look()


async def test_a_server_without_tls_is_given_up(publisher: Publisher) -> None:
    async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await publisher.stall.wait()
        _writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(UnavailableError, match="in time"):
            await publisher.updates(url=f"https://localhost:{port}/", limit_s=0.3).look()
        publisher.stall.set()


async def test_a_certificate_that_nobody_knows_is_refused(publisher: Publisher) -> None:
    with pytest.raises(UnavailableError, match=r"not trusted .*set update\.ca_file"):
        await publisher.updates(ca_file=None).look()
    assert publisher.asked == []


async def test_a_certificate_of_another_host_is_refused(publisher: Publisher) -> None:
    with pytest.raises(UnavailableError, match="not trusted"):
        await publisher.updates(url=publisher.url().replace("localhost", "127.0.0.1")).look()
    assert publisher.asked == []


async def test_a_server_that_is_not_there_is_told(publisher: Publisher) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await publisher.updates(url=f"https://localhost:{port}/").look()


async def test_what_was_remembered_and_cannot_be_read_was_not(publisher: Publisher) -> None:
    await publisher.updates().look()
    (publisher.folder / "state" / "update.json").write_text("{damaged")
    assert publisher.updates().due()
    assert await publisher.updates().look() is not None
