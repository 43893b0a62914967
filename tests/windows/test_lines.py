"""Lines in the registry."""

from dataclasses import replace

import pytest

from offhook.windows.lines import LINES, Line, add_line, read_lines, remove_line, write_line
from offhook.windows.ports import TelephonyError
from tests.windows.helpers import FakeRegistry


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


def test_a_line_is_written_as_the_provider_reads_it(registry: FakeRegistry) -> None:
    add_line(registry, Line(terminal="4000", name="박지성"), "s3cret")
    assert registry.keys[rf"{LINES}\1"] == {
        "Name": "박지성",
        "Terminal": "4000",
        "Host": "127.0.0.1",
        "Port": 7700,
    }
    assert registry.keys[rf"{LINES}\1\Secret"] == {"Token": "secret:s3cret"}


def test_calls_by_hand_are_told_as_was_said_last(registry: FakeRegistry) -> None:
    line = add_line(registry, Line(terminal="4000", report_manual="always"), None)
    assert registry.keys[rf"{LINES}\1"]["ReportManual"] == "always"
    write_line(registry, replace(line, report_manual=None), None)
    assert read_lines(registry)[0].report_manual == "always"
    registry.write(rf"{LINES}\1", {"ReportManual": "sometimes"})
    assert read_lines(registry)[0].report_manual is None


def test_a_new_line_takes_the_lowest_free_number(registry: FakeRegistry) -> None:
    for terminal in ("4000", "4001", "4002"):
        add_line(registry, Line(terminal=terminal), None)
    remove_line(registry, "4001")
    assert add_line(registry, Line(terminal="4003"), None).index == 2


def test_lines_are_read_in_the_order_of_their_numbers(registry: FakeRegistry) -> None:
    for index in ("10", "9", "no number", "0"):
        registry.write(rf"{LINES}\{index}", {"Terminal": index})
    assert [line.index for line in read_lines(registry)] == [9, 10]


def test_what_is_missing_or_wrong_gets_its_default(registry: FakeRegistry) -> None:
    registry.write(rf"{LINES}\1", {"Port": 99999, "Terminal": "4000"})
    assert read_lines(registry) == [Line(terminal="4000", index=1)]


@pytest.mark.parametrize("which", ["2", "4001", "Lee"])
def test_a_line_is_removed_by_number_terminal_or_name(registry: FakeRegistry, which: str) -> None:
    add_line(registry, Line(terminal="4000", name="Kim"), "one")
    add_line(registry, Line(terminal="4001", name="Lee"), "two")
    assert remove_line(registry, which).terminal == "4001"
    assert [line.terminal for line in read_lines(registry)] == ["4000"]
    assert rf"{LINES}\2\Secret" not in registry.keys


def test_a_line_that_is_not_unique_is_not_removed(registry: FakeRegistry) -> None:
    add_line(registry, Line(terminal="4000", name="a"), None)
    add_line(registry, Line(terminal="4000", name="b"), None)
    with pytest.raises(TelephonyError, match="2 lines '4000'"):
        remove_line(registry, "4000")


def test_programs_show_names_so_two_lines_have_different_ones(registry: FakeRegistry) -> None:
    add_line(registry, Line(terminal="4000", name="Kim"), None)
    with pytest.raises(TelephonyError, match="--name"):
        add_line(registry, Line(terminal="4001", name="KIM"), None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "http://messenger"),
        ("host", "messenger:7700"),
        ("host", "[::1]"),
        ("host", "h" * 256),
        ("port", 0),
        ("port", 65536),
        ("report-manual", "sometimes"),
        ("terminal", "40 00"),
        ("terminal", "%"),
        ("name", "two\nlines"),
        ("name", "\N{TELEPHONE RECEIVER}" * 64),
    ],
)
def test_a_wrong_value_names_its_option(field: str, value: str | int) -> None:
    with pytest.raises(TelephonyError, match=f"--{field}"):
        Line(**{field.replace("-", "_"): value})  # type: ignore[arg-type]


def test_a_token_that_is_none_is_refused_and_not_told(registry: FakeRegistry) -> None:
    with pytest.raises(TelephonyError) as caught:
        add_line(registry, Line(terminal="4000"), "50%secret")
    assert "50%secret" not in str(caught.value)
    assert read_lines(registry) == []
