"""The provider's log: switched in the registry, written by the DLL; native/tsp/trace.c reads the same."""

from dataclasses import dataclass
from pathlib import Path

from offhook.windows.lines import KEY
from offhook.windows.ports import Windows


@dataclass(frozen=True)
class Trace:
    """Whether the provider logs, and where to. The older half is beside it, as `.1`."""

    on: bool
    file: Path


def read_trace(windows: Windows) -> Trace:
    """As the registry has it."""
    values = windows.registry.values(KEY) or {}
    file = values.get("TraceFile")
    return Trace(values.get("Trace") == 1, Path(file) if isinstance(file, str) and file else windows.log)


def switch_trace(windows: Windows, on: bool, file: Path | None = None) -> Trace:
    """The running provider follows at once. Raises `TelephonyError`."""
    if on:
        chosen = {"TraceFile": str(file)} if file is not None else {}
        windows.registry.write(KEY, {"Trace": 1, **chosen})
    else:
        windows.registry.delete_values(KEY, ("Trace",))
    return read_trace(windows)
