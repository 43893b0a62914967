"""The lines as the registry has them: `HKLM\\SOFTWARE\\Offhook\\TSP\\Lines\\<n>`, see docs/tsp.md.

native/tsp/settings.c reads and writes the same.
"""

from dataclasses import dataclass, replace
from typing import Final

from offhook.windows.ports import Registry, TelephonyError

KEY: Final = r"SOFTWARE\Offhook\TSP"
LINES: Final = rf"{KEY}\Lines"

MAX_LINES: Final = 1000
"""As many as the provider takes; a terminal server has one for each user."""

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 7700

AUTO: Final = "auto"
REPORTS: Final = ("never", AUTO, "always")
"""When programs are told of calls that are dialled at the phone itself."""

_LENGTHS: Final = {"name": 127, "terminal": 64, "host": 255, "token": 256}
"""In UTF-16 units, as the provider's buffers have them."""


@dataclass(frozen=True)
class Line:
    """One line device. `index` names its key for ever; 0 for a line that is not stored yet.

    `report_manual` is one of `REPORTS`; None leaves it as it is stored, which is `AUTO` for a new line.

    Raises `TelephonyError` for values that the provider would not take.
    """

    terminal: str = ""
    name: str = ""
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    index: int = 0
    report_manual: str | None = None

    def __post_init__(self) -> None:
        for field in ("name", "terminal", "host"):
            _check_text(field, getattr(self, field))
        if not self.host or any(mark in self.host for mark in ' /\\@?#,;"'):
            raise TelephonyError(f"--host {self.host!r} is not valid; give a host name or an address alone")
        if self.host.count(":") == 1 or self.host.startswith("["):
            raise TelephonyError(f"--host {self.host!r}: give the port with --port, an IPv6 address bare")
        if not 1 <= self.port <= 65535:
            raise TelephonyError(f"--port {self.port} is not valid; give a port from 1 to 65535")
        if " " in self.terminal or "%" in self.terminal:
            raise TelephonyError(f"--terminal {self.terminal!r}: give the phone's id, without blanks and %")
        if self.report_manual not in (None, *REPORTS):
            choices = ", ".join(REPORTS)
            raise TelephonyError(
                f"--report-manual {self.report_manual!r} is not valid; choose from {choices}"
            )

    @property
    def shown(self) -> str:
        """The name under which applications see it."""
        return self.name or f"Offhook {self.terminal}".rstrip()


def read_lines(registry: Registry) -> list[Line]:
    """All of them by index. What the provider would not take is shown as it is, so that it can be removed."""
    indexes = sorted(int(name) for name in registry.children(LINES) if name.isdecimal() and int(name))
    return [_read(registry, index) for index in indexes[:MAX_LINES]]


def add_line(registry: Registry, line: Line, token: str | None) -> Line:
    """Store a new line under the lowest free index. Raises `TelephonyError`."""
    lines = read_lines(registry)
    if len(lines) >= MAX_LINES:
        raise TelephonyError(f"there are {MAX_LINES} lines, and no more can be; remove one first")
    _check_unique(line, lines)
    taken = {other.index for other in lines}
    stored = replace(line, index=next(n for n in range(1, MAX_LINES + 2) if n not in taken))
    write_line(registry, stored, token)
    return stored


def write_line(registry: Registry, line: Line, token: str | None) -> None:
    """Store a line; its token is left alone when it is None. Raises `TelephonyError`."""
    path = rf"{LINES}\{line.index}"
    if token is not None:
        _check_token(token)
        registry.write_secret(rf"{path}\Secret", "Token", token)
    values: dict[str, str | int] = {
        "Name": line.shown,
        "Terminal": line.terminal,
        "Host": line.host,
        "Port": line.port,
    }
    if line.report_manual is not None:
        values["ReportManual"] = line.report_manual
    registry.write(path, values)


def remove_line(registry: Registry, which: str) -> Line:
    """Remove a line by index, terminal or name. Raises `TelephonyError` unless it is exactly one."""
    found = find_line(registry, which)
    registry.delete(rf"{LINES}\{found.index}")
    return found


def find_line(registry: Registry, which: str) -> Line:
    """A line by index, terminal or name. Raises `TelephonyError` unless it is exactly one."""
    lines = read_lines(registry)
    found = [line for line in lines if which == str(line.index)] or [
        line for line in lines if which in (line.terminal, line.name)
    ]
    if len(found) != 1:
        count = "no line" if not found else f"{len(found)} lines"
        raise TelephonyError(f"{count} {which!r}; give the number that `offhook tsp line list` shows")
    return found[0]


def _read(registry: Registry, index: int) -> Line:
    values = registry.values(rf"{LINES}\{index}") or {}
    texts = {key: value for key, value in values.items() if isinstance(value, str)}
    port = values.get("Port")
    line = object.__new__(Line)  # without the checks of what is to be stored
    for field, value in (
        ("terminal", texts.get("Terminal", "")),
        ("name", texts.get("Name", "")),
        ("host", texts.get("Host") or DEFAULT_HOST),
        ("port", port if isinstance(port, int) and 1 <= port <= 65535 else DEFAULT_PORT),
        ("index", index),
        ("report_manual", report if (report := texts.get("ReportManual")) in REPORTS else None),
    ):
        object.__setattr__(line, field, value)
    return line


def _check_text(field: str, text: str) -> None:
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > _LENGTHS[field]:
        raise TelephonyError(f"--{field} is too long; at most {_LENGTHS[field]} characters")
    if text and not text.isprintable():
        raise TelephonyError(f"--{field} has control characters in it; type it anew")


def _check_token(token: str) -> None:
    _check_text("token", token)
    if "%" in token:
        raise TelephonyError("the token contains %; give the Smart Messenger's token file")


def _check_unique(line: Line, others: list[Line]) -> None:
    for other in others:
        if other.shown.casefold() == line.shown.casefold():
            raise TelephonyError(f"line {other.index} is called {other.shown!r} already; give another --name")
