"""Where `offhook.windows` reaches for Windows. Nothing is imported here; the sources are read."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "src" / "offhook" / "windows"


def test_the_libraries_of_windows_are_loaded_in_one_place() -> None:
    loading = [path.name for path in FOLDER.glob("*.py") if "windll" in path.read_text("utf-8").lower()]
    assert loading == ["win32.py"]
