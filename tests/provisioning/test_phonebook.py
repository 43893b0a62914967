"""The phone book: what is typed finds people, page by page, in each vendor's form."""

from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from offhook.provisioning.models import Models
from offhook.provisioning.phonebook import MAX_PAGES, MAX_QUERY, Entry, Page, page
from offhook.provisioning.render import Templates
from tests.provisioning.phones import NAME

URL = "https://192.0.2.10:8443/p/s3cret/phonebook.xml"
TEMPLATES = Templates()
VENDORS = {name: vendor for name, vendor in Models().vendors.items() if vendor.book is not None}


class Crowd:
    """So many people whose names begin with what is looked for; the first has an awkward name."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked: list[tuple[str, int]] = []

    def found(self, text: str, limit: int) -> Sequence[Entry]:
        self.asked.append((text, limit))
        everybody = [
            Entry(NAME, "9025683848"),
            *(Entry(f"Person {at}", f"40{at:02}") for at in range(1, self.size)),
        ]
        return everybody[: min(limit, self.size)]


def asked(query: bytes, people: Crowd | None = None, *, size: int = 3, asks: bool = False) -> Page:
    return page(people or Crowd(10), URL, query, size=size, asks=asks, language="en")


@pytest.mark.parametrize(
    "query, text",
    [
        (b"q=kim", "kim"),
        (b"q=%EA%B9%80", "김"),
        (b"q=Ann+Lee&mac=00%3A15", "Ann Lee"),
        (b"q=%FF%00x", "\ufffd x"),
        (b"q=", ""),
        (b"", ""),
        (b"q=" + b"x" * 500, "x" * MAX_QUERY),
        (b"&".join([b"a=1"] * 50) + b"&q=kim", ""),
    ],
)
def test_what_is_typed_is_looked_for_whatever_it_is(query: bytes, text: str) -> None:
    people = Crowd(1)
    asked(query, people)
    assert people.asked == [(text, 4)]


def test_a_long_answer_is_leafed_through() -> None:
    first = asked(b"q=a%26b")
    assert [one.name for one in first.entries] == [NAME, "Person 1", "Person 2"]
    assert (first.previous, first.next) == (None, f"{URL}?q=a%26b&page=1")
    last = asked(b"q=a%26b&page=3")
    assert [one.name for one in last.entries] == ["Person 9"]
    assert (last.previous, last.next) == (f"{URL}?q=a%26b&page=2", None)


@pytest.mark.parametrize("number", [b"-1", b"x", b"\xb2", b"99999999999999", b"1e9", b""])
def test_a_page_that_is_none_is_the_first(number: bytes) -> None:
    assert asked(b"q=a&page=" + number).entries == asked(b"q=a").entries


def test_nobody_leafs_for_ever() -> None:
    people = Crowd(10_000)
    last = asked(b"q=a&page=99", people)
    assert last.next is None
    assert people.asked == [("a", MAX_PAGES * 3 + 1)]


def test_who_is_sent_a_form_searches_only_with_what_was_typed() -> None:
    people = Crowd(10)
    form = asked(b"lang=en", people, asks=True)
    assert (form.query, form.entries, people.asked) == (None, (), [])
    assert asked(b"q=", people, asks=True).entries


def text_of(vendor: str, query: bytes, size: int = 10) -> str:
    book = VENDORS[vendor].book
    assert book is not None
    made = page(
        Crowd(size), URL, query, size=min(book.entries, 3), asks=book.asks, language="ko" if size else "de"
    )
    return TEMPLATES.book(book.template, made).decode("utf-8")


def elements(text: str) -> ElementTree.Element:
    """The file, read strictly; HTML is written so that it is XML as well."""
    return ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n").encode("utf-8"))


ROOTS = {
    "yealink": "YealinkIPPhoneDirectory",
    "snom": "SnomIPPhoneDirectory",
    "grandstream": "AddressBook",
    "poly": "html",
    "cisco": "CiscoIPPhoneDirectory",
    "fanvil": "FanvilIPPhoneDirectory",
}
NAMES = {"grandstream": ".//LastName", "poly": ".//li/a"}
NUMBERS = {"grandstream": ".//phonenumber"}


def test_every_desk_phone_s_vendor_has_one() -> None:
    assert set(VENDORS) == set(ROOTS)


@pytest.mark.parametrize("vendor", sorted(ROOTS))
def test_each_vendor_s_phones_read_names_and_what_to_dial(vendor: str) -> None:
    root = elements(text_of(vendor, b"q=a"))
    assert root.tag == ROOTS[vendor]
    assert [one.text for one in root.findall(NAMES.get(vendor, ".//DirectoryEntry/Name"))] == [
        NAME,
        "Person 1",
        "Person 2",
    ]
    if vendor == "poly":
        numbers = [one.get("href", "").removeprefix("tel://") for one in root.findall(".//li/a")]
    else:
        numbers = [one.text or "" for one in root.findall(NUMBERS.get(vendor, ".//DirectoryEntry/Telephone"))]
    assert numbers == ["9025683848", "4001", "4002"]


@pytest.mark.parametrize("vendor", ["snom", "cisco", "poly"])
def test_where_it_can_leaf_it_is_told_the_next_page(vendor: str) -> None:
    root = elements(text_of(vendor, b"q=%22%3Ca%26&page=1"))
    links = [one.text or one.get("href") for one in root.iter()] + [one.get("href") for one in root.iter()]
    for number in (0, 2):
        assert f"{URL}?q=%22%3Ca%26&page={number}" in links


@pytest.mark.parametrize("vendor, root", [("snom", "SnomIPPhoneInput"), ("cisco", "CiscoIPPhoneInput")])
def test_where_it_asks_it_is_sent_a_form_in_its_language(vendor: str, root: str) -> None:
    form = elements(text_of(vendor, b""))
    assert form.tag == root
    assert (form.findtext("URL"), form.findtext("InputItem/QueryStringParam")) == (URL, "q")
    assert form.findtext("Prompt") == "이름 또는 번호"


@pytest.mark.parametrize("vendor", sorted(ROOTS))
def test_nobody_is_told_as_nobody(vendor: str) -> None:
    text = text_of(vendor, b"q=zzz", size=0)
    elements(text)
    assert "DirectoryEntry" not in text and "Contact>" not in text
    if vendor in ("snom", "cisco", "poly"):
        assert "Niemand gefunden" in text


def test_what_was_typed_stands_in_the_form_and_breaks_out_of_nothing() -> None:
    root = elements(text_of("poly", b"q=%22%3E%3Cscript%3E"))
    assert root.find(".//script") is None
    assert next(one.get("value") for one in root.findall(".//input")) == '"><script>'


def test_a_cisco_phone_takes_no_more_than_its_32() -> None:
    assert VENDORS["cisco"].book is not None and VENDORS["cisco"].book.entries == 32
