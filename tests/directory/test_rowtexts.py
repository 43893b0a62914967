"""The joined texts of many rows."""

from offhook.directory.rowtexts import RowTexts

TEXTS = RowTexts(["\nanna\nkim", "", "\nkim", "\nkimmo\nkim", "\nlee"])


def test_a_row_is_found_once_however_often_it_has_the_text() -> None:
    assert list(TEXTS.holding("\nkim")) == [0, 2, 3]
    assert list(TEXTS.holding("im")) == [0, 2, 3]
    assert list(TEXTS.holding("zz")) == []


def test_the_text_of_a_row_is_given_back() -> None:
    assert [TEXTS.of(row) for row in range(5)] == ["\nanna\nkim", "", "\nkim", "\nkimmo\nkim", "\nlee"]


def test_a_row_is_asked_for_its_own_text_alone() -> None:
    assert TEXTS.has(2, "\nkim") and not TEXTS.has(2, "\nkimm") and not TEXTS.has(1, "\n")


def test_the_rows_that_begin_so_are_next_to_each_other() -> None:
    texts = RowTexts(sorted(["\nanna", "\nkim", "\nkimmo", "\nlee"]))
    assert list(texts.beginning("\nkim")) == [1, 2]
    assert list(texts.beginning("\nz")) == []


def test_a_sample_tells_what_is_often_there_from_what_is_rare() -> None:
    texts = RowTexts(f"\nfirm\nkim{at}" if at != 5_000 else "\nfirm\nlee" for at in range(20_000))
    assert texts.sampled("\nlee") < texts.sampled("\nkim1") < texts.sampled("\nfirm")
    assert 20_000 / 32 < texts.sampled("\nfirm") < 20_000 / 8
