"""What a wheel may have compiled, as pyproject.toml lists it. `make test` has mypyc translate it as well."""

import ast
import re
import runpy
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.long import LONG

ROOT = Path(__file__).parents[1]
BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
HOOK = BUILD["targets"]["wheel"]["hooks"]["mypyc"]
FILES = [ROOT / name for name in HOOK["include"]]
TESTED = ROOT / "tests"
NOT_ON_LINUX = TESTED / "tspi_host"
"""Runs on Windows, with the sources as they are."""

NAMES = {
    name for file in FILES for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
}
INHERITS = re.compile(rf"^\s*class \w+\([^)]*\b(?:{'|'.join(sorted(NAMES))})\b", re.MULTILINE)
"""Only a file that matches has to be read closely."""


def test_every_file_is_there() -> None:
    assert FILES
    assert [file for file in FILES if not file.is_file()] == []


def test_no_file_is_listed_twice() -> None:
    assert sorted(set(FILES)) == FILES


def test_what_asyncio_calls_for_sockets_is_not_compiled() -> None:
    """Protocols are classes of asyncio's, and tests replace their methods."""
    sockets = ("asyncio.Protocol", "asyncio.DatagramProtocol", "asyncio.Transport")
    assert [file for file in FILES if any(one in source(file) for one in sockets)] == []


def test_nothing_that_is_not_compiled_inherits_from_what_is() -> None:
    """Such a class of Python fails when it is used, and not when the wheel is built."""
    compiled = frozenset(FILES)
    files = [file for top in ("src", "tests", "bench") for file in sorted((ROOT / top).rglob("*.py"))]
    wrong = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        if file not in compiled and NOT_ON_LINUX not in file.parents and INHERITS.search(source(file))
        for name, base in bases(file)
        if base in compiled
    ]
    assert wrong == []


def test_no_class_that_is_compiled_is_an_abc() -> None:
    """Compiled, those of one base share what `ABCMeta` remembers of `isinstance`: one gets the answer for
    another. By `abstractmethod` alone mypy refuses to make one all the same."""
    wrong = [
        f"{file.relative_to(ROOT)}: {one.name}"
        for file in FILES
        for one in ast.walk(tree(file))
        if isinstance(one, ast.ClassDef)
        and {"ABC", "ABCMeta"} & {ast.unparse(base).rpartition(".")[2] for base in ancestry(one, file)}
    ]
    assert wrong == []


def test_nothing_is_compiled_unless_it_is_asked_for() -> None:
    assert HOOK["enable-by-default"] is False


def test_the_code_for_errors_lies_apart_from_what_usually_runs(tmp_path: Path) -> None:
    """In the words of mypyc, whose functions `tools/errors.h` names."""
    mypyc = Path(str(find_spec("mypyc.build").origin)).parent / "lib-rt"  # type: ignore[union-attr]
    named = re.findall(r"\bCPy\w+(?=\()", (ROOT / "tools" / "errors.h").read_text("utf-8"))
    assert named
    assert [one for one in named if one not in (mypyc / "CPy.h").read_text("utf-8")] == []
    (tmp_path / "one.c").write_text(
        '#include "CPy.h"\n'
        "PyObject *one(PyObject *value, PyObject *globals) {\n"
        '    if (value == NULL) { CPy_AddTraceback("one.py", "one", 1, globals); return NULL; }\n'
        "    return PyObject_Str(value);\n}\n"
    )
    flags = shlex.split(runpy.run_path(str(ROOT / "tools" / "build-compiled"))["flags"]())
    include = ["-I", sysconfig.get_path("include"), "-I", str(mypyc)]
    command = ["cc", "-O2", "-fPIC", "-S", "-o", "one.s", *include, *flags, "one.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    called, section = {}, ""
    for line in (tmp_path / "one.s").read_text("utf-8").splitlines():
        if found := re.match(r"\s+(?:\.section\s+)?(\.text[.\w]*)", line):
            section = found[1]
        elif found := re.match(r"\s+(?:call|jmp|bl|b)\s+(\w+)", line):
            called[found[1]] = section
    assert called["CPy_AddTraceback"].startswith(".text.unlikely")
    assert called["PyObject_Str"] == ".text"


@pytest.mark.skipif(not LONG, reason="builds the wheel, and tries it by a third of all tests: OFFHOOK_LONG=1")
@pytest.mark.timeout(1800)
def test_the_wheel_is_built_and_passes_the_tests() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "build-compiled"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]


def bases(file: Path) -> list[tuple[str, Path]]:
    """The classes of a file, each with a file of ours that has a class which it inherits from."""
    names = imported(file)
    return [
        (one.name, names[base.id])
        for one in ast.walk(tree(file))
        if isinstance(one, ast.ClassDef)
        for base in map(unsubscripted, one.bases)
        if isinstance(base, ast.Name) and base.id in names
    ]


def ancestry(one: ast.ClassDef, file: Path) -> list[ast.expr]:
    """What a class names as its bases and metaclass, and what those of them do that are ours."""
    found = [*map(unsubscripted, one.bases), *(word.value for word in one.keywords)]
    for base in list(found):
        where = imported(file).get(base.id, file) if isinstance(base, ast.Name) else file
        for other in ast.walk(tree(where)) if where.is_file() else ():
            if isinstance(other, ast.ClassDef) and isinstance(base, ast.Name) and other.name == base.id:
                found += ancestry(other, where)
    return found


def unsubscripted(base: ast.expr) -> ast.expr:
    """`Base` of `Base[int]`."""
    return base.value if isinstance(base, ast.Subscript) else base


@cache
def imported(file: Path) -> dict[str, Path]:
    """The names that a file imports of ours, each with the file where it is defined."""
    found = {}
    for one in ast.walk(tree(file)):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("offhook"):
            origin = ROOT / "src" / (one.module or "").replace(".", "/")
            package = origin / "__init__.py"
            there = imported(package) if package.is_file() else {}
            for name in one.names:
                found[name.asname or name.name] = there.get(name.name, origin.with_suffix(".py"))
    return found


@cache
def tree(file: Path) -> ast.Module:
    """The source of a file, parsed."""
    return ast.parse(source(file))


def source(file: Path) -> str:
    """The text of a file."""
    return file.read_text(encoding="utf-8")
