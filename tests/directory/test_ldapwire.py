"""Entries of a search, out of LDAP's bytes; whatever is unusual is left to the library."""

import pytest
import sansldap
from hypothesis import given
from hypothesis import strategies as st

from offhook.directory.ldapwire import Entry, messages, read_entry

KIM = {"cn": [b"Kim", "김".encode()], "telephoneNumber;lang-ko": [b"+82 2 568-3848"], "mail": []}


def tagged(tag: int, *parts: bytes) -> bytes:
    """A BER element, with as short a length as there is."""
    whole = b"".join(parts)
    size = len(whole)
    length = bytes((size,)) if size < 0x80 else bytes((0x82,)) + size.to_bytes(2)
    return bytes((tag,)) + length + whole


def written(message_id: bytes = b"\x01", *behind: bytes, tag: int = 0x64) -> bytes:
    """An entry as a server sends it; `behind` it come controls."""
    attributes = [
        tagged(0x30, tagged(4, name.encode()), tagged(0x31, *(tagged(4, value) for value in values)))
        for name, values in KIM.items()
    ]
    entry = tagged(tag, tagged(4, b"uid=kim"), tagged(0x30, *attributes))
    return tagged(0x30, tagged(2, message_id), entry, *behind)


def found_by_the_library(whole: bytes) -> Entry:
    """What sansldap makes of the answer to its first request."""
    session = sansldap.LDAPClient()
    assert session.search_request("") == 1
    (message,) = session.receive(whole)
    assert isinstance(message, sansldap.SearchResultEntry)
    entry = Entry(message.object_name, {})
    for attribute in message.attributes:
        entry.add(attribute.name, attribute.values)
    return entry


def test_an_entry_is_read_as_the_library_reads_it() -> None:
    assert read_entry(written(), 1) == found_by_the_library(written())
    assert read_entry(written(b"\x01\x11\x70"), 70_000) == Entry(
        "uid=kim",
        {"cn": [b"Kim", "김".encode()], "telephonenumber": [b"+82 2 568-3848"], "mail": []},
    )


@pytest.mark.parametrize(
    "whole",
    [
        written(b"\x02"),  # of another search
        written(b"\x01", tagged(0xA0)),  # with controls
        written(tag=0x65),  # no entry
        written() + b"\x00",
        b"\x31" + written()[1:],
        written().replace(b"uid=kim", b"uid=\xff\xff\xff"),
        b"\x30\x80" + written()[3:],
        b"\x30",
        b"",
    ],
)
def test_anything_else_is_left_to_the_library(whole: bytes) -> None:
    assert read_entry(whole, 1) is None


@given(st.integers(0, 100), st.integers(0, 12), st.binary(max_size=12))
def test_a_damaged_entry_is_read_as_the_library_reads_it_or_left_to_it(at: int, cut: int, put: bytes) -> None:
    damaged = written()[:at] + put + written()[at + cut :]
    for whole in messages(bytearray(damaged)):
        entry = read_entry(whole, 1)
        assert entry is None or entry == found_by_the_library(whole)
