"""Autostart and the handler for tel: links: on Linux by .desktop files of the user."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

NAME = "offhook.desktop"

ENTRY = """\
[Desktop Entry]
Type=Application
Name=Offhook
Name[ko]=Offhook
GenericName=Telephone
GenericName[ko]=전화
Comment=Call people from your desk phone
Comment[ko]=내 전화기로 전화 걸기
Exec={command}
Icon=phone
Categories=Network;Telephony;
MimeType={types}
Terminal=false
StartupNotify=false
"""

SCHEMES = ("tel", "callto", "sip", "sips")
"""The schemes of links that the program opens."""


class Startup:
    """Registers the program for this user only, in the XDG base directories.

    `options` follow the subcommand: the configuration that this program was started with.
    """

    def __init__(
        self, command: Sequence[str], options: Sequence[str] = (), environ: Mapping[str, str] = os.environ
    ) -> None:
        self._command, self._options = list(command), list(options)
        home = Path(environ.get("HOME", "~")).expanduser()
        self._config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        self._data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")

    @property
    def autostart_file(self) -> Path:
        return self._config / "autostart" / NAME

    @property
    def links_file(self) -> Path:
        return self._data / "applications" / NAME

    def enabled(self) -> bool:
        """Does the program start with the session?"""
        if sys.platform == "win32":
            from offhook.windows.autostart import is_enabled

            return is_enabled()
        return self.autostart_file.exists()

    def enable(self, wanted: bool) -> None:
        """Turn autostart on or off. Raises `OSError`."""
        if sys.platform == "win32":
            from offhook.windows.autostart import set_enabled

            set_enabled(self._hidden() if wanted else None)
        elif wanted:
            self._write(self.autostart_file, self._hidden())
        else:
            self.autostart_file.unlink(missing_ok=True)

    def register_links(self) -> None:
        """Become the handler for tel:, callto: and sip: links of this user. Raises `OSError`.

        On Windows only the person can decide that: in its Settings, which are opened.
        """
        if sys.platform == "win32":
            from offhook.windows.links import register, settings_page

            register([*self._command, "open", *self._options])
            with suppress(OSError):  # before Windows 10 there are none
                settings_page()
            return
        self._write(self.links_file, [*self._command, "open", *self._options, "%u"])
        for scheme in SCHEMES:
            _quietly(["xdg-mime", "default", NAME, f"x-scheme-handler/{scheme}"])
        _quietly(["update-desktop-database", str(self.links_file.parent)])

    def _hidden(self) -> list[str]:
        return [*self._command, "messenger", "--hidden", *self._options]

    def _write(self, file: Path, command: Sequence[str]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        types = "".join(f"x-scheme-handler/{scheme};" for scheme in SCHEMES)
        text = ENTRY.format(command=" ".join(map(_quoted, command)), types=types)
        file.write_text(text, encoding="utf-8")


def _quoted(argument: str) -> str:
    """Quote an argument by the Desktop Entry Specification, unless it is plain or a field code."""
    if argument in ("%u", "%U"):
        return argument
    plain = shlex.quote(argument) == argument
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return (argument if plain else f'"{escaped}"').replace("%", "%%")


def _quietly(command: Sequence[str]) -> None:
    """Run a command and ignore errors: a desktop without it reads the file anyway."""
    try:
        subprocess.run(command, check=False, capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return
