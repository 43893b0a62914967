"""Runs in Wine: opens a dialog of the DLL as TAPI would, and tells its driver on Linux how it looks.

    python dialog_host.py DLL LANGUAGE line|lines|install|remove

The driver writes JSON lines: first what the registry is to hold, then any number of `look`,
`grant` (all rights on a key) and `steal` (be the first client of a pipe). The
dialog's windows, the result and the registry at the end are written as JSON lines.
"""

import ctypes
import json
import sys
import threading
from ctypes import wintypes
from typing import Any

from offhook.windows.lines import KEY, LINES, Line, add_line
from offhook.windows.registry import WinRegistry

assert sys.platform == "win32", "for Windows"

user, kernel, advapi = (ctypes.WinDLL(name) for name in ("user32", "kernel32", "advapi32"))
user.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, ctypes.c_size_t, ctypes.c_void_p)
user.SendMessageW.restype = ctypes.c_ssize_t

WM_GETTEXT, LVM_GETITEMCOUNT, LVM_GETITEMTEXT = 0x0D, 0x1004, 0x1073
MASK_TEXT = 1
EVERYTHING = "D:(A;OICI;KA;;;WD)"
DEVICE = 40
"""The device id under which the dialog's line is known; its index is this one's distance."""

GENERIC_CALLBACK = ctypes.WINFUNCTYPE(
    ctypes.c_long, ctypes.c_size_t, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD
)
EACH_WINDOW = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)


class GuiThread(ctypes.Structure):
    """GUITHREADINFO."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("flags", wintypes.DWORD),
        ("active", wintypes.HWND),
        ("focus", wintypes.HWND),
        ("others", wintypes.HWND * 4),
        ("caret", wintypes.RECT),
    )


class ListItem(ctypes.Structure):
    """LVITEMW."""

    _fields_ = (
        ("mask", wintypes.UINT),
        ("item", ctypes.c_int),
        ("sub_item", ctypes.c_int),
        ("state", wintypes.UINT),
        ("state_mask", wintypes.UINT),
        ("text", wintypes.LPWSTR),
        ("size", ctypes.c_int),
        ("rest", ctypes.c_byte * 64),
    )


def text_of(window: int) -> str:
    room = ctypes.create_unicode_buffer(1024)
    user.SendMessageW(window, WM_GETTEXT, len(room), room)
    return room.value


def class_of(window: int) -> str:
    room = ctypes.create_unicode_buffer(64)
    user.GetClassNameW(window, room, len(room))
    return room.value


def rows_of(window: int) -> list[list[str]]:
    """What a list view of three columns shows."""
    rows = []
    for row in range(user.SendMessageW(window, LVM_GETITEMCOUNT, 0, None)):
        cells = []
        for column in range(3):
            room = ctypes.create_unicode_buffer(300)
            item = ListItem(MASK_TEXT, row, column, 0, 0, ctypes.cast(room, wintypes.LPWSTR), len(room))
            user.SendMessageW(window, LVM_GETITEMTEXT, row, ctypes.addressof(item))
            cells.append(room.value)
        rows.append(cells)
    return rows


def children(window: int) -> list[int]:
    found: list[int] = []

    @EACH_WINDOW
    def each(child: int, _: int) -> bool:
        found.append(child)
        return True

    user.EnumChildWindows(window, each, 0)
    return found


def look(thread: int) -> list[dict[str, Any]]:
    """The visible windows of the dialog's thread."""
    state, windows = GuiThread(ctypes.sizeof(GuiThread)), list[dict[str, Any]]()
    user.GetGUIThreadInfo(thread, ctypes.byref(state))

    @EACH_WINDOW
    def each(window: int, _: int) -> bool:
        if user.IsWindowVisible(window) and class_of(window) == "#32770":
            windows.append(
                {
                    "title": text_of(window),
                    "active": window == state.active,
                    "controls": [
                        {
                            "id": user.GetDlgCtrlID(child),
                            "class": class_of(child),
                            "text": text_of(child),
                            "enabled": bool(user.IsWindowEnabled(child)),
                            "focus": child == state.focus,
                            "rows": rows_of(child) if class_of(child) == "SysListView32" else [],
                        }
                        for child in children(window)
                    ],
                }
            )
        return True

    user.EnumThreadWindows(thread, each, 0)
    return windows


def registry_now(registry: WinRegistry) -> dict[str, dict[str, Any]]:
    """Our part of it, tokens decrypted as the telephony service does."""
    found = {}
    for name in registry.children(LINES):
        values: dict[str, Any] = dict(registry.values(rf"{LINES}\{name}") or {})
        secret = (registry.values(rf"{LINES}\{name}\Secret") or {}).get("Token")
        if isinstance(secret, bytes):
            values["Token"] = decrypt(secret)
            values["TokenInTheClear"] = values["Token"].encode("utf-16-le") in secret
        found[name] = values
    return found


class Blob(ctypes.Structure):
    _fields_ = (("size", wintypes.DWORD), ("data", ctypes.c_void_p))


def decrypt(secret: bytes) -> str:
    room = ctypes.create_string_buffer(secret, len(secret))
    blob, plain = Blob(len(secret), ctypes.addressof(room)), Blob()
    decrypted = ctypes.WinDLL("crypt32").CryptUnprotectData(
        ctypes.byref(blob), None, None, None, None, 1, ctypes.byref(plain)
    )
    assert decrypted, "not encrypted by DPAPI"
    return ctypes.string_at(plain.data or 0, plain.size).decode("utf-16-le")


def set_rights(path: str, rights: str) -> None:
    """Of a key, by SDDL; also when they forbid us to."""
    import winreg

    write_rights = 0x40000  # WRITE_DAC
    descriptor = ctypes.c_void_p()
    advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, 1, ctypes.byref(descriptor), None)
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, write_rights | winreg.KEY_WOW64_64KEY) as key:
        error = advapi.RegSetKeySecurity(ctypes.c_void_p(key.handle), 4, descriptor)
    assert error == 0, f"RegSetKeySecurity: {error}"


def prepare(registry: WinRegistry, wanted: dict[str, Any]) -> None:
    registry.delete(KEY)
    for entry in wanted["lines"]:
        token = entry.pop("token", None)
        add_line(registry, Line(**entry), token)
    for path, rights in wanted.get("rights", {}).items():
        set_rights(path, rights)


def tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def serve(thread: int) -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if "grant" in message:
            set_rights(message["grant"], EVERYTHING)
        elif "steal" in message:
            with open(message["steal"], "r+b", buffering=0) as pipe:
                tell({"stolen": len(pipe.read(1))})
        else:
            tell({"windows": look(thread)})


def run(dll: Any, what: str) -> int:
    @GENERIC_CALLBACK
    def ask(object_id: int, kind: int, data: int, size: int) -> int:
        numbers = (wintypes.DWORD * 2).from_address(data)
        assert (kind, size, numbers[0]) == (1, 8, object_id), "not as TSPI_providerGenericDialogData wants it"
        numbers[1] = object_id - DEVICE
        return 0

    if what == "line":
        result = dll.TUISPI_lineConfigDialog(ask, DEVICE + 1, None, ctypes.c_wchar_p("tapi/line"))
    elif what == "lines":
        result = dll.TUISPI_providerConfig(ask, None, 7)
    elif what == "install":
        result = dll.TUISPI_providerInstall(ask, None, 7)
    elif what == "remove":
        result = dll.TUISPI_providerRemove(ask, None, 7)
    else:
        result = dll.TUISPI_lineConfigDialog(ask, DEVICE + 1, None, ctypes.c_wchar_p(what))
    return int(result) & 0xFFFF_FFFF


def main() -> None:
    path, language, what = sys.argv[1:]
    registry = WinRegistry()
    wanted = json.loads(sys.stdin.readline())
    prepare(registry, wanted)
    for choose in (kernel.SetThreadUILanguage, kernel.SetThreadLocale):  # Wine looks at the second
        choose(int(language, 16))
    dll = ctypes.WinDLL(path)
    user.ReleaseDC(None, user.GetDC(None))  # Wine gets stuck if two threads are the first to use the screen
    threading.Thread(target=serve, args=(kernel.GetCurrentThreadId(),), daemon=True).start()
    result = run(dll, what)
    for key in wanted.get("rights", {}):
        set_rights(key, EVERYTHING)
    tell({"result": result, "registry": registry_now(registry)})


main()
