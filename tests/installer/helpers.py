"""Programs of ours inside the Windows of a test, in its Python."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.installer.windows import Site
from tests.windows.desktop import WINE

MUTEX = """
import ctypes, sys
assert ctypes.WinDLL("kernel32").CreateMutexW(None, False, sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""

CLICKS = """
import ctypes, time
from ctypes import wintypes
user = ctypes.WinDLL("user32")
found = []
@ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
def look(window, _):
    title = ctypes.create_unicode_buffer(200)
    user.GetWindowTextW(window, title, 200)
    if title.value.startswith("Offhook Setup") and user.IsWindowVisible(window):
        found.append(window)
    return True
seen, end = False, time.monotonic() + 100
while (not seen or found) and time.monotonic() < end:
    found.clear()
    user.EnumWindows(look, 0)
    seen = seen or bool(found)
    for window in found:
        user.PostMessageW(window, 0x111, 1, 0)  # WM_COMMAND, IDOK
    time.sleep(0.5)
"""


def _python(site: Site, script: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["wine", str(WINE / "python" / "python.exe"), "-c", script, *arguments],
        env=site.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def holding(site: Site, mutex: str) -> Iterator[None]:
    """A mutex of this name is there, as while something is installed."""
    with _python(site, MUTEX, mutex) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        yield
        holder.communicate()


def click_through(site: Site) -> None:
    """Wait for the wizard, and press what leads on in it until it has ended."""
    with _python(site, CLICKS) as clicks:
        clicks.communicate()
