"""Which requests come in at all."""

import pytest

from offhook.http.guard import Asker, Guard
from offhook.http.problems import ProblemError

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:7780",
        "localhost",
        "LOCALHOST:7780",
        "[::1]:7780",
        "192.0.2.7",
        "phone.example.com.",
        "Phone.Example.com:443",
    ],
)
def test_the_server_goes_by_its_addresses_and_names(host: str) -> None:
    assert Guard(["phone.example.com"]).check_host([host]) == host.lower()


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["evil.example"],
        ["127.0.0.1.evil.example"],
        ["localhost.evil.example:7780"],
        ["localhost", "localhost"],
        ["user@localhost"],
    ],
)
def test_any_other_name_is_none_of_its_own(hosts: list[str]) -> None:
    with pytest.raises(ProblemError, match=r"http\.hosts"):
        Guard(["phone.example.com"]).check_host(hosts)


@pytest.mark.parametrize(
    ("origin", "fetch_site", "asker"),
    [
        (None, None, Asker.PROGRAM),
        (None, "none", Asker.PROGRAM),
        (None, "same-origin", Asker.PROGRAM),
        (None, "same-site", Asker.LINK),
        (None, "cross-site", Asker.LINK),
        ("http://127.0.0.1:7780", "same-origin", Asker.OWN_PAGE),
        ("https://127.0.0.1:7780", None, Asker.OWN_PAGE),
        ("http://127.0.0.1:3000", "same-site", Asker.FOREIGN),
        ("http://evil.example", "cross-site", Asker.FOREIGN),
        ("null", "cross-site", Asker.FOREIGN),
        ("", None, Asker.FOREIGN),
        ("https://crm.example", "cross-site", Asker.CONFIGURED),
        ("https://crm.example.evil", "cross-site", Asker.FOREIGN),
        (EXTENSION, "cross-site", Asker.EXTENSION),
        ("moz-extension://0aa1b2c3-0000-4000-8000-000000000000", None, Asker.EXTENSION),
    ],
)
def test_who_asks_is_told_by_the_browser(origin: str | None, fetch_site: str | None, asker: Asker) -> None:
    assert Guard(origins=["https://crm.example"]).asker("127.0.0.1:7780", origin, fetch_site) is asker


def test_with_tls_a_page_without_it_is_not_our_own() -> None:
    guard = Guard(["phone.example"], tls=True)
    assert guard.asker("phone.example", "https://phone.example", None) is Asker.OWN_PAGE
    assert guard.asker("phone.example", "http://phone.example", None) is Asker.FOREIGN
