"""Checks whether a window can be shown, before Qt is started: Qt would abort the program if not.

Imports nothing of Qt. What is missing is reported as one `ConfigError`, with what to do.
"""

import ctypes
import getpass
import importlib.util
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from offhook.common.extras import how_to_install
from offhook.errors import ConfigError

ELSEWHERE = "use offhook up, or log in to a desktop"

WITHOUT_DISPLAY = ("eglfs", "linuxfb", "minimal", "minimalegl", "offscreen", "vkkhrdisplay", "vnc")
"""Platforms of Qt that need no display; they are only used on request."""

ANSWER_S = 10.0
"""How long a display on another machine may take to answer; Qt would wait for minutes."""

MAX_NAMED = 4
"""Missing libraries that are named; their packages are all named."""

_XCB = "libxcb", "libxcb"
PACKAGES: dict[str, tuple[str, str, str]] = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11"),
    "libbrotlicommon.so.1": ("libbrotli1", "libbrotli", "brotli"),
    "libbrotlidec.so.1": ("libbrotli1", "libbrotli", "brotli"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs", "krb5"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++", "gcc-libs"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-glx.so.0": ("libxcb-glx0", *_XCB),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", *_XCB),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-render.so.0": ("libxcb-render0", *_XCB),
    "libxcb-shape.so.0": ("libxcb-shape0", *_XCB),
    "libxcb-shm.so.0": ("libxcb-shm0", *_XCB),
    "libxcb-sync.so.1": ("libxcb-sync1", *_XCB),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", *_XCB),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", *_XCB),
    "libxcb-xkb.so.1": ("libxcb-xkb1", *_XCB),
    "libxcb.so.1": ("libxcb1", *_XCB),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libz.so.1": ("zlib1g", "zlib", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd", "zstd"),
}
"""System libraries that PySide6 needs, with their packages in Debian and Ubuntu, Fedora, and Arch. Older
versions need some that newer ones do not, so what counts is whether the installed plugin can be loaded."""

Load = Callable[[str], object]


def check_qt() -> None:
    """Raises `ConfigError` if PySide6 is missing."""
    if importlib.util.find_spec("PySide6") is None:
        raise ConfigError("", "", "the window needs Qt", how_to_install("desktop"))


def broken_import(error: ImportError) -> ConfigError:
    """The error for a failed import of the window: a Python package or a system library is missing."""
    if "shared object" in str(error):
        return missing_libraries(str(error))
    what = f"the window needs {error.name.partition('.')[0]}" if error.name else f"no window: {error}"
    return ConfigError("", "", what, how_to_install("desktop"))


def check_display(environ: Mapping[str, str] = os.environ, load: Load = ctypes.CDLL) -> None:
    """Raises `ConfigError` if Qt would abort the program: without a display, or without its libraries."""
    if sys.platform in ("win32", "darwin"):
        return
    asked = [one.partition(":")[0] for one in environ.get("QT_QPA_PLATFORM", "").split(";") if one]
    if any(one in WITHOUT_DISPLAY for one in asked):
        _check_library("offscreen", load)
        return
    problems = []
    for platform in dict.fromkeys(
        "wayland" if one.startswith("wayland") else one for one in asked or _usual(environ)
    ):
        try:
            if platform == "wayland":
                _check_wayland(environ)
            elif platform == "xcb":
                _check_name(environ)
            else:
                return  # an unknown platform: leave it to Qt
            _check_library(platform, load)
            if platform == "xcb":
                _check_x11(environ, load)
            return
        except ConfigError as error:
            problems.append(error)
    raise problems[0] if problems else ConfigError("", "", f"there is no display here; {ELSEWHERE}", "")


def missing_libraries(said: str = "", load: Load = ctypes.CDLL) -> ConfigError:
    """Names the library that the dynamic linker reported, and the others that it would report next."""
    lacking = sorted(name for name in PACKAGES if name in said or not (_optional(name) or _loads(name, load)))
    packages = [sorted({PACKAGES[name][at] for name in lacking}) for at in range(3)]
    if not lacking:
        return ConfigError("", "", f"Qt cannot be loaded: {said}", "install what is missing")
    debian, fedora, arch = (" ".join(names) for names in packages)
    some = ", ".join(lacking[:MAX_NAMED]) + (" ..." if len(lacking) > MAX_NAMED else "")
    return ConfigError(
        "",
        "",
        f"the window needs libraries of the system that are missing ({some})",
        f"Debian, Ubuntu: sudo apt install {debian}; Fedora: sudo dnf install {fedora}; "
        f"Arch: sudo pacman -S {arch}",
    )


def _optional(name: str) -> bool:
    """Is the library needed only by Wayland, or only by an older Qt?"""
    return "wayland" in name or "xinerama" in name


def _usual(environ: Mapping[str, str]) -> Iterable[str]:
    """The platforms that Qt tries by default: Wayland in such a session, then X11."""
    if environ.get("WAYLAND_DISPLAY") or environ.get("WAYLAND_SOCKET"):
        yield "wayland"
    if environ.get("DISPLAY"):
        yield "xcb"


def _plugins(platform: str) -> list[Path]:
    """The platform plugins of PySide6 installed by pip. Packages of a distribution bring their libraries."""
    spec = importlib.util.find_spec("PySide6")
    homes = spec.submodule_search_locations if spec is not None else None
    return [
        file
        for home in homes or ()
        for file in sorted(Path(home, "Qt", "plugins", "platforms").glob(f"libq{platform}*.so"))
    ]


def _check_library(platform: str, load: Load) -> None:
    """Load the platform plugin with all its libraries, as Qt does."""
    said = ""
    plugins = _plugins(platform)
    for plugin in plugins:
        try:
            load(str(plugin))
        except OSError as error:
            said = said or str(error)
        else:
            return
    if plugins:
        raise missing_libraries(said, load)


def _loads(name: str, load: Load) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def _check_wayland(environ: Mapping[str, str]) -> None:
    if sys.platform == "win32" or environ.get("WAYLAND_SOCKET"):
        return
    name = environ.get("WAYLAND_DISPLAY") or "wayland-0"
    path = Path(environ.get("XDG_RUNTIME_DIR", "/nowhere"), name)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(ANSWER_S)
            probe.connect(str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"the Wayland display {name} cannot be reached ({reason.lower()}); {ELSEWHERE}"
        raise ConfigError("", "", what, "") from error


def _check_name(environ: Mapping[str, str]) -> None:
    if not environ.get("DISPLAY"):
        raise ConfigError("", "", f"there is no display here; {ELSEWHERE}", "")


def _check_x11(environ: Mapping[str, str], load: Load) -> None:
    """Connect to the X11 display as Qt does, by the rules of Xlib for DISPLAY and XAUTHORITY."""
    name = environ["DISPLAY"]
    answers: list[int] = []

    def connect() -> None:
        library: ctypes.CDLL = load("libxcb.so.1")  # type: ignore[assignment]
        library.xcb_connect.restype = ctypes.c_void_p
        library.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        library.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
        library.xcb_disconnect.argtypes = [ctypes.c_void_p]
        connection = library.xcb_connect(name.encode(), None)
        answers.append(library.xcb_connection_has_error(connection))
        library.xcb_disconnect(connection)

    trying = threading.Thread(target=connect, daemon=True)
    with _quiet():
        trying.start()
        trying.join(ANSWER_S)
    if answers == [0]:
        return
    what = f"the display {name} does not answer" if not answers else f"the display {name} cannot be reached"
    if _server_is_there(name):
        user = "you"
        with suppress(KeyError, OSError):
            user = getpass.getuser()
        what = f"the display {name} does not let {user} in; allow it there: xhost +si:localuser:{user}"
        raise ConfigError("", "", f"{what}, or {ELSEWHERE}", "")
    raise ConfigError("", "", f"{what}; correct DISPLAY, {ELSEWHERE}", "")


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress standard error: the X11 library prints its own message when access is denied."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _server_is_there(name: str) -> bool:
    """Does an X server of this machine listen at the display?"""
    host, _, rest = name.rpartition(":")
    number = rest.partition(".")[0]
    if sys.platform == "win32" or host not in ("", "unix") or not number.isdecimal():
        return False
    path = f"/tmp/.X11-unix/X{number}"
    for address in (f"\0{path}", path):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1.0)
            probe.connect(address)
            return True
    return False
