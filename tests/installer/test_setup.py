"""The setup program: installed, upgraded, interrupted, removed, in Wine."""

import shutil
from pathlib import Path

import pytest

from tests.installer.windows import BESIDE, KEYS, LIMIT_S, Site
from tests.windows.desktop import windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

REGISTRY = Path(__file__).with_name("registry.txt")
"""Every value that the setup writes, with the size left out."""

FILES = Path(__file__).with_name("files.txt")
"""What is installed, without the packages' own files."""

DONE, NEWER, BAD_OPTION = 0, 5, 10


OF_WINDOWS = (
    r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run",
    r"HKEY_LOCAL_MACHINE\Software\RegisteredApplications",
)
"""Keys that every Windows has; a new one of Wine's has them once somebody has written there."""


def test_a_silent_install_puts_every_file_in_its_place_and_uninstalling_leaves_windows_as_it_was(
    site: Site, setup_program: Path, staged: Path
) -> None:
    files, registry = site.files(), site.registry(r"HKLM\Software")
    assert site.setup(setup_program).code == DONE
    wanted = {path.relative_to(staged): path.read_bytes() for path in staged.rglob("*") if path.is_file()}
    app = site.program / "app"
    found = {path.relative_to(app): path.read_bytes() for path in app.rglob("*") if path.is_file()}
    assert found.keys() == wanted.keys()
    assert [name for name in wanted if found[name] != wanted[name]] == []
    assert site.offhook("--version") == "offhook 0.1.0"
    assert len(site.files()) > len(files) + 1000
    assert site.uninstall() == DONE
    left = {name for name in site.files() - files if not name.endswith((".log", ".tmp"))}
    assert left == set()
    assert set(site.registry(r"HKLM\Software")) - {*registry, *OF_WINDOWS} == set()


def test_the_folders_have_what_the_list_says(staged: Path) -> None:
    """Every program and library, and all of Python. Which packages there are, the lock file says."""
    paths = [*staged.glob("*"), *(staged / "python").rglob("*")]
    for kind in ("exe", "dll", "tsp"):
        paths += staged.rglob(f"*.{kind}")
    found = {path.relative_to(staged).as_posix() for path in paths}
    assert sorted(found) == FILES.read_text().split("\n")[:-1]


def test_the_registry_has_what_the_list_says(site: Site, small_setup: Path) -> None:
    site.setup(small_setup)
    found = "\n".join(line for key in KEYS for line in site.registry(key) if "EstimatedSize" not in line)
    assert found == REGISTRY.read_text().strip()


def test_settings_stay_unless_they_are_to_go(site: Site, small_setup: Path) -> None:
    site.setup(small_setup, "/SERVER=pbx.example.org")
    site.uninstall()
    assert [path.name for path in site.program.iterdir()] == ["offhook.toml"]
    site.setup(small_setup)
    site.uninstall("/PURGE=1")
    assert not site.program.exists()


def test_the_first_settings_hold_for_everybody(site: Site, small_setup: Path) -> None:
    site.setup(small_setup, "/SERVER=pbx.example.org", "/TERMINAL=4000")
    assert 'url = "wss://pbx.example.org:7701"' in (site.program / "offhook.toml").read_text()
    assert site.offhook("config", "path") == r"C:\Program Files\Offhook\offhook.toml"


def test_a_company_gives_its_own_configuration(site: Site, small_setup: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[tsp]\nterminal = "4007"\n')
    assert site.setup(small_setup, f"/CONFIG={windows_path(own)}").code == DONE
    assert (site.program / "offhook.toml").read_text() == own.read_text()


SCRIPT = """\
@start /wait {setup} /S /LINKS=0 "/AUTOSTART=0" /CONFIG="{config}" /D={folder}
@exit /b %ERRORLEVEL%
"""


def test_a_script_chooses_folder_components_and_a_file_with_blanks_in_its_name(
    site: Site, small_setup: Path, tmp_path: Path
) -> None:
    own = tmp_path / "our own.toml"
    own.write_text('[tsp]\nterminal = "4007"\n')
    folder, script = site.drive / "Phones", tmp_path / "rollout.cmd"
    names = {"setup": windows_path(small_setup), "config": windows_path(own)}
    for where in ("Phones", "Elsewhere"):  # the second time, where it is
        script.write_text(SCRIPT.format(folder=f"C:\\{where}", **names))
        with site.start(Path("cmd"), "/c", windows_path(script)) as run:
            run.communicate(timeout=LIMIT_S)
        assert run.returncode == DONE
        assert (folder / "offhook.toml").read_text() == own.read_text()
        assert not (site.drive / "Elsewhere").exists()
        assert not site.program.exists()
        values = "\n".join(line for key in KEYS for line in site.registry(key))
        assert "Components    REG_SZ    PS\n" in values
        assert "Offhook.Link" not in values
        assert "messenger --hidden" not in values
    with site.start(folder / "uninstall.exe", "/S", "/PURGE=1", r"_?=C:\Phones") as run:
        run.communicate(timeout=LIMIT_S)
    assert run.returncode == DONE
    assert [path.name for path in folder.iterdir()] == ["uninstall.exe"]  # run like this it stays
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "options",
    [("/TSP=yes",), (r"/CONFIG=C:\nowhere.toml",), ("/TERMINAL=4000",), ("/SERVER=no host",), ("/LANG=kr",)],
    ids=["neither 1 nor 0", "no such file", "a terminal of whom", "no host", "no language"],
)
def test_an_option_that_is_wrong_is_named(site: Site, small_setup: Path, options: tuple[str, ...]) -> None:
    run = site.setup(small_setup, *options)
    assert run.code == BAD_OPTION
    value = options[0].partition("=")[2]
    assert value in run.log.rpartition("ended (10)")[2]
    assert not site.program.exists()


def test_an_upgrade_keeps_settings_and_choices(
    site: Site, older_small_setup: Path, small_setup: Path
) -> None:
    site.setup(older_small_setup, "/SERVER=pbx.example.org", "/TERMINAL=4000", "/AUTOSTART=0")
    assert site.setup(small_setup).code == DONE
    assert 'terminal = "4000"' in (site.program / "offhook.toml").read_text()
    assert not any("messenger --hidden" in line for line in site.registry(KEYS[2]))
    assert any("0.1.0" in line for line in site.registry(KEYS[1]))
    assert {path.name for path in site.program.iterdir()} - BESIDE == {"app", "offhook.toml"}


def test_the_same_setup_again_mends_what_is_broken(site: Site, small_setup: Path) -> None:
    site.setup(small_setup, "/SERVER=pbx.example.org")
    before, menu = [line for key in KEYS for line in site.registry(key)], site.menu()
    shutil.rmtree(site.program / "app" / "lib" / "offhook")
    next(site.drive.rglob("Offhook/Offhook.lnk")).unlink()
    site.desktop.run("wine", "reg", "delete", KEYS[3], "/f")
    assert site.offhook("--version") != "offhook 0.1.0"
    assert site.setup(small_setup).code == DONE
    assert site.offhook("--version") == "offhook 0.1.0"
    assert site.menu() == menu
    assert [line for key in KEYS for line in site.registry(key)] == before
    assert "pbx.example.org" in (site.program / "offhook.toml").read_text()


def test_an_older_version_is_refused(site: Site, older_small_setup: Path, small_setup: Path) -> None:
    site.setup(small_setup)
    run = site.setup(older_small_setup)
    assert run.code == NEWER
    assert "A newer Offhook (0.1.0) is installed" in run.log
    assert site.offhook("--version") == "offhook 0.1.0"
