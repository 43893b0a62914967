"""What one node says of another that has other telephone systems, or other phones in them."""

from __future__ import annotations

import pytest

from offhook.cluster.layout import MAX_NODES, Layouts, digest

SEOUL, BUSAN = digest(["4000", "4001"]), digest(["5000"])
FIX = "; give both the same [[terminal]]s and [[cluster.part]]s"


@pytest.fixture
def layouts() -> Layouts:
    return Layouts({"seoul": SEOUL, "busan": BUSAN})


def test_the_order_of_phones_makes_no_difference() -> None:
    assert digest(["4001", "4000"]) == SEOUL != digest(["4000", "40", "01"])


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"seoul": SEOUL, "busan": BUSAN}, ""),
        ({"seoul": SEOUL, "busan": digest(["5001"])}, "it has other phones in the telephone system busan"),
        ({"seoul": SEOUL}, "it does not know the telephone system busan"),
        (
            {"seoul": SEOUL, "busan": BUSAN, "jeju": BUSAN},
            "it has the telephone system jeju, which this node does not know",
        ),
        (
            {"": digest(["4000", "4001", "5000"])},
            "it has the telephone system, which this node does not know, it does not know"
            " the telephone systems busan, seoul",
        ),
    ],
)
def test_what_is_different_is_named(layouts: Layouts, parts: dict[str, str], what: str) -> None:
    layouts.on_told("two", parts)
    assert layouts.differences(["two"]) == ({"two": what + FIX} if what else {})


def test_it_is_told_once(layouts: Layouts) -> None:
    assert "does not know" in layouts.on_told("two", {"seoul": SEOUL})
    assert layouts.on_told("two", {"seoul": SEOUL}) == ""


def test_a_node_that_is_gone_or_is_of_an_older_version_is_no_concern(layouts: Layouts) -> None:
    layouts.on_told("two", {"seoul": SEOUL})
    assert layouts.differences([]) == {}
    layouts.on_told("two", None)
    assert layouts.differences(["two"]) == {}


def test_made_up_nodes_are_not_remembered_without_end(layouts: Layouts) -> None:
    for at in range(MAX_NODES + 9):
        layouts.on_told(f"made-up-{at}", {})
    assert len(layouts._told) == MAX_NODES
