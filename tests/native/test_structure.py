"""How the C files depend on each other. They are read here, not compiled.

X.c and X.h are one module. A module depends on another one when it includes the other's header, or calls one
of its functions.
"""

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

NATIVE = Path(__file__).parents[2] / "native"
TSP = NATIVE / "tsp"

FROM_THE_COMPILER = frozenset({"memcpy", "memmove", "memset"})
"""What memory.h declares and compiler_rt defines."""

_NOT_CODE = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
_FUNCTION = re.compile(
    r"^(?!typedef|struct \w+ \{|enum|union|[ #])(?P<static>static )?"
    r"[\w *]*?\b(?P<name>\w+)\([^;{}]*\)(?P<end>;|\n\{)",
    re.MULTILINE,
)
"""At the beginning of a line: what begins further to the right is inside of a function."""
_INCLUDE = re.compile(r'^#include "(\w+)\.h"', re.MULTILINE)
_USE = re.compile(r"(?<!\.)(?<!->)(?<!struct )(?<!enum )\b([A-Za-z_]\w*)\b")


@dataclass
class Module:
    """One .c with its .h, or either alone."""

    declares: set[str] = field(default_factory=set)
    defines: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    includes: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


def modules(folder: Path) -> dict[str, Module]:
    """All modules of a folder by name."""
    found: dict[str, Module] = {}
    for path in sorted(folder.glob("*.[ch]")):
        source = path.read_text(encoding="utf-8")
        code = _NOT_CODE.sub(" ", source)
        module = found.setdefault(path.stem, Module())
        module.includes |= set(_INCLUDE.findall(source)) - {path.stem}
        module.uses |= set(_USE.findall(code))
        for function in _FUNCTION.finditer(code):
            if function["static"]:
                module.private.add(function["name"])
            elif function["end"] == ";":
                module.declares.add(function["name"])
            else:
                module.defines.add(function["name"])
    return found


def calls(found: dict[str, Module]) -> dict[str, set[str]]:
    """For each module those whose functions it uses."""
    home = {name: module for module, its in found.items() for name in its.defines}
    return {
        module: {home[name] for name in its.uses - its.private if name in home} - {module}
        for module, its in found.items()
    }


FOLDERS = pytest.mark.parametrize("folder", [TSP, NATIVE / "host"], ids=lambda folder: folder.name)


@FOLDERS
def test_a_function_is_defined_in_the_file_whose_header_declares_it(folder: Path) -> None:
    found = modules(folder)
    assert sum(len(module.declares) for module in found.values()) > 10
    elsewhere = {
        name: module.declares - module.defines - FROM_THE_COMPILER
        for name, module in found.items()
        if module.declares - module.defines - FROM_THE_COMPILER
    }
    assert not elsewhere, f"declared in one file's header, defined in another file: {elsewhere}"


@FOLDERS
def test_includes_and_calls_form_no_circle(folder: Path) -> None:
    found = modules(folder)
    called = calls(found)
    graph = {name: (module.includes & found.keys()) | called[name] for name, module in found.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_exports_are_where_their_names_say() -> None:
    exports = re.findall(r"^    (\w+)$", (TSP / "exports.def").read_text(encoding="utf-8"), re.MULTILINE)
    home = {name: module for module, its in modules(TSP).items() for name in its.defines}
    assert {home[name] for name in exports if name.startswith("TUISPI_")} == {"tuispi"}
    service = {home[name] for name in exports if name.startswith("TSPI_")}
    assert all(name.startswith("tspi_") for name in service), service
    assert {name for name in home if name.startswith(("TSPI_", "TUISPI_"))} <= set(exports)


def test_what_deals_with_the_connection_knows_of_no_calls() -> None:
    called = calls(modules(TSP))
    assert "connection" in called["call"]
    for lower in ("action", "pending_release", "external_call", "receive", "connection"):
        assert not called[lower] & {"call", "line", "line_status", "events", "worker"}, lower


def test_a_circle_is_found_also_without_an_include(tmp_path: Path) -> None:
    (tmp_path / "one.h").write_text("void one(void);\n")
    (tmp_path / "one.c").write_text('#include "one.h"\n\nvoid one(void)\n{\n    two();\n}\n')
    (tmp_path / "two.c").write_text('#include "one.h"\n\nvoid two(void)\n{\n    one();\n}\n')
    with pytest.raises(CycleError):
        test_includes_and_calls_form_no_circle(tmp_path)
