"""Templates for Windows' policy editor: Offhook.admx, and its texts in en-US/, ko-KR/ and de-DE/Offhook.adml.

Which values there are, and where, is said by `offhook.config.policies`; the texts by `policytexts`. The
format is "ADMX Schema" of the Windows documentation (PolicyDefinitions.xsd, PolicyDefinitionFiles.xsd).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from installer.policytexts import LANGUAGES, TEXTS
from offhook.config.policies import (
    AUTOSTART,
    LINKS_DIAL,
    MAX_TEXT,
    PLACE,
    SERVER,
    TERMINAL,
    UPDATE_KEY,
    UPDATE_URL,
    UPDATES,
    USER,
    Policy,
)

SCHEMA = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
REVISION = "1.0"
NAMESPACE = "Offhook.Policies"


@dataclass(frozen=True)
class Entry:
    """One policy in the editor: on or off by `switch`, with a field for each of `fields`."""

    name: str
    switch: Policy | None = None
    fields: tuple[Policy, ...] = ()


ENTRIES = (
    Entry("Server", fields=(SERVER,)),
    Entry("User", fields=(USER,)),
    Entry("Terminal", fields=(TERMINAL,)),
    Entry("LinksDial", LINKS_DIAL),
    Entry("Autostart", AUTOSTART),
    Entry("Updates", UPDATES, (UPDATE_URL, UPDATE_KEY)),
)


def write_templates(folder: Path) -> list[Path]:
    """Into the folder, as they lie in PolicyDefinitions."""
    made = [_write(folder / "Offhook.admx", _definitions())]
    made += [_write(folder / language / "Offhook.adml", _texts(language)) for language in LANGUAGES]
    return made


def _definitions() -> Element:
    root = Element("policyDefinitions", xmlns=SCHEMA, revision=REVISION, schemaVersion="1.0")
    namespaces = SubElement(root, "policyNamespaces")
    SubElement(namespaces, "target", prefix="offhook", namespace=NAMESPACE)
    SubElement(root, "resources", minRequiredRevision=REVISION)
    supported = SubElement(SubElement(root, "supportedOn"), "definitions")
    SubElement(supported, "definition", name="Any", displayName="$(string.Supported)")
    SubElement(SubElement(root, "categories"), "category", name="Offhook", displayName="$(string.Category)")
    policies = SubElement(root, "policies")
    for entry in ENTRIES:
        _add_policy(policies, entry)
    return root


def _add_policy(policies: Element, entry: Entry) -> None:
    given = {
        "name": entry.name,
        "class": "Both",
        "displayName": f"$(string.{entry.name})",
        "explainText": f"$(string.{entry.name}Explained)",
        "key": PLACE,
    }
    if entry.fields:
        given["presentation"] = f"$(presentation.{entry.name})"
    if entry.switch is not None:
        given["valueName"] = entry.switch.name
    policy = SubElement(policies, "policy", given)
    SubElement(policy, "parentCategory", ref="Offhook")
    SubElement(policy, "supportedOn", ref="Any")
    if entry.switch is not None:
        SubElement(SubElement(policy, "enabledValue"), "decimal", value="1")
        SubElement(SubElement(policy, "disabledValue"), "decimal", value="0")
    if entry.fields:
        elements = SubElement(policy, "elements")
        for one in entry.fields:
            required = "true" if entry.switch is None else "false"
            SubElement(
                elements, "text", id=one.name, valueName=one.name, maxLength=str(MAX_TEXT), required=required
            )


def _texts(language: str) -> Element:
    root = Element("policyDefinitionResources", xmlns=SCHEMA, revision=REVISION, schemaVersion="1.0")
    SubElement(root, "displayName").text = "Offhook"
    SubElement(root, "description").text = TEXTS["Category"][language]
    resources = SubElement(root, "resources")
    strings = SubElement(resources, "stringTable")
    for name, texts in TEXTS.items():
        SubElement(strings, "string", id=name).text = texts[language]
    presentations = SubElement(resources, "presentationTable")
    for entry in ENTRIES:
        if entry.fields:
            presentation = SubElement(presentations, "presentation", id=entry.name)
            for one in entry.fields:
                box = SubElement(presentation, "textBox", refId=one.name)
                SubElement(box, "label").text = TEXTS[f"{one.name}Field"][language]
    return root


def _write(file: Path, root: Element) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.indent(root)
    file.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    return file
