"""TAPI's list of providers."""

import struct

from offhook.windows.tapi import read_provider_list


def provider_list(*entries: tuple[int, str]) -> bytes:
    """LINEPROVIDERLIST as TAPI fills it."""
    names = [(name + "\0").encode("utf-16-le") for _, name in entries]
    at = 24 + 12 * len(entries)
    table = b""
    for (provider, _), name in zip(entries, names, strict=True):
        table += struct.pack("<III", provider, len(name), at)
        at += len(name)
    head = struct.pack("<IIIIII", 4096, at, at, len(entries), len(table), 24 if entries else 0)
    return (head + table + b"".join(names)).ljust(4096, b"\xa5")


def test_providers_are_read_by_their_permanent_id() -> None:
    raw = provider_list((1, "unimdm.tsp"), (7, "offhook.tsp"))
    assert read_provider_list(raw) == {1: "unimdm.tsp", 7: "offhook.tsp"}


def test_a_list_without_providers_is_empty() -> None:
    assert read_provider_list(provider_list()) == {}


def test_a_list_that_claims_more_than_it_has_is_read_as_far_as_it_goes() -> None:
    raw = bytearray(provider_list((1, "unimdm.tsp")))
    struct.pack_into("<I", raw, 12, 5000)
    assert read_provider_list(bytes(raw[:64]))[1] == "unimdm.tsp"[:14]
