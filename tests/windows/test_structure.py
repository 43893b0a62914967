"""How the files of `offhook.windows` depend on each other. Nothing is imported here; the sources are read."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "src" / "offhook" / "windows"
PACKAGE = "offhook.windows"


def imported(source: Path) -> set[str]:
    """The other files of the package that this one imports: at its top, within functions, or for types."""
    names = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {path.stem for path in FOLDER.glob("*.py") if f"{PACKAGE}.{path.stem}" in names}


def test_the_files_form_no_circle() -> None:
    graph = {path.stem: imported(path) for path in FOLDER.glob("*.py")}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
    assert graph["this_windows"] >= {"registry", "service", "tapi", "win32"}


def test_ctypes_loads_windows_libraries_in_one_place() -> None:
    loading = [path.name for path in FOLDER.glob("*.py") if "windll" in path.read_text().lower()]
    assert loading == ["win32.py"]
