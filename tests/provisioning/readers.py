"""Strict readers of the vendors' formats: what is not exactly in the format is an error."""

import re
from xml.etree import ElementTree

_YEALINK = re.compile(r"([a-z][A-Za-z0-9_.]*) = (\S(?:.*\S)?)")


def yealink(text: str) -> dict[str, str]:
    """`name = value` lines behind the header; each name once."""
    lines = text.split("\n")
    assert lines[0] == "#!version:1.0.0.1" and lines[-1] == ""
    values: dict[str, str] = {}
    for line in lines[1:-1]:
        if line and not line.startswith("##"):
            found = _YEALINK.fullmatch(line)
            assert found is not None, line
            assert found[1] not in values, line
            values[found[1]] = found[2]
    return values


def xml(text: str) -> dict[str, str]:
    """The path of each element that has no others in it, with its index, `sip/line:1/PhoneNumber`, and of
    each attribute. Each once."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    values: dict[str, str] = {}

    def keep(name: str, value: str) -> None:
        assert name not in values, name
        values[name] = value

    def walk(element: ElementTree.Element, path: str) -> None:
        for name, value in element.attrib.items():
            if name not in ("perm", "ua", "idx", "index", "e", "version"):
                keep(f"{path}@{name}", value)
        for child in element:
            index = child.get("idx") or child.get("index")
            walk(child, f"{path}/{child.tag}" + (f":{index}" if index else ""))
        if not len(element):
            keep(path, element.text or "")

    walk(root, root.tag)
    return values


READERS = {
    "yealink": yealink,
    "snom": xml,
    "grandstream": xml,
    "poly": xml,
    "cisco": xml,
    "fanvil": xml,
}
