"""`offhook tsp`: the TAPI service provider of this Windows."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import FAILED, OK, add_config, add_json
from offhook.config import read_secret

if TYPE_CHECKING:
    from offhook.windows.lines import Line
    from offhook.windows.ports import Windows
    from offhook.windows.provider import Report, Status

SUMMARY = """Install and remove the TAPI service provider, which gives Windows' telephony programs their
telephone lines; set up the lines and test them; switch the provider's log. For Windows; all but `status`,
`test`, `line list` and `trace show` need an administrator."""

EXAMPLES = """\
  offhook tsp install --terminal 4000 --token-file C:\\ProgramData\\Offhook\\tsp.token
  offhook tsp status
  offhook tsp line add --terminal 4001 --name "Lee Min-ho" --host messenger.example.org
  offhook tsp test 4001
  offhook tsp test 4001 02-568-3848
  offhook tsp trace on
  offhook tsp uninstall"""

RING_S = 30.0
"""How long a test lets the other phone ring: it is to be heard, not to be missed."""

TRACE_LINES = 40
"""Of the log that `trace show` prints."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="install|uninstall|status|line|test|trace"
    )
    install = actions.add_parser("install", help="install or upgrade the provider")
    _add_line_arguments(install)
    uninstall = actions.add_parser("uninstall", help="remove the provider, its lines, files and logs")
    for action in (install, uninstall):
        action.add_argument(
            "--stop-services",
            action="store_true",
            help="also stop, and start again, services that need the telephony service, like Remote Access",
        )
    add_json(actions.add_parser("status", help="what is installed, and the lines"))
    _add_line_actions(actions.add_parser("line", help="add, list and remove lines"))
    test = actions.add_parser("test", help="open a line, and dial, as a telephony program does")
    test.add_argument("line", metavar="LINE", help="its number, terminal or name")
    test.add_argument("number", metavar="NUMBER", nargs="?", default="", help="whom to call; Ctrl-C hangs up")
    test.add_argument(
        "--ring", metavar="SECONDS", type=float, default=RING_S, help="hang up after so long (30)"
    )
    add_config(test, overrides=True)
    _add_trace_actions(actions.add_parser("trace", help="switch or show the provider's log"))


def _add_line_actions(parser: ArgumentParser) -> None:
    lines = parser.add_subparsers(dest="line_action", required=True, metavar="add|list|remove")
    _add_line_arguments(lines.add_parser("add", help="add a line; running programs see it at once"))
    add_json(lines.add_parser("list", help="list the lines"))
    remove = lines.add_parser("remove", help="remove a line")
    remove.add_argument("line", metavar="LINE", help="its number, terminal or name")


def _add_trace_actions(parser: ArgumentParser) -> None:
    traces = parser.add_subparsers(dest="trace_action", required=True, metavar="on|off|show")
    on = traces.add_parser("on", help="log from now on")
    on.add_argument(
        "--file", metavar="FILE", type=Path, help="where to; the service must be able to write it"
    )
    traces.add_parser("off", help="log no longer")
    traces.add_parser("show", help="whether and where to it logs, and its newest entries")


def _add_line_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--terminal", metavar="ID", help="the phone that the line dials from")
    parser.add_argument("--name", metavar="NAME", help="what programs call the line")
    parser.add_argument("--host", metavar="HOST", help="where the Smart Messenger runs (this computer)")
    parser.add_argument("--port", metavar="PORT", type=int, help="what it listens on (7700)")
    parser.add_argument(
        "--report-manual",
        metavar="WHEN",
        choices=("never", "auto", "always"),
        help="tell programs of calls that are dialled at the phone itself: never; auto, while a program"
        " handles calls, which is usual; always, also if all only watch",
    )
    parser.add_argument(
        "--token-file", metavar="FILE", type=Path, help="the token is this file's first line; it is copied"
    )


def run(options: Namespace) -> int:
    """Raises `TelephonyError`, `ConfigError`."""
    from offhook.windows.this_windows import this_windows

    actions = {
        "install": _install,
        "uninstall": _uninstall,
        "status": _status,
        "line": _line,
        "test": _test,
        "trace": _trace,
    }
    return actions[options.action](options, this_windows())


def _install(options: Namespace, windows: "Windows") -> int:
    from offhook.windows.provider import install

    line, token = _line_of(options)
    report = install(windows, line, token, stop_others=options.stop_services)
    _print_installed(report)
    return OK


def _print_installed(report: "Report") -> None:
    for place in report.copied:
        print(f"copied {place}")
    if report.line is not None:
        print(f"line {report.line.index} is {report.line.shown}")
    if report.location:
        print("made a dialing location, as there was none: see Phone and Modem in the Control Panel")
    done = "was installed already" if report.was_there else "is installed"
    print(f"the provider {done}, with the id {report.provider}")
    _print_restart(report)


def _print_restart(report: "Report") -> None:
    if report.restarted:
        print("the telephony service was started anew; start programs that dial anew, too")
    if report.busy:
        print(
            f"the telephony service could not be started anew, as {', '.join(report.busy)} needs it: restart "
            "Windows, or repeat the command with --stop-services (which may end VPN connections)"
        )
    for place in report.left:
        print(f"a program still uses {place}; it goes at the next start of Windows")


def _uninstall(options: Namespace, windows: "Windows") -> int:
    from offhook.windows.provider import uninstall

    report = uninstall(windows, stop_others=options.stop_services)
    print("the provider was removed" if report.was_there else "the provider is not installed")
    _print_restart(report)
    return OK


def _status(options: Namespace, windows: "Windows") -> int:
    from offhook.windows.provider import status

    found = status(windows)
    if options.json:
        files = {str(place): state for place, state in found.files.items()}
        fields = asdict(found) | {"files": files, "lines": [_fields(line) for line in found.lines]}
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        _print_status(found)
    return OK


def _print_status(found: "Status") -> None:
    known = "not known to TAPI; run: offhook tsp install"
    print(f"provider  {known if found.provider is None else f'installed, id {found.provider}'}")
    print(f"service   {'running' if found.running else 'not running; it starts when a program dials'}")
    for place, state in found.files.items():
        advice = "" if state == "current" else "; run: offhook tsp install"
        print(f"file      {place}: {state}{advice}")
    _print_lines(found.lines)


def _print_lines(lines: "list[Line]") -> None:
    from offhook.cli.show import safe, table
    from offhook.windows.lines import AUTO

    if not lines:
        print("no lines; run: offhook tsp line add --terminal ID")
        return
    rows = [("LINE", "NAME", "TERMINAL", "SMART MESSENGER", "CALLS BY HAND")]
    rows.extend(
        (
            str(line.index),
            safe(line.shown),
            safe(line.terminal) or "-",
            safe(f"{line.host}, {line.port}"),
            line.report_manual or AUTO,
        )
        for line in lines
    )
    print("\n".join(table(rows)))


def _line(options: Namespace, windows: "Windows") -> int:
    from offhook.windows.lines import Line, add_line, read_lines, remove_line

    if options.line_action == "add":
        line, token = _line_of(options)
        stored = add_line(windows.registry, line or Line(), token)
        print(f"line {stored.index} is {stored.shown}")
    elif options.line_action == "remove":
        removed = remove_line(windows.registry, options.line)
        print(f"line {removed.index}, {removed.shown}, was removed")
    elif options.json:
        lines = [_fields(line) for line in read_lines(windows.registry)]
        print(json.dumps(lines, ensure_ascii=False, indent=2))
    else:
        _print_lines(read_lines(windows.registry))
    return OK


def _fields(line: "Line") -> dict[str, object]:
    from offhook.windows.lines import AUTO

    return asdict(line) | {"report_manual": line.report_manual or AUTO}


def _line_of(options: Namespace) -> "tuple[Line | None, str | None]":
    """The line that the options describe, None without any, and its token."""
    from offhook.windows.lines import Line

    names = ("terminal", "name", "host", "port", "report_manual")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    token = None if options.token_file is None else read_secret(options.token_file, "--token-file")
    return (Line(**given) if given or token is not None else None), token


def _test(options: Namespace, windows: "Windows") -> int:
    from offhook.cli.checks.line import look_at_line
    from offhook.cli.commands.check import shown
    from offhook.cli.whynot import why_refused
    from offhook.common.finding import Level
    from offhook.errors import Refusal
    from offhook.windows.lines import find_line
    from offhook.windows.tapilines import TapiLines

    line = find_line(windows.registry, options.line)
    level = Level.OK

    def why() -> str:
        return why_refused(options, Refusal.UNAVAILABLE, line.terminal)

    for found in look_at_line(windows, TapiLines(), line, options.number, ring_s=options.ring, why=why):
        print("\n".join(shown([found], colours=sys.stdout)), flush=True)
        level = found.level
    return FAILED if level is Level.FAIL else OK


def _trace(options: Namespace, windows: "Windows") -> int:
    from offhook.windows.trace import read_trace, switch_trace

    if options.trace_action == "show":
        trace = read_trace(windows)
    else:
        file = getattr(options, "file", None)
        trace = switch_trace(windows, options.trace_action == "on", file and file.absolute())
    print(f"the provider logs to {trace.file}" if trace.on else "the provider does not log")
    if options.trace_action == "show" and trace.file.exists():
        text = trace.file.read_text(encoding="utf-8", errors="replace")
        print("\n".join(text.splitlines()[-TRACE_LINES:]))
    return OK
