"""Search as you type from the cache, beside ldapsearch asking a real server with the same people."""

import asyncio
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.report import Aim, Table, percentile, spread
from offhook.address import AddressRules, normalise
from offhook.common.garbage import tune_gc
from offhook.config import DirectorySourceSettings
from offhook.directory import DirectoryCache
from offhook.directory.ldap import LdapSource
from offhook.directory.numberkeys import NumberKeys
from tests.peers.program import find
from tests.peers.slapd import OPENLDAP, PASSWORD, PEOPLE, Slapd, made_people, openldap_ldif, prepare

RULES = AddressRules(country="KR", area="2", outside_prefix="9", extension_lengths=(4,))
AIM_MS = 50.0
TICK_S = 0.001

CACHE, SERVER, BASELINE = "from the cache", "the server, by this source", "the server, by ldapsearch"


def measure(quick: bool) -> Table:
    """Milliseconds from a text to the people found; the garbage collector is set as in the product."""
    tune_gc()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder), 50 if quick else 1000, 5 if quick else 50))


async def _measure(folder: Path, searches: int, asked: int) -> Table:
    people = folder / "people"
    people.mkdir()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    prepared = prepare(OPENLDAP, openldap_ldif(), people)
    async with Slapd(prepared, folder) as slapd:
        server = DirectorySourceSettings(
            "company",
            "ldap",
            f"ldap://localhost:{slapd.port}",
            ca_file=slapd.ca_file,
            user=slapd.kind.reader,
            password=PASSWORD,
            base=slapd.kind.base,
        )
        source = LdapSource("company", server)
        keys = NumberKeys(lambda number: normalise(number, RULES), ["+82-2-568-"])
        cache = DirectoryCache([source], keys, folder=folder)
        first, first_pause = await _refresh(cache)
        again, pause = await _refresh(cache)
        loading = perf_counter()
        await DirectoryCache([source], keys, folder=folder).open()
        loading = perf_counter() - loading
        names = [one.name for one in made_people()]
        random.Random(1).shuffle(names)
        typed = list(_typed(names[:searches]))
        samples = {
            BASELINE: [_ldapsearch(slapd, secret, name) for name in names[:asked]],
            SERVER: [await _find(source, name) for name in names[:asked]],
            CACHE: [_search(cache, text) for text in typed],
        }
    p95 = percentile(samples[CACHE], 95)
    return spread(
        f"directory: {PEOPLE:,} people, search as you type, milliseconds",
        "ms",
        samples,
        BASELINE,
        notes=(
            f"p95 from the cache: {p95:.2f} ms; each name typed key by key, {len(typed):,} searches",
            f"read over StartTLS, indexed and saved: {first:.1f} s, once numbers are known {again:.1f} s;"
            f" from disk {loading:.2f} s",
            f"the event loop's longest pause meanwhile: {first_pause:.1f} ms, {pause:.1f} ms",
            "ldapsearch: a process and a connection for each search; this source: a connection for each",
        ),
        aims=(
            Aim(f"p95 from the cache below {AIM_MS:g} ms", p95 < AIM_MS),
            Aim(f"no pause of the event loop above {AIM_MS:g} ms", max(pause, first_pause) < AIM_MS),
        ),
    )


def _typed(names: list[str]) -> Iterator[str]:
    """What is on the screen after each syllable, and a number's last digits."""
    for count, name in enumerate(names):
        yield from (name[:length] for length in range(1, len(name) + 1))
        yield f"{count:04}"


async def _refresh(cache: DirectoryCache) -> tuple[float, float]:
    """How long it took (s), and how long at most nothing else could go on (ms)."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = perf_counter()
            await asyncio.sleep(TICK_S)
            longest = max(longest, perf_counter() - before - TICK_S)

    ticking = asyncio.create_task(tick())
    begun = perf_counter()
    await cache.refresh()
    took = perf_counter() - begun
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    return took, longest * 1000


def _search(cache: DirectoryCache, text: str) -> float:
    begun = perf_counter()
    cache.search(text)
    return (perf_counter() - begun) * 1000


async def _find(source: LdapSource, name: str) -> float:
    begun = perf_counter()
    await source.find(name, 20)
    return (perf_counter() - begun) * 1000


def _ldapsearch(slapd: Slapd, secret: Path, name: str) -> float:
    command = [find("ldapsearch"), "-LLL", "-ZZ", "-x", "-H", f"ldap://localhost:{slapd.port}"]
    command += ["-D", slapd.kind.reader, "-y", str(secret), "-b", slapd.kind.base, f"(displayName={name}*)"]
    begun = perf_counter()
    done = subprocess.run(
        command, env={"LDAPTLS_CACERT": str(slapd.ca_file)}, capture_output=True, check=True
    )
    took = (perf_counter() - begun) * 1000
    assert b"telephoneNumber" in done.stdout
    return took
