"""Where there can be no window, one line says why, and Qt is not started."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offhook.desktop.display import PACKAGES, broken_import, check_display, check_qt, missing_libraries
from offhook.errors import ConfigError
from tests.desktop.screen import a_screen

NOWHERE = "there is no display here; use offhook up, or log in to a desktop"

CONFIG = '[[terminal]]\nid = "4000"\npassword = "first-phone"\n'


def a_loader(*lacking: str) -> Callable[[str], object]:
    """A dynamic linker on a machine that lacks these; Qt's plugins need them all."""

    def load(name: str) -> object:
        lost = lacking[0] if lacking and name.startswith("/") else name if name in lacking else ""
        if lost:
            raise OSError(f"{lost}: cannot open shared object file: No such file or directory")
        return object()

    return load


async def tell(folder: Path, *arguments: str, **environ: str) -> tuple[int, str]:
    """What the program says, and its exit code, with nothing of a desktop in its environment but this."""
    (folder / "offhook.toml").write_text(CONFIG)
    (folder / "offhook.toml").chmod(0o600)
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "offhook", *arguments),
        cwd=folder,
        env=clean | environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.parametrize("command", [("messenger",), ("messenger", "--hidden"), ("open", "tel:4001")])
async def test_without_a_display(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert await tell(tmp_path, *command) == (2, f"offhook: {NOWHERE}\n")


async def test_a_display_that_does_not_run(tmp_path: Path) -> None:
    code, said = await tell(tmp_path, "messenger", DISPLAY=":7999")
    assert code == 2
    told = "the display :7999 cannot be reached; correct DISPLAY, use offhook up, or log in to a desktop"
    assert said == f"offhook: {told}\n"


@pytest.mark.parametrize("name", ["nonsense", "127.0.0.1:7999", ":", "unix:7999.0"])
async def test_a_display_that_is_none(tmp_path: Path, name: str) -> None:
    code, said = await tell(tmp_path, "messenger", DISPLAY=name)
    assert code == 2
    assert said.startswith(f"offhook: the display {name} cannot be reached; ")


async def test_a_wayland_display_that_does_not_run(tmp_path: Path) -> None:
    code, said = await tell(tmp_path, "messenger", WAYLAND_DISPLAY="wayland-7")
    assert code == 2
    told = "offhook: the Wayland display wayland-7 cannot be reached (no such file or directory);"
    assert said.startswith(told)


async def test_a_display_that_lets_us_not_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = tmp_path / "authority"
    name, cookie = b"MIT-MAGIC-COOKIE-1", b"0123456789abcdef"
    fields = (b"", b"", name, cookie)  # any machine, any display
    packed = b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    authority.write_bytes(b"\xff\xff" + packed)
    monkeypatch.setenv("XAUTHORITY", str(authority))  # for the window manager; the program has none
    async with a_screen("-auth", str(authority)) as screen:
        number = screen.environment["DISPLAY"]
        code, said = await tell(tmp_path, "messenger", DISPLAY=number)
    assert code == 2
    assert said.startswith(f"offhook: the display {number} does not let ")
    assert " in; allow it there: xhost +si:localuser:" in said


def test_qt_without_a_screen_needs_none() -> None:
    for platform in ("offscreen", "minimal", "vnc:size=800x600", "offscreen;xcb"):
        check_display({"QT_QPA_PLATFORM": platform})


@pytest.mark.parametrize("platform", ["xcb", "xcb;wayland"])
def test_a_platform_that_was_asked_for_and_is_not_there(platform: str) -> None:
    with pytest.raises(ConfigError, match=NOWHERE):
        check_display({"QT_QPA_PLATFORM": platform})


@contextmanager
def a_wayland(folder: Path) -> Iterator[dict[str, str]]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "wayland-0"))
        server.listen()
        yield {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(folder)}


def test_wayland_alone_is_enough(tmp_path: Path) -> None:
    with a_wayland(tmp_path) as environ:
        check_display(environ, a_loader())


async def test_an_x_display_is_taken_where_wayland_is_out_of_reach() -> None:
    async with a_screen() as screen:
        check_display({"WAYLAND_DISPLAY": "gone", "DISPLAY": screen.environment["DISPLAY"]})


def test_missing_libraries_are_named_for_each_family_of_distributions() -> None:
    lacking = ("libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxcb-randr.so.0")
    with pytest.raises(ConfigError) as told:
        check_display({"DISPLAY": ":0"}, a_loader(*lacking))
    assert str(told.value) == (
        "the window needs libraries of the system that are missing (libxcb-icccm.so.4, libxcb-keysyms.so.1, "
        "libxcb-randr.so.0). Debian, Ubuntu: sudo apt install libxcb-icccm4 libxcb-keysyms1 libxcb-randr0; "
        "Fedora: sudo dnf install libxcb xcb-util-keysyms xcb-util-wm; "
        "Arch: sudo pacman -S libxcb xcb-util-keysyms xcb-util-wm"
    )


def test_where_nearly_all_is_missing_the_packages_say_enough() -> None:
    with pytest.raises(ConfigError) as told:
        check_display({"DISPLAY": ":0"}, a_loader(*(name for name in PACKAGES if "xcb" in name)))
    assert "(libX11-xcb.so.1, libxcb-cursor.so.0, libxcb-glx.so.0, libxcb-icccm.so.4 ...)" in str(told.value)
    assert "libxcb1" in str(told.value)


async def test_a_machine_with_neither_display_nor_libraries_is_told_of_the_display(tmp_path: Path) -> None:
    broken = tmp_path / "libraries"
    broken.mkdir()
    (broken / "libglib-2.0.so.0").write_bytes(b"no library")
    nothing = await tell(tmp_path, "messenger", LD_LIBRARY_PATH=str(broken))
    assert nothing == (2, f"offhook: {NOWHERE}\n")
    code, said = await tell(tmp_path, "messenger", LD_LIBRARY_PATH=str(broken), DISPLAY=":0")
    assert code == 2
    assert "missing (libglib-2.0.so.0, libgthread-2.0.so.0). Debian, Ubuntu: sudo apt" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("lost", sorted(PACKAGES))
def test_each_library_is_missed_by_itself(lost: str) -> None:
    with pytest.raises(ConfigError) as told:
        check_display({"QT_QPA_PLATFORM": "offscreen"}, a_loader(lost))
    debian, fedora, arch = PACKAGES[lost]
    assert f"missing ({lost}). Debian, Ubuntu: sudo apt install {debian}; " in str(told.value)
    assert f"Fedora: sudo dnf install {fedora}; Arch: sudo pacman -S {arch}" in str(told.value)


def test_a_library_that_is_missing_but_that_qt_does_not_need_is_no_matter() -> None:
    def load(name: str) -> object:
        if name == "libxcb-xinerama.so.0":
            raise OSError(name)
        return object()

    check_display({"QT_QPA_PLATFORM": "offscreen"}, load)


def test_an_import_that_fails_for_a_library() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert "sudo apt install libegl1;" in str(broken_import(error))


def test_an_import_that_fails_for_a_package_of_pythons() -> None:
    error = ModuleNotFoundError("No module named 'qasync'", name="qasync")
    assert str(broken_import(error)).startswith("the window needs qasync. pip install '.[desktop]'")


def test_a_library_that_we_do_not_know_is_told_as_the_system_says_it() -> None:
    assert "libnew.so.1: cannot open" in str(missing_libraries("libnew.so.1: cannot open", a_loader()))


def test_without_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigError) as told:
        check_qt()
    assert str(told.value) == (
        "the window needs Qt. pip install '.[desktop]' in the folder of Offhook, or: "
        "pipx install --force '.[desktop]'"
    )
