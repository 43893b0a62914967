"""`offhook check`."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TextIO

from offhook.cli.checks.directory import look_at_directory
from offhook.cli.checks.login import look_at_logins
from offhook.cli.checks.site import look_around, look_at_config
from offhook.cli.checks.switch import look_at_switch
from offhook.cli.colour import GREEN, RED, YELLOW, paint
from offhook.cli.common import FAILED, OK, USAGE, add_config, add_json, read_config
from offhook.common.finding import Finding, Level
from offhook.errors import ConfigError

SUMMARY = """Check the configuration and whether everything can be reached, or could be started. Each finding
says what to do. Exits with 0 when nothing FAILs, with 1 when something does, with 2 when the configuration
cannot be used at all."""

EXAMPLES = """\
  offhook check
  offhook check --config /etc/offhook/offhook.toml --json"""

CONFIGURATION = "configuration"

COLOURS = {Level.OK: GREEN, Level.WARN: YELLOW, Level.FAIL: RED}


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_config(parser, overrides=True)
    add_json(parser)


def run(options: Namespace) -> int:
    """The exit code by what was found."""
    findings = found_by_check(options)
    if options.json:
        _print_json(findings)
    else:
        print("\n".join(shown(findings, colours=sys.stdout)))
    if any(one.what == CONFIGURATION and one.level is Level.FAIL for one in findings):
        return USAGE
    return FAILED if any(finding.level is Level.FAIL for finding in findings) else OK


def found_by_check(options: Namespace) -> list[Finding]:
    """All findings; a configuration that cannot be used is the only one."""
    try:
        config = read_config(options, secrets=True)
    except ConfigError as error:
        where = f"{error.file}: {error.key}" if error.key else error.file
        return [Finding(CONFIGURATION, f"{where}: {error.what}", error.fix, Level.FAIL)]
    return [
        *look_at_config(config),
        *look_around(config),
        *look_at_logins(config),
        *look_at_switch(config),
        *look_at_directory(config),
    ]


def shown(findings: list[Finding], *, colours: TextIO | None) -> list[str]:
    """The findings as lines, in colours if this stream shows any."""
    width = max((len(one.what) for one in findings), default=0)
    lines = []
    for one in findings:
        level = f"{one.level.value:<4}"
        if colours is not None:
            level = paint(level, COLOURS[one.level], colours)
        lines.append(f"{level}  {one.what:<{width}}  {one.text}")
        if one.fix:
            lines.append(f"{'':<{width + 8}}-> {one.fix}")
    return lines


def _print_json(findings: list[Finding]) -> None:
    fields = [
        {"level": one.level.value, "what": one.what, "finding": one.text, "fix": one.fix} for one in findings
    ]
    print(json.dumps(fields, ensure_ascii=False, indent=2))
