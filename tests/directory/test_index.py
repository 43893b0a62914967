"""From a number to its name, and from what is typed to people."""

import random

import pytest

from offhook.directory import Kind, Person
from offhook.directory.fold import words
from offhook.directory.index import MAX_QUERY, Index
from tests.directory.helpers import a_person, seoul_keys

KIM = a_person("김철수", "+82-2-568-3848", "010-9876-5432")
LEE = Person(
    "Lee Min-ho", a_person("", "02) 568 3849").numbers, ("이민호",), "Hansol Paper", "minho@hansol.example"
)
KIMBERLY = a_person("Kimberly Jones", "+1 212 555 0100")
JONES = a_person("Jones Kim", "3851")
HOTLINE = a_person("50% 할인", "1588-1234")
EVERYBODY = [KIM, LEE, KIMBERLY, JONES, HOTLINE]


def an_index(*sources: list[Person]) -> Index:
    return Index(sources or [EVERYBODY], seoul_keys())


@pytest.mark.parametrize(
    "written", ["+82-2-568-3848", "02) 568 3848", "02-568-3848", "025683848", "568-3848", "3848"]
)
@pytest.mark.parametrize("asked", ["9025683848", "+82 2 568 3848", "02-568-3848", "3848"])
def test_a_number_has_its_name_however_the_directory_writes_it(written: str, asked: str) -> None:
    index = an_index([a_person("김철수", written)])
    assert index.name_of(asked) == "김철수"


@pytest.mark.parametrize("asked", ["", "abc", "9025683840", "38480", "*", "%", "+"])
def test_nobody_has_this_number(asked: str) -> None:
    assert an_index().name_of(asked) == ""


def test_the_first_source_that_has_the_number_names_it() -> None:
    index = an_index([a_person("사장님", "3848")], [a_person("김철수", "02-568-3848")])
    assert index.name_of("3848") == "사장님"


def test_a_number_at_work_counts_more_than_somebody_elses_at_home() -> None:
    index = an_index([a_person("김", "3848", kind=Kind.HOME), a_person("박", "3848")])
    assert index.name_of("3848") == "박"


def test_a_number_that_several_share_has_the_name_of_their_company_or_none() -> None:
    shared = an_index([a_person("김", "3000", company="한솔"), a_person("박", "3000", company="한솔")])
    assert shared.name_of("3000") == "한솔"
    mixed = an_index([a_person("김", "3000", company="한솔"), a_person("박", "3000", company="삼보")])
    assert mixed.name_of("3000") == ""


def test_the_person_of_a_number_is_its_only_owner() -> None:
    index = an_index()
    assert index.person_of("9025683848") == KIM
    assert index.person_of("4711") is None
    assert an_index([a_person("김", "3000"), a_person("박", "3000")]).person_of("3000") is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("김철수", [KIM]),
        ("김ㅊ", [KIM]),
        ("ㄱㅊㅅ", [KIM]),
        ("철수", [KIM]),
        ("kim", [KIMBERLY, JONES]),
        ("KIM jo", [KIMBERLY, JONES]),
        ("jones kim", [JONES, KIMBERLY]),
        ("min-ho", [LEE]),
        ("이민", [LEE]),
        ("hansol", [LEE]),
        ("minho@hansol.example", [LEE]),
        ("50%", [HOTLINE]),
        ("3848", [KIM]),
        ("568-384", [KIM, LEE]),
        ("+82 2 568", [KIM]),
        ("02) 568 3849", [LEE]),
        ("9876", [KIM]),
        ("imberly", []),
        ("", []),
        (" ", []),
        ("-", []),
        ("()", []),
        ("*", []),
        ("\n", []),
        ("\0", []),
        ("x" * 10 * MAX_QUERY, []),
    ],
)
def test_search_as_you_type(typed: str, found: list[Person]) -> None:
    assert set(an_index().search(typed, 20)) == set(found)


def test_who_is_called_so_comes_before_who_has_it_in_the_name() -> None:
    assert an_index().search("jones", 20) == [JONES, KIMBERLY]


def test_the_number_that_is_meant_comes_before_those_that_contain_it() -> None:
    index = an_index([a_person("A", "010-3851-0000"), a_person("B", "3851")])
    assert [one.name for one in index.search("3851", 20)] == ["B", "A"]


def test_no_more_than_asked_for() -> None:
    index = an_index([a_person(f"Kim {count}", f"{1000 + count}") for count in range(100)])
    assert len(index.search("kim", 20)) == 20
    assert len(index.search("10", 20)) == 20


def test_those_who_are_best_come_first_however_many_there_are_and_whatever_else_is_typed() -> None:
    plain = [a_person(f"Ada {count}", f"{1000 + count}", company="Kim Works") for count in range(40)]
    named = [a_person(f"Zoe Kim {count}", f"{2000 + count}", company="Works") for count in range(3)]
    first = [a_person(f"Kim {count}", f"{3000 + count}", company="Works") for count in range(3)]
    index = an_index([*plain, *named, *first])
    for text in ("kim", "kim works"):
        found = [one.name for one in index.search(text, 7)]
        assert found == ["Kim 0", "Kim 1", "Kim 2", "Zoe Kim 0", "Zoe Kim 1", "Zoe Kim 2", "Ada 0"]
    assert len(index.search("works kim", 7)) == 7


def test_everybody_is_listed_by_name() -> None:
    index = an_index(
        [a_person("이민호", "3"), a_person("Éva", "2"), a_person("ben", "1"), a_person("Eve", "4")]
    )
    assert [one.name for one in index.everybody()] == ["ben", "Éva", "Eve", "이민호"]
    assert index.everybody() is index.everybody()


def test_the_same_person_in_a_later_source_is_found_once() -> None:
    index = an_index(
        [a_person("김철수", "3848")], [a_person("김철수", "+82-2-568-3848"), a_person("김철수", "3900")]
    )
    assert [one.numbers[0].text for one in index.search("김철수", 20)] == ["3848", "3900"]


def rank(one: Person, typed: list[str]) -> int | None:
    """What search promises: names that begin so, then names that have it, then all other words."""
    names = words(one.name)
    others = names + words(one.company)
    if not all(any(word.startswith(term) for word in others) for term in typed):
        return None
    if names[0].startswith(typed[0]):
        return 0
    return 1 if any(word.startswith(typed[0]) for word in names) else 2


@pytest.mark.parametrize("limit", [1, 7, 60, 1000])
def test_the_best_come_first_whatever_is_typed_and_however_many_are_wanted(limit: int) -> None:
    chance = random.Random(3)
    texts = ["ada", "adam", "kim", "kima", "lee", "zoe", "firm", "works"]
    people = [
        a_person(
            " ".join(chance.choices(texts[:6], k=2)),
            f"{1000 + at}",
            company=" ".join(chance.sample(texts, 2)),
        )
        for at in range(400)
    ]
    index = an_index(people)
    for typed in [
        *texts,
        "a",
        "k",
        "w",
        "nobody",
        "ada kim",
        "kim a",
        "w k",
        "firm zoe l",
        "z nobody",
        "firm w",
    ]:
        ranks = [(rank(one, words(typed)), at, one) for at, one in enumerate(index.everybody())]
        best = sorted((found, at) for found, at, _ in ranks if found is not None)[:limit]
        assert index.search(typed, limit) == [index.everybody()[at] for _, at in best], typed
