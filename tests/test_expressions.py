"""No regular expression takes long, whatever text it is tried on: each is pumped where it repeats something.

An expression that can be matched in many ways takes twice as long for each character more: `(a+)+b`, or the
one that read vCard lines before. With some thousand characters it never ends; a sound one is through at once.
"""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[1] / "src"
LIMIT_S = 60
"""For all expressions together, on a busy machine; sound ones take a second or two."""

CALLS = {
    f"re.{name}"
    for name in ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
}
LENGTH = 1000
ENDS = ("", "!", "\x00", "\n", "é", '"', "1", "a")


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every expression that a module of the package holds, or a class in one."""
    found: dict[str, re.Pattern[Any]] = {}
    for path in sorted((SOURCES / "offhook").rglob("*.py")):
        name = ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
        if name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue  # what only Windows has
        for owner in (module, *(one for one in vars(module).values() if isinstance(one, type))):
            for key, value in list(vars(owner).items()):
                for part in value if isinstance(value, tuple | list) else (value,):
                    for one in part if isinstance(part, tuple) else (part,):
                        if isinstance(one, re.Pattern):
                            found[f"{name}.{key} {one.pattern!r}"] = one
        for text in inline(path):
            found[f"{name} {text!r}"] = re.compile(text)
    return found


def inline(path: Path) -> Iterator[Any]:
    """The expressions that stand in a call, like `re.sub("...", ...)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                yield first.value


def sample(parsed: Iterable[Any]) -> str:
    """A short text that a parsed expression matches, or nearly."""
    text = ""
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            text += chr(value)
        elif name == "NOT_LITERAL":
            text += "b" if value == ord("a") else "a"
        elif name == "IN":
            text += _one_of(value)
        elif name == "ANY":
            text += "a"
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            text += sample(value[2]) * max(1, min(value[0], 3))
        elif name == "SUBPATTERN":
            text += sample(value[3])
        elif name == "ATOMIC_GROUP":
            text += sample(value)
        elif name == "BRANCH":
            text += sample(value[1][0])
    return text


def _one_of(items: Iterable[Any]) -> str:
    for kind, value in items:
        name = str(kind)
        if name == "NEGATE":
            banned = {chr(one) for sort, one in items if str(sort) == "LITERAL"}
            return next((one for one in "a1 =-" if one not in banned), "a")
        if name == "LITERAL":
            return chr(value)
        if name == "RANGE":
            return chr(value[0])
        if name == "CATEGORY":
            return {"DIGIT": "1", "SPACE": " ", "WORD": "a"}.get(str(value).rpartition("_")[2], "a")
    return "a"


def pumps(parsed: Iterable[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before a repetition, and what is repeated, for each in an expression."""
    for kind, value in parsed:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield before, sample(value[2])
            yield from pumps(value[2], before)
        elif name == "SUBPATTERN":
            yield from pumps(value[3], before)
        elif name == "ATOMIC_GROUP":
            yield from pumps(value, before)
        elif name == "BRANCH":
            for one in value[1]:
                yield from pumps(one, before)
        before += sample([(kind, value)])


def attack(pattern: re.Pattern[Any]) -> None:
    """Try it on everything that could keep it busy."""
    parser: Any = importlib.import_module("re._parser")
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    for before, repeated in set(pumps(parser.parse(source, pattern.flags & ~re.UNICODE))):
        for end in ENDS:
            text = before + (repeated or "a") * (LENGTH // max(1, len(repeated))) + end
            subject: Any = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
            for method in (pattern.match, pattern.fullmatch):
                method(subject)


def in_time(program: str, limit_s: float) -> str:
    """The last expression that the program was busy with when its time was over; "" when it is through."""
    code = f"import sys; sys.path[:0] = {sys.path!r}\nfrom tests.test_expressions import *\n{program}"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            process.communicate(timeout=limit_s)
            assert process.returncode == 0
            return ""
        except subprocess.TimeoutExpired:
            process.kill()
            return process.communicate()[0].splitlines()[-1]


@pytest.mark.timeout(3 * LIMIT_S)
def test_no_expression_of_the_package_takes_long() -> None:
    assert len(patterns()) > 30
    program = "for name, one in patterns().items():\n    print(name, flush=True)\n    attack(one)"
    assert in_time(program, LIMIT_S) == ""


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:\s*\w*)*;", r"(?:;[^;:]*(?:=[^;:]*)*)*:"])
def test_one_that_does_is_found(bad: str) -> None:
    assert in_time(f"print('it', flush=True)\nattack(re.compile({bad!r}))", 3) == "it"
