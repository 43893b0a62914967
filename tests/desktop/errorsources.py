"""The sentences of errors as they stand in the sources of the configuration; put into them is a number."""

import ast
from collections.abc import Iterator
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "src" / "offhook" / "config"

SOURCES = (
    *("codes.py", "edit.py", "hosts.py", "kinds.py", "load.py", "model.py", "phones.py", "read.py"),
    *("secrets.py", "table.py", "tomltext.py"),
    *(
        f"sections/{name}.py"
        for name in (
            *("access", "directory", "driver", "embedded", "group", "incoming", "pbx", "pop", "sscp"),
            *("switch", "terminal", "trunk", "tsp", "upstream", "webhook"),
        )
    ),
)
"""Of what the window shows or changes: the files of administrators alone are told in English."""

PUT_IN = "4711"

DESCRIBED = frozenset({"Text", "ListOf", "Mistake"})
"""Whose second argument is told: what a value is, or how it is mended."""


def sentences() -> set[str]:
    """All of them."""
    found: set[str] = set()
    for name in SOURCES:
        tree = ast.parse((CONFIG / name).read_text(encoding="utf-8"))
        constants = _assigned(tree)
        for part in ast.walk(tree):
            if isinstance(part, ast.FunctionDef):
                known = constants | _assigned(part)
                found |= {one for call in _calls(part) for one in _said(call, known)}
        found |= {one for call in _calls(tree) for one in _described(call, constants)}
    return found


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(tree) if isinstance(part, ast.Call))


def _said(call: ast.Call, known: dict[str, str]) -> Iterator[str]:
    """What is wrong and its fix: `table.error(key, what, fix)`, `ConfigError(file, key, what, fix)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if (name, len(call.args)) in (("error", 3), ("ConfigError", 4)):
        yield from filter(None, (_text(one, known) for one in call.args[-2:]))


def _described(call: ast.Call, known: dict[str, str]) -> Iterator[str]:
    if getattr(call.func, "id", "") in DESCRIBED and len(call.args) > 1:
        yield _text(call.args[1], known)
    for one in call.keywords:
        if one.arg == "missing" and isinstance(one.value, ast.Tuple):
            yield from (_text(part, known) for part in one.value.elts)


def _assigned(tree: ast.AST) -> dict[str, str]:
    """Names that stand for a text."""
    found: dict[str, str] = {}
    for part in ast.walk(tree):
        if isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], ast.Name):
            text = _text(part.value, {})
            if text:
                found[part.targets[0].id] = text
    return found


def _text(part: ast.expr, known: dict[str, str]) -> str:
    """The text, as far as it stands there; "" for one that is made elsewhere."""
    match part:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else PUT_IN for one in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_text(left, known) or PUT_IN) + (_text(right, known) or PUT_IN)
        case ast.Name(id=name):
            return known.get(name, "")
    return ""
