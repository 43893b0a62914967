"""The diagnosis in the window looks for faults as `offhook doctor` does."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from offhook.desktop.about import About, report
from offhook.desktop.faultfinder import found_faults
from tests.desktop.world import CONFIG, World, click
from tests.peers.program import free_port
from tests.waiting import until

OFFHOOK = [sys.executable, "-m", "offhook"]


@pytest.mark.timeout(60)
async def test_it_has_what_the_command_finds_with_the_same_configuration(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(CONFIG.format(folder=tmp_path, sip=free_port()) + "\n[log]\nlevle = 'info'\n")
    report = await found_faults(OFFHOOK, ["--config", str(file)])
    assert "levle" in report, report


async def test_where_it_cannot_run_the_diagnosis_says_how_to_run_it(
    qapp: QApplication, tmp_path: Path
) -> None:
    found = await found_faults([str(tmp_path / "gone")], [])
    assert found == "It could not be done. Run \u201coffhook doctor\u201d in a command window."


async def test_what_is_found_stands_below_the_diagnosis_and_is_copied_with_it(qapp: QApplication) -> None:
    async def look() -> str:
        return "FAIL provider: offhook.tsp is missing"

    about = About(lambda: "Offhook", look)
    about.show()
    click(about.copy)
    click(about.faults)
    assert (about.faults.isEnabled(), about.faults.text()) == (False, "Looking for faults \u2026")
    await until(about.faults.isEnabled)
    assert about.text.toPlainText() == "Offhook\n\nFAIL provider: offhook.tsp is missing"
    assert about.copy.text() == "&Copy", "there is more to copy now"
    about.close()


async def test_it_may_be_closed_while_it_looks(qapp: QApplication) -> None:
    looked = []

    async def look() -> str:
        await until(lambda: not about_open())
        looked.append(True)
        return "found"

    def about_open() -> bool:
        return any(isinstance(one, About) for one in QApplication.topLevelWidgets())

    about = About(lambda: "Offhook", look)
    about.show()
    click(about.faults)
    about.close()
    del about
    await until(lambda: looked)


async def test_the_diagnosis_tells_of_the_directory_how_many_are_in_it(world: World) -> None:
    def told() -> str:
        return report(world.config, world.phones, "port 7700")

    await until(lambda: "\ndirectory: sources: 1, of which cannot be read: 0, people: 4\n" in told())
