"""Installations that fail, or are cut off: clear words, the right exit code, and nothing half."""

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installer.windows import BESIDE, IN_PLACE, KEYS, UNINSTALL, Site
from tests.long import LONG, times
from tests.windows.desktop import WINE, windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(600 if LONG else 300)]

DONE, NEEDS_ADMINISTRATOR, OLD_WINDOWS, IN_USE, RUNS_ALREADY, NO_SPACE, CANNOT_WRITE = 0, 3, 4, 6, 7, 8, 9

RESTRICTED = """
import ctypes, sys
from ctypes import wintypes
k, a = ctypes.WinDLL("kernel32"), ctypes.WinDLL("advapi32")
k.GetCurrentProcess.restype = wintypes.HANDLE
class Sid(ctypes.Structure):
    _fields_ = (("sid", ctypes.c_void_p), ("attributes", wintypes.DWORD))
own, less = wintypes.HANDLE(), wintypes.HANDLE()
assert a.OpenProcessToken(wintypes.HANDLE(k.GetCurrentProcess()), 0xF01FF, ctypes.byref(own))
room, size = ctypes.create_string_buffer(68), wintypes.DWORD(68)
assert a.CreateWellKnownSid(26, None, room, ctypes.byref(size))  # WinBuiltinAdministratorsSid
admins = Sid(ctypes.addressof(room), 0)
assert a.CreateRestrictedToken(own, 0, 1, ctypes.byref(admins), 0, None, 0, None, ctypes.byref(less))
startup = (ctypes.c_char * 104)()
ctypes.memmove(startup, ctypes.byref(wintypes.DWORD(104)), 4)
process = (ctypes.c_void_p * 3)()
line = ctypes.create_unicode_buffer(" ".join(sys.argv[1:]))
assert a.CreateProcessAsUserW(less, None, line, None, None, False, 0, None, None, startup, process)
k.WaitForSingleObject(wintypes.HANDLE(process[0]), 0xFFFFFFFF)
code = wintypes.DWORD()
k.GetExitCodeProcess(wintypes.HANDLE(process[0]), ctypes.byref(code))
sys.exit(code.value)
"""
"""Runs a program as somebody who is no administrator."""


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A file system of its own in this place."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def _names(site: Site) -> set[str]:
    """What is in its folder, beside what is always there."""
    return {path.name for path in site.program.iterdir()} - BESIDE


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(site: Site, small_setup: Path) -> None:
    with small_disk(site.program, "size=20m"):
        run = site.setup(small_setup)
        assert run.code == NO_SPACE
        assert "Nothing was changed" in run.log
        assert list(site.program.iterdir()) == []


def test_a_disk_that_gets_full_leaves_nothing(site: Site, small_setup: Path) -> None:
    # The room is there, but other files take it meanwhile: here by their number.
    with small_disk(site.program, "size=900m,nr_inodes=400"):
        run = site.setup(small_setup)
        assert run.code == CANNOT_WRITE
        assert "disk is not full" in run.log
        assert list(site.program.iterdir()) == []
    assert site.registry(r"HKLM\Software\Offhook") == []


def test_a_disk_that_gets_full_leaves_the_program_of_before(
    site: Site, older_small_setup: Path, small_setup: Path
) -> None:
    with small_disk(site.program, "size=900m"):
        site.setup(older_small_setup, "/SERVER=pbx.example.org")
        settings = (site.program / "offhook.toml").read_text()
        room = sum(1 for _ in site.program.rglob("*")) + 400
        subprocess.run(["mount", "-o", f"remount,nr_inodes={room}", str(site.program)], check=True)
        run = site.setup(small_setup, "/SERVER=other.example.org")
        assert run.code == CANNOT_WRITE
        assert _names(site) == {"app", "offhook.toml"}
        assert (site.program / "offhook.toml").read_text() == settings
        assert site.offhook("--version") == "offhook 0.1.0"
        site.uninstall("/PURGE=1")


def test_a_folder_that_cannot_be_written_is_named(site: Site, small_setup: Path) -> None:
    with small_disk(site.program, "size=900m,ro"):
        run = site.setup(small_setup)
        assert run.code == CANNOT_WRITE
        assert r"C:\Program Files\Offhook" in run.log.rpartition("ended (9)")[2]


def test_who_is_no_administrator_is_told(site: Site, small_setup: Path, tmp_path: Path) -> None:
    script = tmp_path / "restricted.py"
    script.write_text(RESTRICTED)
    log = tmp_path / "log.txt"
    command = (windows_path(script), windows_path(small_setup), "/S", f"/LOG={windows_path(log)}")
    with site.start(WINE / "python" / "python.exe", *command) as run:
        run.communicate()
    assert run.returncode == NEEDS_ADMINISTRATOR
    assert "run the setup as an administrator" in log.read_text(encoding="utf-16-le")
    assert not site.program.exists()


@pytest.mark.parametrize("version", ["win7", "win8"])
def test_a_windows_that_is_too_old_is_told(site: Site, small_setup: Path, version: str) -> None:
    site.desktop.run("wine", "winecfg", "-v", version)
    try:
        run = site.setup(small_setup)
    finally:
        site.desktop.run("wine", "winecfg", "-v", "win10")
    assert run.code == OLD_WINDOWS
    assert "64-bit Windows 8.1 and later" in run.log
    assert not site.program.exists()


def test_a_second_setup_waits_for_nobody_and_changes_nothing(site: Site, small_setup: Path) -> None:
    with site.start(small_setup) as first:  # it shows its first page
        while (run := site.setup(small_setup)).code == DONE:
            site.uninstall()
        first.kill()
        site.desktop.power_off()
        first.communicate()
    assert run.code == RUNS_ALREADY
    assert "Another setup" in run.log


TELEPHONY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Telephony\Providers"
WITH_TSP = ("/TSP=1", "/TERMINAL=4000", "/SERVER=pbx.example.org", "/AUTOSTART=0")
"""Without the Smart Messenger, which would start when the power is back, and leave files of its own."""

CUTS = times(1, 10)


def _there(site: Site) -> tuple[set[str], list[str]]:
    """Everything that an installation makes for everybody: files of the drive, and values of the registry."""
    names = {name for name in site.files() if "offhook" in name.lower() and not name.startswith("users/")}
    names.discard("Program Files/Offhook/offhook.toml.bak")  # of settings that are given a second time
    return names, [line for key in (*KEYS, TELEPHONY) for line in site.registry(key)]


def _is_as(site: Site, wanted: tuple[set[str], list[str]], moment: float) -> None:
    names, values = _there(site)
    assert sorted(names ^ wanted[0]) == [], f"after {moment:g} s"
    assert values == wanted[1], f"after {moment:g} s"


def _cut_off(site: Site, program: Path, options: tuple[str, ...], after_s: float) -> None:
    """Begin a run, and end everything at once, as when the power fails."""
    begun = site.start(program, "/S", *options)
    try:
        begun.wait(after_s)
    except subprocess.TimeoutExpired:
        begun.kill()
    site.desktop.power_off()
    begun.communicate()


def _moments(run: Callable[[], object]) -> Iterator[float]:
    """Random ones of such a run, evenly spread."""
    begun = time.monotonic()
    run()
    took = time.monotonic() - begun
    for number in range(CUTS):
        yield (number + random.random()) / CUTS * took


def _works_or_is_not_there(site: Site) -> None:
    if (site.program / "app" / "offhook.exe").exists():
        assert site.offhook("--version") == "offhook 0.1.0"


def test_an_installation_that_was_cut_off_is_done_by_the_next(tapi: Site, small_setup: Path) -> None:
    wanted = None
    for moment in _moments(lambda: tapi.setup(small_setup, *WITH_TSP)):
        wanted = wanted or _there(tapi)
        tapi.uninstall("/PURGE=1")
        _cut_off(tapi, small_setup, WITH_TSP, moment)
        _works_or_is_not_there(tapi)
        assert tapi.setup(small_setup, *WITH_TSP).code == DONE, f"after {moment:g} s"
        _is_as(tapi, wanted, moment)


def test_an_upgrade_that_was_cut_off_is_done_by_the_next(
    tapi: Site, older_small_setup: Path, small_setup: Path
) -> None:
    tapi.setup(older_small_setup, *WITH_TSP)
    settings = (tapi.program / "offhook.toml").read_text()
    wanted = None
    for moment in _moments(lambda: tapi.setup(small_setup)):
        wanted = wanted or _there(tapi)
        tapi.desktop.run("wine", "reg", "add", UNINSTALL, "/f", "/v", "DisplayVersion", "/d", "0.0.9")
        _cut_off(tapi, small_setup, (), moment)
        _works_or_is_not_there(tapi)
        assert (tapi.program / "offhook.toml").read_text() == settings
        assert tapi.setup(small_setup).code == DONE, f"after {moment:g} s"
        _is_as(tapi, wanted, moment)


def test_what_a_removal_had_begun_to_delete_is_deleted_by_the_next(tapi: Site, small_setup: Path) -> None:
    before, _ = _there(tapi)
    tapi.setup(small_setup)
    gone = (tapi.program / "app").rename(tapi.program / "app.gone")
    (gone / "offhook.exe").unlink()
    assert tapi.uninstall("/PURGE=1") == DONE
    assert _there(tapi)[0] == before


def test_a_program_that_is_damaged_can_be_removed(tapi: Site, small_setup: Path) -> None:
    before, _ = _there(tapi)
    tapi.setup(small_setup)
    for library in (tapi.program / "app").rglob("python3*.dll"):
        library.unlink()
    assert tapi.uninstall("/PURGE=1") == DONE
    assert _there(tapi)[0] == before


def test_a_removal_that_was_cut_off_is_done_by_the_next(tapi: Site, small_setup: Path) -> None:
    before, _ = _there(tapi)
    tapi.setup(small_setup, *WITH_TSP)
    wanted = None
    for moment in _moments(lambda: tapi.uninstall("/PURGE=1")):
        wanted = wanted or _there(tapi)
        assert wanted[0] == before
        tapi.setup(small_setup, *WITH_TSP)
        _cut_off(tapi, tapi.program / "uninstall.exe", ("/PURGE=1", *IN_PLACE), moment)
        _works_or_is_not_there(tapi)
        assert tapi.uninstall("/PURGE=1") == DONE, f"after {moment:g} s"
        _is_as(tapi, wanted, moment)
