"""What a caller says of itself is one value in an address or argument, and nothing more."""

from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from offhook.call.occurrences import Occurrence
from offhook.desktop.poptemplate import filled_arguments, filled_url, values
from tests.desktop.stage import incoming

URL = "https://crm.example/find/{name}?phone={e164}&name={name}#{number}"


def found(name: str, number: str = "025683848") -> dict[str, str]:
    from dataclasses import replace

    call = incoming("a")
    call = replace(call, caller=replace(call.caller, id=number))
    return values(call, Occurrence.RINGING, name, ("+8225683848", "02-568-3848"))


def test_the_number_is_there_in_each_writing() -> None:
    filled = filled_arguments(
        ["crm.exe", "{e164}", "tel={national}", "{number}", "{direction}:{event}"], found("")
    )
    assert filled == ["crm.exe", "+8225683848", "tel=02-568-3848", "025683848", "inbound:ringing"]
    assert filled_url("https://crm.example/?p={e164}", found("")) == "https://crm.example/?p=%2B8225683848"


def test_without_a_usual_writing_the_number_is_as_it_came() -> None:
    call = incoming("a")
    filled = values(call, Occurrence.RINGING, "", ("", ""))
    assert filled["e164"] == filled["national"] == filled["number"] == call.caller.id


@given(st.text(max_size=40))
def test_a_name_ends_neither_its_place_in_an_address_nor_the_host(name: str) -> None:
    parts = urlsplit(filled_url(URL, found(name)))
    assert (parts.scheme, parts.netloc) == ("https", "crm.example")
    assert parts.path.count("/") == 2
    shown = unquote(parts.path.removeprefix("/find/"))
    assert dict(parse_qsl(parts.query, keep_blank_values=True)) == {"phone": "+8225683848", "name": shown}


@given(st.text(max_size=40))
def test_a_name_is_one_argument_and_never_an_option(name: str) -> None:
    program, argument, other = filled_arguments(["crm.exe", "{name}", "--name={name}"], found(name))
    assert program == "crm.exe"
    assert not argument.startswith(("-", "/", "@"))
    assert other.startswith("--name=")
    assert not any(one in argument + other for one in "\"'`\\\n\r\0")


def test_what_is_in_braces_in_a_name_stays_as_it_is() -> None:
    assert filled_arguments(["crm.exe", "{name}"], found("{number}")) == ["crm.exe", "{number}"]
