"""Starting with the session, in the registry of Wine's Windows."""

import subprocess

import pytest

from tests.windows.desktop import ROOT, WINE, Desktop, windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"

PROGRAM = """
from offhook.windows import autostart
autostart.set_enabled(["offhook", "messenger"])
print(autostart.is_enabled())
try:
    autostart.set_enabled(None)
except autostart.ForEverybodyError as error:
    print(error)
print(autostart.is_enabled())
"""


def said(desktop: Desktop) -> list[str]:
    """What the program prints."""
    done = subprocess.run(
        ["wine", str(WINE / "python" / "python.exe"), "-c", PROGRAM],
        env=desktop.environ | {"PYTHONPATH": windows_path(ROOT / "src")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=150,
        check=True,
    )
    return done.stdout.decode().split("\r\n")[:-1]


def test_a_person_turns_it_on_and_off(desktop: Desktop) -> None:
    assert said(desktop) == ["True", "False"]


def test_what_everybody_has_is_not_one_persons_to_turn_off(desktop: Desktop) -> None:
    key = rf"HKLM\{RUN}"
    desktop.run("wine", "reg", "add", key, "/v", "Offhook", "/d", "offhook", "/f", "/reg:64")
    try:
        assert said(desktop) == [
            "True",
            "it starts for everybody on this computer: an administrator changes that",
            "True",
        ]
        own = ["wine", "reg", "query", rf"HKCU\{RUN}", "/v", "Offhook"]
        quiet = subprocess.DEVNULL
        assert subprocess.run(own, env=desktop.environ, stdout=quiet, stderr=quiet, check=False).returncode
    finally:
        desktop.run("wine", "reg", "delete", key, "/v", "Offhook", "/f", "/reg:64")
