"""The list of the newest version: what is believed of it, and what is offered."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offhook.certificates.signatures import public_key, sign
from offhook.update import UpdateError, read_manifest, write_manifest
from offhook.update.manifest import MAX_FILE, choose, is_newer
from tests.update.server import NOW, Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path, port=8443)


def _read(publisher: Publisher, data: bytes) -> Any:
    return read_manifest(data, public_key(publisher.key))


def test_a_list_is_read_as_its_publisher_wrote_it(publisher: Publisher) -> None:
    manifest = _read(publisher, publisher.publish())
    assert (manifest.version, manifest.published) == ("0.2.0", NOW)
    assert _read(publisher, write_manifest(manifest, lambda data: sign(data, publisher.key))) == manifest


def test_a_list_that_was_changed_is_not_believed(publisher: Publisher) -> None:
    data = publisher.publish()
    for wrong in (
        data.replace(b"0.2.0", b"0.3.0"),
        data + b" ",
        data[:-1],
        data.replace(b"offhook-update-1 ", b"offhook-update-1 A"),
        data.split(b"\n", 1)[1],
        b"offhook-update-1 \n{}",
        b"",
    ):
        with pytest.raises(UpdateError):
            _read(publisher, wrong)


def test_another_key_signs_no_list_of_ours(publisher: Publisher) -> None:
    data = publisher.publish()
    with pytest.raises(UpdateError, match=r"not signed by the owner of update\.public_key"):
        read_manifest(data, public_key(Ed25519PrivateKey.generate()))


def test_any_of_several_keys_counts(publisher: Publisher) -> None:
    data = publisher.publish()
    another, third = (public_key(Ed25519PrivateKey.generate()) for _ in range(2))
    assert read_manifest(data, another, public_key(publisher.key)).version == "0.2.0"
    for keys in ((another, third), ()):
        with pytest.raises(UpdateError, match="not signed"):
            read_manifest(data, *keys)


def test_a_signature_of_something_else_is_none_of_a_list(publisher: Publisher) -> None:
    signed = publisher.publish().split(b"\n", 1)[1]
    bare = f"offhook-update-1 {sign(signed, publisher.key)}\n".encode() + signed
    with pytest.raises(UpdateError, match="not signed"):
        _read(publisher, bare)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "0.2.0-evil"},
        {"version": "../0.2.0"},
        {"notes": "file:///etc/passwd"},
        {"notes": "javascript:alert(1)"},
        {"published": "2026-11-01T12:00:00"},
        {"file": {"url": "http://example.org/setup.exe"}},
        {"file": {"size": MAX_FILE + 1}},
        {"file": {"size": 0}},
        {"file": {"sha256": "none"}},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_whoever_signed_it(
    publisher: Publisher, wrong: dict[str, Any]
) -> None:
    with pytest.raises(UpdateError):
        _read(publisher, publisher.publish(**wrong))


def test_a_list_that_is_nested_without_end_is_refused(publisher: Publisher) -> None:
    nested = b'{"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    signature = sign(b"offhook-update-1\n" + nested, publisher.key)
    with pytest.raises(UpdateError, match="is wrong"):
        _read(publisher, f"offhook-update-1 {signature}\n".encode() + nested)


def test_what_a_later_list_has_besides_is_passed_over(publisher: Publisher) -> None:
    assert _read(publisher, publisher.publish(channel="stable")).version == "0.2.0"


@pytest.mark.parametrize("own", ["0.2.0", "0.2", "0.2.1", "1.0"])
def test_a_version_that_is_not_newer_is_not_offered(publisher: Publisher, own: str) -> None:
    assert choose(_read(publisher, publisher.publish()), own, NOW, None, "windows-x64") is None


def test_a_newer_version_is_offered_with_what_this_system_takes(publisher: Publisher) -> None:
    manifest = _read(publisher, publisher.publish())
    offer = choose(manifest, "0.1.0", NOW, None, "windows-x64")
    assert offer is not None and offer.download is not None
    assert (offer.version, offer.download.url) == ("0.2.0", publisher.url("/setup.exe"))
    elsewhere = choose(manifest, "0.1.0", NOW, None, "")
    assert elsewhere is not None and elsewhere.download is None


def test_a_list_that_has_ended_is_refused(publisher: Publisher) -> None:
    manifest = _read(publisher, publisher.publish())
    with pytest.raises(UpdateError, match="ended on 2027-01-30"):
        choose(manifest, "0.1.0", manifest.expires, None, "windows-x64")


def test_a_list_that_ended_long_ago_is_refused_as_well(publisher: Publisher) -> None:
    manifest = _read(publisher, publisher.publish(expires="0001-01-01T00:00:00+14:00"))
    with pytest.raises(UpdateError, match="ended on 0001"):
        choose(manifest, "0.1.0", NOW, None, "windows-x64")


def test_an_older_list_than_was_seen_is_refused(publisher: Publisher) -> None:
    manifest = _read(publisher, publisher.publish())
    with pytest.raises(UpdateError, match="older than one seen here before"):
        choose(manifest, "0.1.0", NOW, NOW + timedelta(seconds=1), "windows-x64")
    assert choose(manifest, "0.1.0", NOW, NOW, "windows-x64") is not None, "the same list again"


def test_versions_are_compared_by_their_numbers() -> None:
    assert is_newer("0.10.0", "0.9.9")
    assert not is_newer("0.1", "0.1.0")
    assert not is_newer("later", "0.1.0")
