"""Text as search compares it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.directory.fold import fold, initials


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kim", "kim"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("\uff2b\uff29\uff2d", "kim"),
        ("김철수", "ㄱㅣㅁㅊㅓㄹㅅㅜ"),
        ("값", "ㄱㅏㅂㅅ"),
        ("과", "ㄱㅗㅏ"),
        ("ㄳ", "ㄱㅅ"),
        ("ㅢ", "ㅡㅣ"),
        ("꽃", "ㄲㅗㅊ"),
        ("李明", "李明"),
        ("", ""),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("typed", ["ㄱ", "기", "김", "김ㅊ", "김처", "김철", "김첤", "김철수"])
def test_all_that_is_on_the_screen_while_a_name_is_typed_is_its_beginning(typed: str) -> None:
    assert fold("김철수").startswith(fold(typed))


def test_names_from_a_mac_are_decomposed_and_the_same() -> None:
    assert fold(unicodedata.normalize("NFD", "김철수 Müller")) == fold("김철수 Müller")


def test_initials() -> None:
    assert initials("김철수") == "ㄱㅊㅅ"
    assert initials("Kim") == ""


@given(st.text(), st.text())
def test_the_fold_of_syllables_one_after_the_other_is_that_of_the_text(first: str, second: str) -> None:
    if all("가" <= one <= "힣" for one in first + second):
        assert fold(first + second) == fold(first) + fold(second)
    assert fold(fold(first)) == fold(fold(fold(first)))
