"""Who may import whom. The tables are the rule; the sources are read, nothing is imported."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src"
TESTS = Path(__file__).parent

MAY_IMPORT: dict[str, frozenset[str]] = {
    part: frozenset(others.split())
    for part, others in {
        "errors": "",
        "common": "errors",
        "call": "errors",
        "address": "errors config",
        "config": "errors common",
        "tsp": "errors common call config",
        "sip": "errors common",
        "switch.base": "errors call",
        "switch.media": "common config sip",
        "switch.b2bua": "errors common call sip switch.base switch.media",
        "switch.upstream": "common call sip switch.b2bua",
        "switch.trunk": "errors common address call config sip switch.b2bua switch.upstream",
        "switch.embedded": "errors common address call config sip switch.base switch.b2bua switch.media "
        "switch.trunk switch.upstream",
        "switch.asterisk": "errors common call config switch.base",
        "switch.pbx": "errors common call config sip switch.base switch.b2bua switch.upstream",
        "manager": "errors common call switch.base",
        "cluster": "errors common call config sscp switch.base",
        "manager.stores": "errors common call manager",
        "sscp": "errors common call config manager",
        "directory": "errors common config",
        "webhooks": "errors common call manager",
        "http": "errors common call address config directory manager",
        "certificates": "errors common",
        "update": "errors common config certificates",
        "provisioning": "errors common call config http manager sip",
        "metrics": "errors common call config http manager",
        "messenger": "errors common call",
        "windows": "errors",
        "desktop": "errors common call address config directory messenger update windows",
        "assembly": "errors common call address config certificates tsp sscp http webhooks manager directory "
        "cluster messenger metrics provisioning switch.base switch.b2bua switch.media switch.trunk "
        "switch.embedded switch.asterisk switch.pbx",
        "demo": "errors call config sip tsp assembly",
        "cli": "errors common call address config tsp sscp webhooks manager messenger windows desktop "
        "assembly directory certificates demo update provisioning",
        "__main__": "cli",
    }.items()
}
"""A part and the parts that it may import besides itself. Whatever is in no part may not exist."""

ONLY_IN: dict[str, str] = {
    "PySide6": "desktop",
    "dns": "common.dnssrv",
    "ifaddr": "common.listening",
    "argon2": "manager",
    "jinja2": "provisioning.render",
    "cryptography": "certificates",
    "phonenumbers": "address",
    "psycopg": "manager.stores.postgresql",
    "sansldap": "directory",
    "sqlite3": "manager.stores",
    "chardet": "directory.encodingguess",
    "httptools": "http",
    "keyring": "desktop.login",
    "nats": "cluster.bus",
    "qasync": "desktop.bridge",
    "xcffib": "desktop.x11keys",
    "dbus_fast": "desktop.portalkeys",
    "segno": "common.qrcode",
    "starlette": "http",
    "uvicorn": "http",
    "websockets": "sscp",
    "zeroconf": "sscp.discovery",
}
"""A library and the one part that knows it, so that it can be exchanged there."""

SANS_IO = (
    "call",
    "address",
    "cluster.entries",
    "cluster.lease",
    "cluster.member",
    "cluster.ownership",
    "cluster.placing",
    "tsp.framing",
    "tsp.messages",
    "tsp.messages3",
    "tsp.values",
    "tsp.connection",
    "tsp.notifier",
    "tsp.teller",
    "sscp.fields",
    "sscp.commands",
    "sscp.messages",
    "sscp.connection",
    "sscp.replica",
    "sscp.rows",
    "sscp.older",
    "sscp.faileddials",
    "sip",
    "switch.asterisk",
)
"""Parts that take bytes and times and give back values."""

SHELLS = (
    "sip.transport",
    "sip.pump",
    "sip.connection",
    "sip.datagrams",
    "sip.datagramprotocol",
    "sip.tlsdoor",
    "switch.asterisk.client",
    "switch.asterisk.examine",
    "switch.asterisk.knock",
    "switch.asterisk.switch",
    "switch.asterisk.work",
)
"""The asyncio shells that live inside a part of `SANS_IO`."""

NAMES_TESTS = re.compile(r"(?<!def )\btest_")
"""What a file that imports a module of tests has somewhere: most have not, and need not be read as Python."""

OUTSIDE_WORLD = frozenset({"asyncio", "selectors", "signal", "socket", "subprocess", "threading", "time"})
"""What a sans-IO part has no business with."""


def modules() -> dict[str, Path]:
    """Every module of the package, by its name below `offhook`."""
    found = {}
    for path in sorted((ROOT / "offhook").rglob("*.py")):
        parts = path.relative_to(ROOT / "offhook").with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(part + ".")


def part_of(module: str) -> str | None:
    """The part that a module belongs to: the longest name in the table that begins it."""
    return max((part for part in MAY_IMPORT if within(module, part)), key=len, default=None)


@cache
def imports(module: str) -> frozenset[str]:
    """Whole names of everything that a module imports, also inside functions and for types only."""
    return frozenset(_imports(MODULES[module], module))


def _imports(path: Path, module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"offhook.{module}: relative import; name the module in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = whole.removeprefix("offhook.") in MODULES and whole.startswith("offhook.")
                yield whole if is_module else node.module or ""


def ours(module: str) -> set[str]:
    """The names below `offhook` of our own modules that a module imports."""
    return {name.removeprefix("offhook.") for name in imports(module) if name.startswith("offhook.")} - {
        module
    }


MODULES = modules()


def test_a_module_imports_only_what_its_part_may() -> None:
    found = [fault for name in MODULES if name not in ("", "switch") and (fault := misplaced(name))]
    assert not found, "\n".join(found)


def misplaced(module: str) -> str:
    """What is wrong with where the module is, or with what it imports there; nothing if nothing is."""
    part = part_of(module)
    if part is None:
        return f"offhook.{module} is in no part; give it one in MAY_IMPORT"
    allowed = MAY_IMPORT[part] | {part}
    wrong = [other for other in ours(module) if not any(within(other, name) for name in allowed)]
    if wrong:
        return f"offhook.{module} belongs to {part}, which may not import {', '.join(sorted(wrong))}"
    return ""


def test_the_packages_that_only_hold_parts_import_nothing() -> None:
    for module in ("", "switch"):
        assert not ours(module), f"offhook.{module}"


def test_the_table_points_downwards_only() -> None:
    reached: dict[str, frozenset[str]] = {}

    def below(part: str, above: tuple[str, ...]) -> frozenset[str]:
        assert part not in above, f"the table goes in a circle: {' > '.join((*above, part))}"
        if part not in reached:
            deeper = [below(other, (*above, part)) for other in MAY_IMPORT[part]]
            reached[part] = MAY_IMPORT[part].union(*deeper)
        return reached[part]

    for part in MAY_IMPORT:
        below(part, ())
    assert "switch.embedded" not in reached["manager"]
    assert "switch.base" not in reached["tsp"]


def test_the_picture_in_the_documentation_has_every_part_above_all_that_it_imports() -> None:
    page = (TESTS.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.partition("```\n")[2].partition("```")[0].replace("/", ".")
    floors = [[word for word in line.split() if word in MAY_IMPORT] for line in picture.splitlines()]
    heights = {part: -number for number, floor in enumerate(floors) for part in floor}
    assert heights.keys() == MAY_IMPORT.keys() - {"__main__"}
    assert sum(map(len, floors)) == len(heights), "a part is drawn twice"
    wrong = [
        f"{part} > {other}"
        for part in heights
        for other in MAY_IMPORT[part]
        if heights[other] >= heights[part]
    ]
    assert not wrong, f"docs/architecture.md draws these the wrong way: {', '.join(wrong)}"


def test_an_edge_that_nobody_uses_is_not_allowed() -> None:
    used = {(part_of(module), part_of(other)) for module in MODULES for other in ours(module)}
    unused = [
        f"{part} > {other}" for part in MAY_IMPORT for other in MAY_IMPORT[part] if (part, other) not in used
    ]
    assert not unused, f"strike out of MAY_IMPORT: {', '.join(sorted(unused))}"


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = {module: ours(module) for module in MODULES}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(f"these import each other: {' < '.join(error.args[1])}")


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library: str) -> None:
    elsewhere = [
        module
        for module in MODULES
        if not within(module, ONLY_IN[library]) and any(within(name, library) for name in imports(module))
    ]
    assert not elsewhere, f"{library} belongs to {ONLY_IN[library]}, but is imported in {elsewhere}"


def test_protocol_code_does_no_io() -> None:
    protocols = [name for name in MODULES if any(within(name, part) for part in SANS_IO)]
    shells = {name for name in protocols if any(within(name, shell) for shell in SHELLS)}
    found = [
        f"offhook.{name} is no shell: strike it out" for name in shells if "asyncio" not in imports(name)
    ]
    for name in protocols:
        used = {one.partition(".")[0] for one in imports(name)} & OUTSIDE_WORLD
        if used and name not in shells:
            found.append(
                f"offhook.{name} imports {', '.join(sorted(used))}; hand it in, or move it to a shell"
            )
    assert not found, "\n".join(found)


def test_what_tests_share_is_in_a_module_without_tests() -> None:
    """A module that others import from must not run again where it is imported, nor be a place to search."""
    found = [
        f"{path.relative_to(TESTS)}:{line} imports {name}"
        for path in sorted(TESTS.rglob("*.py"))
        for line, name in modules_of_tests(path)
    ]
    assert not found, "\n".join(found)


def modules_of_tests(path: Path) -> Iterator[tuple[int, str]]:
    """Modules with tests that a file imports something from, each with the line."""
    text = path.read_text(encoding="utf-8")
    if not NAMES_TESTS.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [one.name for one in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        yield from ((node.lineno, one) for one in names if one.rpartition(".")[2].startswith("test_"))  # type: ignore[attr-defined]
