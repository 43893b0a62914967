"""`offhook doctor`."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import FAILED, OK, add_config, complain
from offhook.common.finding import Finding, Level

if TYPE_CHECKING:
    from offhook.cli.checks.windows import Mend

SUMMARY = """Look for what keeps this computer from dialling, and say what to do: on Windows everything
between telephony programs and the Smart Messenger, then all that `offhook check` looks at."""

EXAMPLES = """\
  offhook doctor
  offhook doctor --fix
  offhook doctor --report offhook.txt"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--fix", action="store_true", help="mend what can be mended (as administrator)")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="also write a text to send to who helps; it has no secrets",
    )
    add_config(parser, overrides=True)


def run(options: Namespace) -> int:
    """The exit code by what is left. Raises `ConfigError` only for options."""
    from offhook.cli.commands.check import found_by_check, shown

    found = _look_at_windows(options.fix)
    found += found_by_check(options)
    lines = shown(found, colours=None)
    print("\n".join(shown(found, colours=sys.stdout)))
    if options.report is not None:
        return _report(options.report, lines) or _code(found)
    return _code(found)


def _code(found: list[Finding]) -> int:
    return FAILED if any(one.level is Level.FAIL for one in found) else OK


def _look_at_windows(fix: bool) -> list[Finding]:
    if sys.platform != "win32":
        return []
    from offhook.cli.checks.windows import look_at_windows
    from offhook.windows.person import CurrentUser
    from offhook.windows.ports import TelephonyError
    from offhook.windows.this_windows import this_windows

    try:
        windows = this_windows()
        found = list(look_at_windows(windows, CurrentUser()))
        if fix and _mended([mend for _, mend in found if mend is not None]):
            found = list(look_at_windows(windows, CurrentUser()))
    except TelephonyError as error:
        return [Finding("telephony", error.what, error.fix, Level.FAIL)]
    return [finding for finding, _ in found]


def _mended(mends: "list[Mend]") -> bool:
    """Do each once. Was anything done?"""
    from offhook.windows.ports import TelephonyError

    for mend in {one.what: one for one in mends}.values():
        try:
            mend.do()
            print(f"done: {mend.what}")
        except TelephonyError as error:
            complain(f"could not {mend.what}: {error}")
    return bool(mends)


def _report(file: Path, lines: list[str]) -> int:
    import platform

    from offhook import __version__

    head = [f"offhook {__version__}", f"Python {platform.python_version()}, {sys.platform}", ""]
    try:
        file.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")
    except OSError as error:
        complain(f"{file} cannot be written ({error.strerror}); name another file")
        return FAILED
    print(f"written to {file}")
    return OK
