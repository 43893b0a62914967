"""`python -m bench.chaos --minutes 10`: see the package. It ends with 1 if a promise was broken.

A site for each `--bed`, with so many calls a second and phones: Asterisk, Kamailio and the embedded switch
beside each other unless one is named. In some 30 rounds each thing goes wrong at least once. What the calls
take by themselves is seen with `--faults nothing`.

With `--log FILE` each round is written there at once; the same command again goes on behind the last one,
until there are as many minutes. The table is written beside it, to FILE.txt. Where the bed itself breaks, the
table is of the rounds before, and it ends with 2.
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
import traceback
from pathlib import Path
from typing import Any

from bench.chaos.faults import WEIGHTS, step_clocks
from bench.chaos.kinds import KINDS
from bench.chaos.network import alone
from bench.chaos.result import table, verdict
from bench.chaos.run import rounds
from bench.chaos.site import Size

BESIDE_S = 2.0
"""So long a call takes besides its talk on average: more calls a second need more phones."""

INSIDE = "OFFHOOK_CHAOS_INSIDE"


def main() -> int:
    """See above."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, help="so many at most, whatever the minutes")
    parser.add_argument("--rate", type=float, default=2.0, help="calls that begin a second at each site")
    parser.add_argument("--bed", nargs="*", default=list(KINDS), choices=list(KINDS), help="a site for each")
    parser.add_argument("--talk", nargs=2, type=float, default=(2.0, 12.0), help="seconds, least and most")
    parser.add_argument("--at-once", type=int, default=1, help="so many things go wrong at once")
    parser.add_argument("--seed", type=int, help="the same faults again; by chance without")
    parser.add_argument("--faults", nargs="*", default=[], choices=[one.__name__ for one in WEIGHTS])
    parser.add_argument("--log", type=Path, help="rounds are written there, and go on from there")
    parser.add_argument("--keep", type=Path, help="a folder for the logs of all parts and all that was seen")
    parser.add_argument("--no-database", action="store_true", help="state in files, without PostgreSQL")
    given = parser.parse_args()
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        return alone("bench.chaos", sys.argv[1:])
    before = _before(given.log)
    seed = given.seed if given.seed is not None else before[0]["seed"] if before else secrets.randbelow(10**6)
    done = [row for row in before if "round" in row]
    kinds = [KINDS[name] for name in dict.fromkeys(given.bed)]
    pairs = max(10, int(given.rate * (sum(given.talk) / 2 + BESIDE_S)))
    pairs = min(pairs, *(kind.most for kind in kinds))
    size = Size(pairs, given.rate, tuple(given.talk), not given.no_database, step_clocks(given.faults))
    if given.log is not None and not before:
        given.log.write_text(json.dumps({"seed": seed}) + "\n")
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
    names = ", ".join(kind.name for kind in kinds)
    print(f"seed {seed}; {names}: {given.rate:g} calls a second and {2 * pairs} phones at each", flush=True)
    left = 60 * given.minutes - sum(row["took_s"] for row in done)
    rows, problem = done, ""
    try:
        asyncio.run(
            rounds(
                kinds,
                size,
                seed,
                left,
                first=sum(row["round"] >= 0 for row in done),
                names=given.faults,
                log=given.log,
                folder=given.keep,
                count=given.rounds,
                at_once=given.at_once,
                say=lambda line: print(line, flush=True),
                found=rows,
            )
        )
    except Exception as error:  # whatever it is, what was found before is worth hours
        traceback.print_exc()
        problem = f"the bed itself broke: {type(error).__name__}: {error}"
    title = f"Three Call Managers on a bad day ({names}; {given.rate:g} calls a second at each; seed {seed})"
    text = _result(rows, title, problem)
    print("\n" + text, flush=True)
    if given.log is not None:
        given.log.with_name(f"{given.log.name}.txt").write_text(text + "\n")
    return 2 if problem else 1 if verdict(rows) else 0


def _result(rows: list[dict[str, Any]], title: str, problem: str) -> str:
    """The table and the verdict, as they can be quoted."""
    took, loads = sum(row["took_s"] for row in rows), [row["load"] for row in rows if "load" in row]
    lines = [table(rows, title).as_text()] if rows else ["nothing was found out"]
    if loads:
        load = f"load {min(loads):.1f} to {max(loads):.1f}"
        lines.append(f"{len(rows)} rounds, {took / 60:.1f} minutes; {load} on {os.cpu_count()} processors")
    broken = verdict(rows) if rows else []
    lines.append("VERDICT: " + ("BROKEN: " + "; ".join(broken) if broken else "all promises were kept"))
    if problem:
        lines[-1] = f"NO VERDICT: {problem}" + (f"; until then BROKEN: {'; '.join(broken)}" if broken else "")
    return "\n\n".join(lines)


def _before(log: Path | None) -> list[dict[str, Any]]:
    if log is None or not log.exists():
        return []
    return [json.loads(line) for line in log.read_text().splitlines()]


if __name__ == "__main__":
    sys.exit(main())
