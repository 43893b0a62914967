"""A Windows of fakes that writes down what is done to it, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from offhook.windows.files import DllFiles
from offhook.windows.lines import LINES, Line, add_line
from offhook.windows.ports import TelephonyError, Value, Windows

NATIVE = b"the x64 DLL"
OTHER = b"the x86 DLL"


class FakeRegistry:
    """Keys as a flat dict. A secret's value is kept as `secret:` and the text."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Value]] = {}

    def values(self, path: str) -> Mapping[str, Value] | None:
        return self.keys.get(path)

    def children(self, path: str) -> list[str]:
        below = path + "\\"
        return sorted({key[len(below) :].partition("\\")[0] for key in self.keys if key.startswith(below)})

    def write(self, path: str, values: Mapping[str, Value]) -> None:
        parts = path.split("\\")
        for depth in range(1, len(parts) + 1):
            self.keys.setdefault("\\".join(parts[:depth]), {})
        self.keys[path].update(values)

    def write_secret(self, path: str, name: str, secret: str) -> None:
        self.write(path, {name: f"secret:{secret}"} if secret else {})

    def delete_values(self, path: str, names: tuple[str, ...]) -> None:
        for name in names:
            self.keys.get(path, {}).pop(name, None)

    def delete(self, path: str) -> None:
        for key in [key for key in self.keys if key == path or key.startswith(path + "\\")]:
            del self.keys[key]


@dataclass
class FakeTapi:
    """Does what TAPI does with our DLL: adding makes a first line, removing deletes the settings."""

    log: list[str]
    registry: FakeRegistry
    listed: dict[int, str] = field(default_factory=lambda: {1: "unimdm.tsp", 4: "remotesp.tsp"})
    refuses: bool = False

    def providers(self) -> dict[int, str]:
        return dict(self.listed)

    def add(self, file_name: str) -> int:
        self.log.append(f"add {file_name}")
        if self.refuses:
            raise TelephonyError("Windows' telephony did not add the provider")
        if not self.registry.children(LINES):
            add_line(self.registry, Line(name="Offhook"), None)
        provider = max(self.listed) + 1
        self.listed[provider] = file_name
        return provider

    def remove(self, provider: int) -> None:
        self.log.append(f"remove {provider}")
        del self.listed[provider]
        self.registry.delete(r"SOFTWARE\Offhook\TSP")


@dataclass
class FakeService:
    """The telephony service, and what needs it."""

    log: list[str]
    is_running: bool = True
    needed_by: list[str] = field(default_factory=list)
    hangs: bool = False

    def running(self) -> bool:
        return self.is_running

    def dependents(self) -> list[str]:
        return list(self.needed_by)

    def stop(self) -> None:
        self.log.append("stop")
        if self.hangs:
            raise TelephonyError("the service TapiSrv does not stop")
        self.is_running = False

    def start(self) -> None:
        self.log.append("start")
        self.is_running = True

    def stop_other(self, name: str) -> None:
        self.log.append(f"stop {name}")

    def start_other(self, name: str) -> None:
        self.log.append(f"start {name}")


class LoggedFiles(DllFiles):
    """Real files below a temporary folder."""

    def __init__(self, root: Path, log: list[str]) -> None:
        self.log, self.delayed = log, list[Path]()
        self.native, self.other = root / "System32" / "offhook.tsp", root / "SysWOW64" / "offhook.tsp"
        packaged = root / "package"
        for architecture, content in (("x64", NATIVE), ("x86", OTHER)):
            (packaged / architecture).mkdir(parents=True)
            (packaged / architecture / "offhook.tsp").write_bytes(content)
        for place in (self.native, self.other):
            place.parent.mkdir()
        folders = {"x64": self.native.parent, "x86": self.other.parent}
        super().__init__(folders, self.delayed.append, packaged)

    def put(self, place: Path, content: bytes) -> None:
        self.log.append(f"put {place.parent.name}")
        super().put(place, content)

    def remove(self, place: Path) -> bool:
        self.log.append(f"delete {place.parent.name}")
        return super().remove(place)


class FakeWindows:
    """All of it."""

    def __init__(self, root: Path) -> None:
        self.log: list[str] = []
        self.registry = FakeRegistry()
        self.tapi = FakeTapi(self.log, self.registry)
        self.service = FakeService(self.log)
        self.files = LoggedFiles(root, self.log)
        self.trace_file = root / "ProgramData" / "Offhook" / "tsp.log"

    def windows(self, *, administrator: bool = True) -> Windows:
        return Windows(
            registry=self.registry,
            tapi=self.tapi,
            service=self.service,
            files=self.files,
            log=self.trace_file,
            country=82,
            is_administrator=administrator,
        )

    def left_behind(self) -> list[Path]:
        """Files outside of the package."""
        return [
            path for path in (self.files.native.parent, self.files.other.parent) for path in path.iterdir()
        ]
