"""Who may import whom. The tables are the rule; the sources are read, nothing is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src"

MAY_IMPORT: dict[str, frozenset[str]] = {
    part: frozenset(others.split())
    for part, others in {
        "errors": "",
        "privatefile": "",
        "hosts": "",
        "openfiles": "errors",
        "coredumps": "",
        "clock": "",
        "tlspair": "privatefile",
        "startable": "address config access addressbook switches tls",
        "statefolder": "errors privatefile",
        "tally": "",
        "pace": "",
        "processes": "",
        "listening": "processes",
        "threads": "",
        "eventloop": "threads",
        "call": "errors",
        "address": "errors config",
        "config": "errors hosts privatefile",
        "tsp": "errors pace tally listening hosts openfiles call",
        "sip": "errors hosts openfiles tally",
        "switch.base": "errors call",
        "switch.registry": "errors switch.base",
        "switch.thirdparty": "errors call sip",
        "switch.embedded": "errors listening privatefile hosts tally tlspair call sip switch.base "
        "switch.thirdparty",
        "switch.asterisk": "errors hosts tlspair call switch.base",
        "switch.pbx": "errors listening tlspair call sip switch.base switch.thirdparty hosts",
        "manager": "errors threads hosts processes privatefile clock call switch.base",
        "sscp": "errors hosts openfiles tally pace call manager",
        "directory": "errors threads privatefile",
        "certificates": "errors privatefile",
        "tls": "errors privatefile clock config certificates tlspair",
        "access": "errors address config directory manager addressbook",
        "messenger": "errors tally call tsp sscp directory",
        "windows": "errors",
        "desktop": "errors clock call address certificates config directory messenger windows",
        "demo.phone": "errors sip demo.sdp demo.behaviour",
        "demo.behaviour": "errors sip",
        "demo.sdp": "",
        "demo.run": "errors call config tsp assembly demo.phone",
        "addressbook": "errors address config directory",
        "cli": "startable "
        "listening errors statefolder privatefile clock tlspair call address config tsp sscp manager "
        "windows desktop assembly addressbook directory discovery certificates tls switch.base switches "
        "coredumps openfiles access eventloop demo.run",
        "discovery": "errors",
        "__main__": "cli",
        "switches": "errors config switch.base switch.registry switch.embedded switch.asterisk switch.pbx",
        "assembly": "errors listening hosts privatefile call address config tsp sip sscp switches manager "
        "directory addressbook access discovery messenger tls tlspair statefolder openfiles "
        "coredumps eventloop",
    }.items()
}
"""A part and the parts that it may import besides itself. Whatever is in no part may not exist."""

ONLY_IN: dict[str, str] = {
    "PySide6": "desktop",
    "aiosipua": "sip.message",
    "dns": "switch.pbx.locate",
    "ifaddr": "listening",
    "argon2": "manager",
    "cryptography": "certificates",
    "phonenumbers": "address",
    "sansldap": "directory",
    "sqlite3": "manager",
    "chardet": "directory.guess",
    "keyring": "desktop.login",
    "qasync": "desktop.bridge",
    "websockets": "sscp",
    "zeroconf": "discovery",
}
"""A library and the one part that knows it, so that it can be exchanged there."""

SANS_IO = (
    "call",
    "address",
    "tsp.messages",
    "tsp.connection",
    "sscp.messages",
    "sscp.connection",
    "sip",
    "switch.asterisk",
)
"""Parts that take bytes and times and give back values."""

SHELLS = (
    "sip.transport",
    "sip.connection",
    "sip.tlsdoor",
    "switch.asterisk.client",
    "switch.asterisk.examine",
    "switch.asterisk.switch",
)
"""The asyncio shells that live inside a part of `SANS_IO`."""

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


def imports(path: Path, module: str) -> Iterator[str]:
    """Whole names of everything that a source imports, also inside functions and for types only."""
    known = modules()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"offhook.{module}: relative import; name the module in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = whole.removeprefix("offhook.") in known and whole.startswith("offhook.")
                yield whole if is_module else node.module or ""


def ours(path: Path, module: str) -> set[str]:
    """The names below `offhook` of our own modules that a source imports."""
    return {
        name.removeprefix("offhook.") for name in imports(path, module) if name.startswith("offhook.")
    } - {module}


MODULES = modules()


@pytest.mark.parametrize("module", [name for name in MODULES if name not in ("", "switch", "demo")])
def test_a_module_imports_only_what_its_part_may(module: str) -> None:
    part = part_of(module)
    assert part is not None, f"offhook.{module} is in no part; give it one in MAY_IMPORT"
    allowed = MAY_IMPORT[part] | {part}
    wrong = [
        other for other in ours(MODULES[module], module) if not any(within(other, name) for name in allowed)
    ]
    assert not wrong, f"offhook.{module} belongs to {part}, which may not import {', '.join(sorted(wrong))}"


def test_the_packages_that_only_hold_parts_import_nothing() -> None:
    for module in ("", "switch", "demo"):
        assert not ours(MODULES[module], module), f"offhook.{module}"


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


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library: str) -> None:
    elsewhere = [
        module
        for module, path in MODULES.items()
        if not within(module, ONLY_IN[library])
        and any(within(name, library) for name in imports(path, module))
    ]
    assert not elsewhere, f"{library} belongs to {ONLY_IN[library]}, but is imported in {elsewhere}"


@pytest.mark.parametrize("module", [name for name in MODULES if any(within(name, part) for part in SANS_IO)])
def test_protocol_code_does_no_io(module: str) -> None:
    if any(within(module, shell) for shell in SHELLS):
        assert "asyncio" in imports(MODULES[module], module), f"offhook.{module} is no shell: strike it out"
        return
    used = {name.partition(".")[0] for name in imports(MODULES[module], module)} & OUTSIDE_WORLD
    assert not used, f"offhook.{module} imports {', '.join(sorted(used))}; hand it in, or move it to a shell"
