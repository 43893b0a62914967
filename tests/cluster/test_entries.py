"""Names fit into keys of a bucket, and come out again."""

import re

import pytest

from offhook.cluster.entries import name_in, node_key, terminal_key

KEY = re.compile(r"[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*")
"""What NATS allows as a key."""


@pytest.mark.parametrize("name", ["4000", "+4930123", "a.b", "a..b.", "front-desk_1"])
def test_every_name_is_a_key_and_comes_out_again(name: str) -> None:
    for key in (terminal_key(name), node_key(name)):
        assert KEY.fullmatch(key)
        assert name_in(key) == name


def test_no_two_names_have_one_key() -> None:
    names = ["a.b", "a=2Eb", "a-b", "a+b"]
    assert len({terminal_key(name) for name in names}) == len(names)
