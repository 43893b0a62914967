"""What a person types for a setting of a trunk, a group or a phone."""

import pytest

from offhook.config.named import typed


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("trunk.0.server", "sip.provider.example", "sip.provider.example"),
        ("trunk.0.server", "a.example, b.example:5070", ["a.example", "b.example:5070"]),
        ("trunk.0.numbers", "+4930900100-+4930900199", ["+4930900100-+4930900199"]),
        ("trunk.0.register", "false", False),
        ("trunk.0.max_calls", "20", 20),
        ("trunk.0.probe_s", "7.5", 7.5),
        ("trunk.0.user", "4930900", "4930900"),
        ("group.0.terminals", "4000,4001", ["4000", "4001"]),
        ("group.0.users", '["Lee, Min-ho", "kim"]', ["Lee, Min-ho", "kim"]),
    ],
)
def test_a_setting_has_the_type_that_it_takes(key: str, text: str, value: object) -> None:
    assert typed(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"), [("trunk.0.register", "yes"), ("trunk.0.max_calls", "many"), ("trunk.0.sever", "a")]
)
def test_what_cannot_be_read_is_left_to_the_check_of_the_whole_file(key: str, text: str) -> None:
    assert typed(key, text) == text
