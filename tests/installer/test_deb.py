"""The Debian package, made and judged by Debian's own tools.

It is built here without the packages that pip fetches. With OFFHOOK_LONG=1 all of it is made, installed,
used, upgraded, removed and purged on a bare Debian (tools/try-deb).
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from installer import deb
from offhook.cli.units import NAME
from tests.cli.systemd import MOST_EXPOSED, analyze
from tests.long import LONG

pytestmark = [pytest.mark.skipif("sys.platform != 'linux'"), pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deb.build(tmp_path_factory.mktemp("deb"), "1.2.3", packages=False)


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked") / "root"
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True)
    return folder


def told(*command: str | Path) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_name_and_version_are_as_dpkg_reads_them(package: Path) -> None:
    assert told("dpkg-deb", "--showformat=${Package} ${Version}", "--show", package) == "offhook 1.2.3"


def test_every_file_is_roots_and_nobody_elses_to_change(package: Path) -> None:
    for line in told("dpkg-deb", "--contents", package).splitlines():
        mode, owner, *_ = line.split()
        assert owner == "root/root", line
        assert mode.startswith("l") or (mode[5], mode[8]) == ("-", "-"), line


def test_it_has_no_file_where_the_sites_own_are(unpacked: Path) -> None:
    """So dpkg can neither overwrite nor remove them."""
    assert not (unpacked / "etc").exists()
    assert not (unpacked / "var").exists()


def test_a_shell_reads_its_scripts(unpacked: Path) -> None:
    scripts = [*(unpacked / "DEBIAN").glob("p*"), unpacked / "usr" / "bin" / "offhook"]
    assert len(scripts) == 4
    for script in scripts:
        told("sh", "-n", script)
        assert script.stat().st_mode & 0o777 == 0o755


def test_the_program_is_started_by_the_releases_python_and_in_its_own_environment(unpacked: Path) -> None:
    home = unpacked / "usr" / "lib" / "offhook"
    assert (home / "bin" / "offhook").read_text().startswith("#!/usr/lib/offhook/bin/python3\n")
    assert str((home / "bin" / "python3").readlink()).startswith("/usr/bin/python3.")
    assert "include-system-site-packages = false" in (home / "pyvenv.cfg").read_text()
    (site,) = (home / "lib").glob("python3.*/site-packages")
    assert (site / "offhook" / "cli" / "main.py").is_file()


@pytest.mark.peer
def test_its_unit_may_do_as_little_as_that_of_offhook_service(unpacked: Path, tmp_path: Path) -> None:
    text = (unpacked / "lib" / "systemd" / "system" / NAME).read_text()
    file = tmp_path / NAME
    # systemd-analyze looks for the program and the account, which are not on this machine.
    file.write_text(text.replace("/usr/lib/offhook/bin/offhook", "/bin/true").replace("=offhook", "=daemon"))
    analyze(tmp_path, "verify", str(file))
    level = re.search(
        r"Overall exposure level for offhook.service: ([0-9.]+)",
        analyze(tmp_path, "security", "--offline=yes", "--no-pager", str(file)),
    )
    assert level is not None and float(level.group(1)) < MOST_EXPOSED


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_everything_that_it_brings_along_has_its_hash(python: str) -> None:
    text = (ROOT / "installer" / f"debian-{python}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    locked = {re.sub(r"[-_.]+", "-", block.partition("==")[0]) for block in blocks}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *extras["postgresql"], *extras["cluster"]]
    names = {re.split(r"[<>=!~;\[ ]", one)[0].lower() for one in listed}
    assert names - locked == set(), "run make installer-lock"


@pytest.mark.skipif(not LONG, reason="OFFHOOK_LONG=1: a bare Debian is made, in some minutes")
@pytest.mark.timeout(3600)
def test_on_a_bare_debian_it_is_installed_upgraded_and_purged() -> None:
    ways = ["--run", "make deb", "--run", "tools/try-deb dist/offhook_*.deb"]
    assert "try-deb: all is well" in told(ROOT / "tools" / "try-bare-root", *ways)
