"""The phone book of desk phones has colleagues and contacts, with the numbers that a phone dials."""

from offhook.address import AddressRules, normalise
from offhook.assembly.phonebook import PhoneBook
from offhook.directory.base import Kind, Number, Person
from offhook.directory.index import Index
from offhook.provisioning.phonebook import Entry

RULES = AddressRules(country="KR", area="2", outside_prefix="9", names=frozenset({"front-desk"}))
CONTACTS = [
    Person("김민준", (Number("+82 (2) 568-3848"), Number("010-1234-5678", Kind.MOBILE))),
    Person("Lee Anna", (Number("02-568-3849"),)),
    Person("Lee Nobody", (Number("see row 12"),)),
    Person("Lee Ann at her desk", (Number("4001"),)),
]


def book() -> PhoneBook:
    index = Index([CONTACTS], lambda number: (normalise(number, RULES),) if number[0] != "s" else ())
    return PhoneBook({"4001": "Lee Ann", "4002": "", "front-desk": "Front desk"}, index, RULES)


def test_colleagues_stand_before_contacts_and_each_number_once() -> None:
    assert book().found("lee", 10) == [Entry("Lee Ann", "4001"), Entry("Lee Anna", "9025683849")]


def test_a_person_with_several_numbers_has_a_line_for_each() -> None:
    assert book().found("민준", 10) == [
        Entry("김민준 +82 (2) 568-3848", "9025683848"),
        Entry("김민준 010-1234-5678", "901012345678"),
    ]


def test_a_number_finds_its_owner() -> None:
    assert book().found("4002", 10) == [Entry("4002", "4002")]
    assert book().found("5683849", 10) == [Entry("Lee Anna", "9025683849")]


def test_nothing_typed_is_everybody_and_no_answer_is_longer_than_asked_for() -> None:
    everybody = book().found("", 100)
    assert len(everybody) == 6
    assert Entry("Front desk", "front-desk") in everybody
    assert book().found("", 2) == everybody[:2]
    assert book().found("zzz", 10) == []
