"""tools/need and its list: what is missing is seen, each thing by itself, and the list is whole."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from offhook.desktop.display import PACKAGES

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "need"


def load() -> Any:
    """The tool, which has no suffix."""
    loader = SourceFileLoader("need", str(TOOL))
    spec = importlib.util.spec_from_loader("need", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["need"] = module
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


need = load()
LIST = need.read((ROOT / "tools" / "needed").read_text(encoding="utf-8"))


KINDS = ("program", "library", "file")


def test_each_thing_is_missed_when_all_others_are_there() -> None:
    for lost in LIST:
        there = {one.thing for one in LIST} - {lost.thing}
        missed = need.missing(LIST, dict.fromkeys(KINDS, there.__contains__))
        assert {one.thing for one in missed} == {lost.thing}


def test_one_thing_that_is_there_says_nothing_of_the_others() -> None:
    for left in LIST:
        missed = need.missing(LIST, dict.fromkeys(KINDS, {left.thing}.__contains__))
        assert {one.thing for one in missed} == {one.thing for one in LIST} - {left.thing}


def test_a_library_of_which_only_the_file_is_there_is_missing(tmp_path: Path) -> None:
    (tmp_path / "libxcb-cursor.so.0").write_bytes(b"\x7fELF, of another machine")
    command = [sys.executable, str(TOOL), "--check", "window"]
    there = subprocess.run(command, capture_output=True, text=True, check=False)
    assert there.stdout == ""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
    broken = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert broken.stdout == "library libxcb-cursor.so.0 (package libxcb-cursor0)\n"


def test_a_program_is_looked_for_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not need.has_program("baresip")
    (tmp_path / "baresip").write_text("#!/bin/sh\n")
    assert not need.has_program("baresip"), "it cannot be run"
    (tmp_path / "baresip").chmod(0o755)
    assert need.has_program("baresip")


def test_who_may_not_install_is_told_the_command(tmp_path: Path) -> None:
    """Here apt-get is there, and programs are missing; root's id is what `id -u` and Python say."""
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    code = (
        "import os, runpy, sys; os.geteuid = lambda: 1000; sys.argv = sys.argv[1:];"
        f"m = runpy.run_path({str(TOOL)!r}); m['main'].__globals__['SYSTEM_PATH'] = '/nowhere';"
        "sys.exit(m['main'](['peers']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "need"],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        "sudo sh -c 'apt-get update; apt-get install -y --no-install-recommends baresip-core" in done.stderr
    )
    assert "ldap-utils" in done.stderr


def test_a_failed_installation_is_told_and_fails(tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho 'E: Unable to locate package slapd' >&2\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    code = (
        f"import runpy, sys; import os; os.geteuid = lambda: 0; m = runpy.run_path({str(TOOL)!r});"
        "m['main'].__globals__['SYSTEM_PATH'] = '/nowhere'; sys.exit(m['main'](['peers']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": f"{tmp_path}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Unable to locate package slapd" in done.stderr


# The list is whole


def qt_libraries(*roots: str) -> set[str]:
    """What these files of PySide6, and those of its own that they need, want of the system."""
    spec = importlib.util.find_spec("PySide6")
    assert spec is not None and spec.origin is not None
    home = Path(spec.origin).parent
    own = (home / "Qt" / "lib", home, home.parent / "shiboken6")
    queue = [path for root in roots for path in home.glob(root)]
    assert len(queue) >= len(roots)
    seen, system = set(queue), set()
    while queue:
        command = ["objdump", "-p", str(queue.pop())]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"NEEDED\s+(\S+)", text):
            inside = next((folder / name for folder in own if (folder / name).exists()), None)
            if inside is None:
                system.add(name)
            elif inside not in seen:
                seen.add(inside)
                queue.append(inside)
    return system


OF_LIBC = re.compile(r"lib(c|m|dl|pthread|rt|resolv|gcc_s)\.so\..*|ld-linux.*")
"""Python itself does not run without these."""


def test_all_libraries_that_the_window_needs_of_the_system_are_on_the_list() -> None:
    wanted = qt_libraries(
        "Qt/plugins/platforms/libqxcb.so",
        "Qt/plugins/platforms/libqoffscreen.so",
        "Qt/plugins/xcbglintegrations/*.so",
        *(f"{module}.abi3.so" for module in ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtSvg")),
    )
    listed = {one.thing for one in LIST if one.kind == "library"}
    assert {name for name in wanted if not OF_LIBC.fullmatch(name)} <= listed


def test_the_window_names_the_same_packages_of_debian() -> None:
    """What a person without X11's libraries is told, and what the tests install."""
    told = {soname: packages[0] for soname, packages in PACKAGES.items() if "wayland" not in soname}
    assert told == {one.thing: one.package for one in LIST if one.kind == "library"}


ESSENTIAL = {"chown", "env", "sh"}
"""Debian has no machine without them."""

STARTING = {
    *("find", "find_program", "which", "_program", "Program"),
    *("subprocess.run", "subprocess.Popen", "asyncio.create_subprocess_exec"),
}
COMMANDS = {"command", "program", "query", "PROGRAMS"}


def words(node: ast.AST) -> Iterator[str]:
    """The strings that stand in an expression, or in its lists and tuples."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple):
        for element in node.elts:
            yield from words(element)


def started(tree: ast.AST) -> Iterator[str]:
    """What may be the name of a program that a module starts or looks for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in node.args if ast.unparse(node.func) in STARTING else ():
                yield from words(argument)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in COMMANDS:
            yield from words(node.value)
        elif isinstance(node, ast.For) and getattr(node.target, "id", "") in COMMANDS:
            yield from words(node.iter)


@pytest.mark.timeout(120)  # it reads every file of the tests, and the machine may be busy
def test_all_programs_that_the_tests_start_are_on_the_list() -> None:
    listed = {one.thing for one in LIST if one.kind == "program"}
    used = {
        name
        for folder in ("tests", "bench")
        for file in (ROOT / folder).rglob("*.py")
        for name in started(ast.parse(file.read_text(encoding="utf-8")))
        if re.fullmatch(r"[A-Za-z][\w.+-]+", name) and need.has_program(name)
    }
    assert {"kamailio", "openssl", "dig", "cc", "Xvfb", "wineserver", "slapadd"} <= used, "found at all"
    assert used - listed - ESSENTIAL == set()


def test_all_modules_that_kamailio_loads_are_on_the_list_by_their_package() -> None:
    """Those that are in packages of their own; the others come with the program."""
    text = (ROOT / "tests" / "peers" / "kamailio.py").read_text(encoding="utf-8")
    loaded = set(re.findall(r'loadmodule "(\w+)\.so"', text))
    listed = {Path(one.thing).stem for one in LIST if "kamailio/modules" in one.thing}
    apart = {name for name in loaded if re.match("tls|presence|pua", name)}
    assert apart and apart <= listed
