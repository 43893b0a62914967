"""The TAPI service provider: installed, upgraded, removed, looked at.

TAPI copies no files: the DLL is put into System32, and on 64-bit Windows the 32-bit one into SysWOW64, whose
programs open its dialogs in their own process; then TAPI is told of it (lineAddProviderW). An upgrade
leaves TAPI alone: with a new provider id, every program would lose the line that it was set to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from offhook.windows.files import FILE_NAME
from offhook.windows.lines import AUTO, KEY, Line, add_line, read_lines, remove_line, write_line
from offhook.windows.location import ensure_location
from offhook.windows.ports import TelephonyError, Windows
from offhook.windows.trace import read_trace


@dataclass
class Report:
    """What was done."""

    provider: int | None = None
    was_there: bool = False
    copied: list[Path] = field(default_factory=list)
    line: Line | None = None
    location: bool = False
    restarted: bool = False
    busy: list[str] = field(default_factory=list)
    """Services that keep the telephony service from being started anew: the change waits for them."""
    left: list[Path] = field(default_factory=list)
    """Files that go at the next start of Windows."""


@dataclass(frozen=True)
class Status:
    """What is installed, and which lines there are."""

    provider: int | None
    files: dict[Path, str]
    """`current`, `different` or `missing`."""
    running: bool
    lines: list[Line]


def find_provider(windows: Windows) -> int | None:
    """Our permanent provider id, None when TAPI does not know us."""
    for provider, name in windows.tapi.providers().items():
        if name.replace("/", "\\").rpartition("\\")[2].casefold() == FILE_NAME:
            return provider
    return None


def install(
    windows: Windows, line: Line | None = None, token: str | None = None, *, stop_others: bool = False
) -> Report:
    """Install or upgrade; repeating it changes nothing. All or nothing.

    With `line` that line is there afterwards; without, TAPI makes a first one if there is none. Services that
    need the telephony service are stopped, and started again, only with `stop_others`: a VPN may be one of
    them. Raises `TelephonyError`.
    """
    _require_administrator(windows, "install the provider")
    provider = find_provider(windows)
    report = Report(provider=provider, was_there=provider is not None)
    wanted = windows.files.wanted()
    changed = {
        place: content for place, content in wanted.items() if windows.files.installed(place) != content
    }
    before = {place: windows.files.installed(place) for place in changed}
    lines_before = read_lines(windows.registry)
    with _ServicePaused(windows, report, stop_others, needed=bool(changed) or provider is None):
        try:
            for place, content in changed.items():
                windows.files.put(place, content)
            if line is not None:
                report.line = _store(windows, line, token)
            if provider is None:
                report.provider = windows.tapi.add(FILE_NAME)
        except BaseException:
            _take_back(windows, before, lines_before)
            raise
    report.copied = list(changed)
    report.location = ensure_location(windows.registry, windows.country)
    return report


def uninstall(windows: Windows, *, stop_others: bool = False) -> Report:
    """Remove the provider, its files, settings and logs; may be repeated. Raises `TelephonyError`."""
    _require_administrator(windows, "remove the provider")
    provider = find_provider(windows)
    report = Report(provider=provider, was_there=provider is not None)
    wanted = windows.files.wanted()
    trace_file = read_trace(windows).file
    if provider is not None:
        _take_from_tapi(windows, provider, wanted)
    present = [place for place in wanted if windows.files.installed(place) is not None]
    report.was_there = report.was_there or bool(present) or windows.registry.values(KEY) is not None
    with _ServicePaused(windows, report, stop_others, needed=bool(present)):
        # The files last: as long as one is there, whoever was cut off knows that something is left to do.
        windows.registry.delete(KEY)
        windows.files.remove_logs(windows.log, str(trace_file))
        report.left = [place for place in present if not windows.files.remove(place)]
    return report


def _take_from_tapi(windows: Windows, provider: int, wanted: Mapping[Path, bytes]) -> None:
    """TAPI asks the DLL itself to remove its settings: so one that is missing is put there, or is damaged."""
    there = {place: windows.files.installed(place) for place in wanted}
    for place, content in wanted.items():
        if there[place] is None:
            windows.files.put(place, content)
    try:
        windows.tapi.remove(provider)
    except TelephonyError:
        others = {place: content for place, content in wanted.items() if there[place] not in (None, content)}
        if not others:
            raise
        for place, content in others.items():
            windows.files.put(place, content)
        windows.tapi.remove(provider)


def status(windows: Windows) -> Status:
    """Changes nothing, and may be asked by anybody. Raises `TelephonyError`."""
    files = {}
    for place, content in windows.files.wanted().items():
        there = windows.files.installed(place)
        files[place] = "missing" if there is None else "current" if there == content else "different"
    return Status(find_provider(windows), files, windows.service.running(), read_lines(windows.registry))


class _ServicePaused:
    """The telephony service stands still meanwhile, if it runs, and if it can be stopped without harm."""

    def __init__(self, windows: Windows, report: Report, stop_others: bool, *, needed: bool) -> None:
        self._service, self._report = windows.service, report
        self._stop_others, self._needed = stop_others, needed
        self._others: list[str] = []
        self._stopped = False

    def __enter__(self) -> None:
        if not self._needed or not self._service.running():
            return
        others = self._service.dependents()
        if others and not self._stop_others:
            self._report.busy = others
            return
        try:
            for name in others:
                self._service.stop_other(name)
                self._others.append(name)
            self._service.stop()
        except TelephonyError:
            self._start_others()
            raise
        self._stopped = True

    def __exit__(self, *_: object) -> None:
        if self._stopped:
            self._service.start()
            self._report.restarted = True
        self._start_others()

    def _start_others(self) -> None:
        for name in reversed(self._others):
            self._service.start_other(name)


def _store(windows: Windows, line: Line, token: str | None) -> Line:
    """As a new line, or over the one of the same terminal; or over the one that TAPI made without any."""
    lines = read_lines(windows.registry)
    same = [other for other in lines if other.terminal == line.terminal]
    untouched = [other for other in lines if not other.terminal] if len(lines) == 1 else []
    for old in same or untouched:
        stored = replace(line, index=old.index, name=line.name or (old.name if old in same else ""))
        write_line(windows.registry, stored, token)
        return stored
    return add_line(windows.registry, line, token)


def _take_back(windows: Windows, before: dict[Path, bytes | None], lines: list[Line]) -> None:
    known = {line.index: line for line in lines}
    for now in read_lines(windows.registry):
        if now.index not in known:
            remove_line(windows.registry, str(now.index))
        elif now != known[now.index]:
            old = known[now.index]
            write_line(windows.registry, replace(old, report_manual=old.report_manual or AUTO), None)
    if not lines:
        windows.registry.delete(KEY)
    for place, content in before.items():
        if content is not None:
            windows.files.put(place, content)
        elif windows.files.installed(place) is not None:
            windows.files.remove(place)


def _require_administrator(windows: Windows, what: str) -> None:
    if not windows.is_administrator:
        raise TelephonyError(
            f"only an administrator may {what}; open the command prompt with 'Run as administrator'"
        )
