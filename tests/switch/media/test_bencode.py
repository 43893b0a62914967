import pytest

from offhook.switch.media.bencode import MAX_DEPTH, BencodeError, decode, encode


def test_a_command_is_written_with_its_keys_in_order() -> None:
    written = encode({"command": "offer", "call-id": "x", "flags": ["a", "b"], "delete-delay": 0})
    assert written == b"d7:call-id1:x7:command5:offer12:delete-delayi0e5:flagsl1:a1:bee"


def test_what_is_written_is_read_again() -> None:
    assert decode(encode({"a": [1, -2, "ä", {"b": b"\x00"}]})) == {
        b"a": [1, -2, "ä".encode(), {b"b": b"\x00"}]
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"d",
        b"i12",
        b"ie",
        b"i--1e",
        b"5:abc",
        b"-1:a",
        b"99999999999999999999999:a",
        b"di1ei2ee",
        b"d1:ae",
        b"l" * (MAX_DEPTH + 1) + b"e" * (MAX_DEPTH + 1),
        b"i1ei2e",
        b"x",
        b"l",
        b"1",
    ],
)
def test_what_is_not_bencoded_is_one_error(data: bytes) -> None:
    with pytest.raises(BencodeError):
        decode(data)
