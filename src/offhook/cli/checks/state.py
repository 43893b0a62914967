"""What `offhook check` says of the state folder."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from offhook.common.finding import Finding, Level
from offhook.common.statefolder import exposures, owner_of
from offhook.manager.stores.examine import FILES, problem_of

WHAT = "state folder"

PROBE = 256 * 1024
"""Bytes that have to find room: a file that is merely made takes none."""


def look_at_state(folder: Path) -> Iterator[Finding]:
    """Whose it is, whether there is room, and whether what is in it can be read."""
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    exposed = [
        Finding(WHAT, f"{one.path} {one.what}", one.fix, Level.FAIL)
        for one in exposures(folder, serving=False)
    ]
    yield from exposed
    owner = owner_of(folder)
    if owner is not None:
        yield Finding(WHAT, f"{folder} belongs to {owner}", f"run Offhook as {owner} only", Level.WARN)
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b"x" * PROBE)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        yield Finding(
            WHAT,
            f"{existing} cannot be written to ({error.strerror}): nothing new is kept",
            "make room on the disk, let this user write there, or set state.dir",
            Level.FAIL,
        )
    else:
        if existing == folder:
            yield Finding(WHAT, f"{folder} can be written to")
        else:
            yield Finding(WHAT, f"{folder} will be made at the first start")
    if exposed:
        return  # files that are not ours are not opened
    for name in FILES:
        problem = problem_of(folder / name)
        if problem:
            fix = "save what can be read: offhook state repair"
            yield Finding(WHAT, f"{folder / name} is damaged ({problem})", fix, Level.FAIL)
