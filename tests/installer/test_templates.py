"""The templates for Windows' policy editor, by the rules of their schema."""

import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from installer.policytexts import LANGUAGES, TEXTS
from installer.templates import write_templates
from offhook.config.policies import PLACE, POLICIES

SCHEMA = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"

ORDER = ("parentCategory", "supportedOn", "enabledValue", "disabledValue", "elements")
"""Of what is in a policy (PolicyDefinition in PolicyDefinitions.xsd: a sequence)."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_templates(tmp_path)
    return tmp_path


@pytest.fixture
def definitions(folder: Path) -> Element:
    return ElementTree.parse(folder / "Offhook.admx").getroot()


def texts_of(folder: Path, language: str) -> Element:
    return ElementTree.parse(folder / language / "Offhook.adml").getroot()


def test_they_lie_as_in_policydefinitions(folder: Path) -> None:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.adm*")}
    assert found == {"Offhook.admx"} | {f"{one}/Offhook.adml" for one in ("en-US", "ko-KR", "de-DE")}


def test_the_values_are_those_that_are_read(definitions: Element) -> None:
    names = [one.attrib["valueName"] for one in definitions.iter() if "valueName" in one.attrib]
    assert sorted(names) == sorted(one.name for one in POLICIES)
    assert {one.get("key") for one in definitions.iter(f"{SCHEMA}policy")} == {PLACE}


def test_a_switch_is_a_number_and_a_setting_a_text(definitions: Element) -> None:
    switches = {one.get("valueName") for one in definitions.iter(f"{SCHEMA}policy")} - {None}
    assert switches == {one.name for one in POLICIES if one.is_switch}
    texts = {one.get("valueName") for one in definitions.iter(f"{SCHEMA}text")}
    assert texts == {one.name for one in POLICIES if not one.is_switch}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_none_is_left_over(folder: Path, definitions: Element, language: str) -> None:
    attributes = " ".join(value for one in definitions.iter() for value in one.attrib.values())
    texts = texts_of(folder, language)
    strings = {one.get("id"): one.text for one in texts.iter(f"{SCHEMA}string")}
    wanted = set(re.findall(r"\$\(string\.(\w+)\)", attributes))
    assert wanted <= strings.keys()
    assert {name for name in strings if name not in wanted} == {
        name for name in TEXTS if name.endswith("Field")
    }
    assert all(strings.values())
    presentations = {one.get("id"): one for one in texts.iter(f"{SCHEMA}presentation")}
    assert presentations.keys() == set(re.findall(r"\$\(presentation\.(\w+)\)", attributes))
    fields = {box.get("refId") for one in presentations.values() for box in one.iter(f"{SCHEMA}textBox")}
    assert fields == {one.get("id") for one in definitions.iter(f"{SCHEMA}text")}


def test_the_languages_say_different_things() -> None:
    same = {name for name, texts in TEXTS.items() if len(set(texts.values())) < len(LANGUAGES)}
    assert same == {"Category", "Server"}  # names
    assert all(texts.keys() == set(LANGUAGES) for texts in TEXTS.values())


def test_the_parts_of_a_policy_are_in_the_schemas_order(definitions: Element) -> None:
    for policy in definitions.iter(f"{SCHEMA}policy"):
        parts = [ORDER.index(part.tag.removeprefix(SCHEMA)) for part in policy]
        assert parts == sorted(parts)
        assert {"name", "class", "displayName", "explainText", "key"} <= set(policy.keys())
    parts_of_all = [part.tag.removeprefix(SCHEMA) for part in definitions]
    assert parts_of_all == ["policyNamespaces", "resources", "supportedOn", "categories", "policies"]


def test_what_is_referred_to_is_defined(definitions: Element) -> None:
    categories = {one.get("name") for one in definitions.iter(f"{SCHEMA}category")}
    supported = {one.get("name") for one in definitions.iter(f"{SCHEMA}definition")}
    for policy in definitions.iter(f"{SCHEMA}policy"):
        parent, on = policy.find(f"{SCHEMA}parentCategory"), policy.find(f"{SCHEMA}supportedOn")
        assert parent is not None
        assert on is not None
        assert parent.get("ref") in categories
        assert on.get("ref") in supported


def test_the_same_templates_are_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    for file in write_templates(again):
        assert file.read_bytes() == (folder / file.relative_to(again)).read_bytes()
