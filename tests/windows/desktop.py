"""Wine on a separate screen, with the dialogs of the DLL driven by the keyboard."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.peers.program import PeerProgramError

ROOT: Final = Path(__file__).parents[2]
WINE: Final = ROOT / "build" / "wine"
HOST: Final = Path(__file__).with_name("dialog_host.py")

FONTS: Final = ("Malgun Gothic", "Gulim", "굴림")
"""Those of Windows that have Hangul: of the dialogs, and of the setup program in Korean."""

ENGLISH, KOREAN = "0409", "0412"

LIMIT_S: Final = 90.0
"""Limit for each wait on a dialog."""
LOOK_S: Final = 0.05


def windows_path(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


def dll(architecture: str = "x64") -> Path:
    path = ROOT / "src" / "offhook" / "windows" / "dll" / architecture / "offhook.tsp"
    if not path.is_file():
        raise PeerProgramError(f"{path} is missing; run: make tsp")
    return path


class Desktop:
    """An X server and a copy of Wine's prefix of their own; its services need the screen from the start.

    `wine` is where the prefix comes from, `environ` what its programs have besides in their environment.
    """

    def __init__(self, folder: Path, *, wine: Path = WINE, **environ: str) -> None:
        if not (wine / "version").is_file():
            raise PeerProgramError(f"{wine} is missing; run: tools/install-{wine.name}")
        for program in ("Xvfb", "xdotool", "wine"):
            if shutil.which(program) is None:
                raise PeerProgramError(f"{program} is missing; run: tools/install-wine")
        self.folder = folder
        read, write = os.pipe()
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "900x700x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise PeerProgramError("Xvfb ended without a screen")
        prefix = folder / "prefix"
        shutil.copytree(wine / "prefix", prefix, symlinks=True)
        self.environ = {
            **os.environ,
            "DISPLAY": f":{number}",
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "PYTHONPATH": windows_path(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environ,
        }
        self._start_services()
        # There is no window manager: Wine draws the frames, and gives the keyboard to its own windows.
        self._set(r"X11 Driver", "Managed", "N")
        for name in FONTS:
            self._set(r"Fonts\Replacements", name, "NanumGothic")

    def _start_services(self) -> None:
        self.run("wineserver", "-p60")
        self.run("wine", "wineboot")

    def power_off(self) -> None:
        """End everything in it at once, and start it again: the next program would start the services,
        and they would keep its output open."""
        self.run("wineserver", "-k", check=False)
        self.run("wineserver", "-w", check=False)
        self._start_services()

    def _set(self, key: str, name: str, value: str) -> None:
        path = rf"HKCU\Software\Wine\{key}"
        self.run("wine", "reg", "add", path, "/f", "/v", name, "/d", value)

    def run(self, *command: str, check: bool = True) -> None:
        """Run a command and discard its output: Wine's services would keep a pipe open."""
        quiet = subprocess.DEVNULL
        subprocess.run(
            command, env=self.environ, stdin=quiet, stdout=quiet, stderr=quiet, check=check, timeout=150
        )

    def close(self) -> None:
        self.run(
            "wineserver", "-k", check=False
        )  # it may have ended by itself, a minute after the last program
        self.run("wineserver", "-w", check=False)
        self._screen.terminate()
        self._screen.wait()


@dataclass(frozen=True)
class Control:
    """One field, label or button."""

    id: int
    text: str
    enabled: bool
    focus: bool
    rows: list[list[str]]


@dataclass(frozen=True)
class Window:
    """The current state of a dialog."""

    title: str
    active: bool
    controls: list[Control]

    def __getitem__(self, control: int) -> Control:
        """Raises `LookupError` where there is none."""
        for one in self.controls:
            if one.id == control:
                return one
        raise LookupError(f"{self.title!r} has no control {control}")

    @property
    def focus(self) -> int:
        """The control that has it, or 0."""
        return next((one.id for one in self.controls if one.focus), 0)

    @property
    def texts(self) -> str:
        """All texts in it."""
        return "\n".join(one.text for one in self.controls)


def _window(fields: dict[str, Any]) -> Window:
    controls = [
        Control(one["id"], one["text"], one["enabled"], one["focus"], one["rows"])
        for one in fields["controls"]
    ]
    return Window(fields["title"], fields["active"], controls)


@dataclass
class Ended:
    """What the export returned, and the lines in the registry."""

    result: int
    registry: dict[str, dict[str, Any]]


@dataclass
class Dialog:
    """One run of an export of the DLL."""

    desktop: Desktop
    what: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    language: str = ENGLISH
    rights: dict[str, str] = field(default_factory=dict)
    ended: Ended | None = None
    _process: Process | None = None
    _pipe: int = -1

    async def __aenter__(self) -> "Dialog":
        arguments = (windows_path(HOST), windows_path(dll()), self.language, self.what)
        # Left to asyncio it would be a socket, which Windows programs do not read from.
        read, self._pipe = os.pipe()
        self._process = await asyncio.create_subprocess_exec(
            "wine",
            str(WINE / "python" / "python.exe"),
            *arguments,
            env=self.desktop.environ,
            stdin=read,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=1 << 20,
        )
        os.close(read)
        self._say({"lines": self.lines, "rights": self.rights})
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        os.close(self._pipe)

    async def look(self) -> list[Window]:
        """The windows as they are; none when the dialog has ended."""
        if self.ended is not None:
            return []
        self._say({"look": True})
        answer = await self._hear()
        if "windows" in answer:
            return [_window(fields) for fields in answer["windows"]]
        self.ended = Ended(answer["result"], answer["registry"])
        return []

    async def until(self, what: str, found: Callable[[Window], bool]) -> Window:
        """Wait for a window of which it is true."""
        seen: list[Window] = []
        try:
            async with asyncio.timeout(LIMIT_S):
                while True:
                    seen = await self.look()
                    for window in seen:
                        with suppress(LookupError):  # another window, or one without its controls yet
                            if found(window):
                                return window
                    assert self.ended is None, f"ended while waiting for {what}: {self.ended}"
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; there was {seen}") from None

    async def focus(self, control: int) -> Window:
        """Wait for the keyboard to be there."""
        return await self.until(
            f"the focus on {control}", lambda window: window.active and window.focus == control
        )

    async def box(self, text: str) -> Window:
        """Wait for a message box that says so."""
        return await self.until(f"a box with {text!r}", lambda window: window.active and text in window.texts)

    async def end(self) -> Ended:
        """Wait for the export to return."""
        async with asyncio.timeout(LIMIT_S):
            while self.ended is None:
                await self.look()
                await asyncio.sleep(LOOK_S)
        return self.ended

    async def grant(self, key: str) -> None:
        """Give everybody all rights on a key of HKLM."""
        self._say({"grant": key})
        await self.look()

    async def steal(self, pipe: str) -> int:
        """Open the pipe from the dialog's own process; the number of bytes that came of it, at most one."""
        self._say({"steal": pipe})
        return int((await self._hear())["stolen"])

    async def key(self, *keys: str) -> None:
        """Press keys, named as X names them."""
        await self._keyboard_is_ours()
        await self._xdotool("key", "--delay", "30", *keys)

    async def type(self, text: str) -> None:
        """Type text where the focus is, over what is selected."""
        await self._keyboard_is_ours()
        await self._xdotool("type", "--delay", "15", text)

    async def fill(self, mnemonic: str, control: int, text: str) -> None:
        """Go to a field by its letter, and type over all that is in it."""
        await self.key(f"alt+{mnemonic}")
        await self.focus(control)
        await self.key("ctrl+a")
        if text:
            await self.type(text)
        else:
            await self.key("Delete")
        await self.until(
            f"{text!r} in {control}", lambda window: window.active and window[control].text == text
        )

    def _say(self, message: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # it has ended, and its last word is still to be heard
            os.write(self._pipe, json.dumps(message).encode() + b"\n")

    async def _hear(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            line = await self._process.stdout.readline()
        assert line, "the host ended without a word"
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _keyboard_is_ours(self) -> None:
        """Windows knows its active window before the screen gives it the keyboard; or the screen, without a
        window manager, gives it to nobody when a message box goes."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                titles = [window.title for window in await self.look() if window.active]
                if titles and await self._xdotool("getwindowfocus", "getwindowname") == titles[0]:
                    return
                await asyncio.sleep(LOOK_S)
                for title in titles:
                    await self._xdotool("search", "--onlyvisible", "--name", f"^{title}$", "windowfocus")

    async def _xdotool(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "xdotool", *arguments, env=self.desktop.environ, stdout=PIPE, stderr=DEVNULL
        )
        output, _ = await process.communicate()
        return output.decode().strip()


ELEVATED_S = 60.0
"""How long the elevated process may take to begin, in small steps and beside whatever else runs."""

STEP_S = 0.005
"""A step ends after so long: meanwhile nothing else of the test goes on."""
LOOK_AT_IT_S = 0.0001
"""Not without a pause: where there is one processor only, it would never run."""


class Elevated:
    """The process that Windows would give an administrator's rights, stopped before it has done anything."""

    def __init__(self, pid: int, command: str) -> None:
        self.pid, self.command = pid, command

    @property
    def pipe(self) -> str:
        return self.command.split()[-1]

    def has_begun(self) -> bool:
        """It is whole to Windows: it is loading what the DLL needs."""
        return "crypt32" in Path(f"/proc/{self.pid}/maps").read_text()

    def step(self) -> None:
        """Let it run, and stop it as soon as it has begun. A millisecond between two looks would be enough
        for it to do its work and end."""
        end = time.monotonic() + STEP_S
        self.go_on()
        while not self.has_begun() and time.monotonic() < end:
            time.sleep(LOOK_AT_IT_S)
        self.stop()

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@contextmanager
def _first_in_line() -> Iterator[None]:
    """This process has a processor as soon as it wants one: on a busy machine a millisecond of waiting is a
    millisecond. Where the system does not allow it, everything goes on as usual."""
    if not hasattr(os, "sched_setscheduler"):
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


async def elevated(dialog: Dialog) -> Elevated:
    """Wait for it, in steps that are too small for it to do anything; begin before it can begin."""
    try:
        with _first_in_line():
            return await _stepped(dialog)
    except ProcessLookupError:
        raise AssertionError("the elevated process was at its end before it could be stopped") from None


async def _stepped(dialog: Dialog) -> Elevated:
    try:
        # Looking at hundreds of others takes longer than the process needs to be done.
        others = set(os.listdir("/proc"))
        async with asyncio.timeout(ELEVATED_S):
            while (process := _stop_elevated(dialog.desktop, others)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            while not process.has_begun():
                process.step()
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError("waited in vain for rundll32 with OffhookApply") from None
    return process


def _stop_elevated(desktop: Desktop, others: Collection[str]) -> Elevated | None:
    ours = f"WINEPREFIX={desktop.environ['WINEPREFIX']}".encode()
    for name in os.listdir("/proc"):
        if name in others or not name.isdecimal():
            continue
        folder = Path("/proc", name)
        with suppress(OSError):  # it may end meanwhile
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            if "OffhookApply" in command and ours in (folder / "environ").read_bytes():
                process = Elevated(int(folder.name), command)
                process.stop()
                return process
    return None
