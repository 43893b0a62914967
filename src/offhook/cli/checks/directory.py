"""What `offhook check` looks at in the directory: can each source be read, and what it tells."""

import asyncio
from collections.abc import Iterator

from offhook.assembly.directory import open_directory
from offhook.cli.quiet import silent
from offhook.cli.show import safe
from offhook.common.finding import Finding, Level
from offhook.config import Config, DirectorySourceSettings
from offhook.directory import Notice, SourceState


def look_at_directory(config: Config) -> Iterator[Finding]:
    """Reads every source, and keeps nothing. Raises `ConfigError` for an invalid filter."""
    sources = config.directory.sources
    if not sources:
        return
    cache = open_directory(config, keep=False)
    # What goes wrong is a finding, and needs no line of the log besides.
    with silent("offhook.directory"):
        asyncio.run(cache.refresh())
    for source, state in zip(sources, cache.states(), strict=True):
        yield _source(f"directory {source.name}", source, state)
        for notice in _others(state):
            how_bad = Level.WARN if notice.fix else Level.OK
            yield Finding(f"reading {source.name}", notice.text, notice.fix, how_bad)


def _others(state: SourceState) -> list[Notice]:
    """What was noticed besides what says why nobody was found."""
    return [one for one in state.notices if not one.shown]


def _source(what: str, source: DirectorySourceSettings, state: SourceState) -> Finding:
    # What may be personal is shown here, to who may read the file; the log does not have it.
    seen = "".join(f" ({safe(one.shown)})" for one in state.notices if one.shown)
    known = "".join(f"; {one.fix}" for one in state.notices if one.shown)
    if state.failure is not None:
        return Finding(what, state.failure.what + seen, state.failure.fix + known, Level.FAIL)
    if not state.people:
        fix = "correct base, filter and attributes" if source.type == "ldap" else "look into the file"
        return Finding(what, f"has nobody with a name and a number{seen}", fix + known, Level.WARN)
    told = "1 person with a number" if state.people == 1 else f"{state.people} people with a number"
    if source.security == "plain" and source.type == "ldap":
        return Finding(what, f"{told}, read unencrypted", "leave start_tls out, or take ldaps://", Level.WARN)
    return Finding(what, told)
