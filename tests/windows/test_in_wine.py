"""`offhook tsp` in a Windows of Wine's: real files, real registry, the DLL's own install and remove hooks.

Wine's tapi32 has no more than stubs of what installs a provider; `tapi32.c` stands in for Windows' own.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.windows.desktop import ROOT, WINE, Desktop, dll, windows_path
from tests.windows.standin import build_provider_program, build_tapi32

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

SITE = ROOT / ".venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
EVENT_SOURCE = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Offhook TSP"


@pytest.fixture(scope="module")
def tapi32(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our tapi32.dll."""
    return build_tapi32(tmp_path_factory.mktemp("tapi32"))


@dataclass
class Wine:
    """The command, as an administrator of that Windows gives it."""

    desktop: Desktop
    log: Path

    def run(self, *arguments: str, stand_in: bool = True) -> tuple[int, str]:
        """Exit code and everything that was printed."""
        import_path = f"{windows_path(ROOT / 'src')};{windows_path(SITE)}"
        environ = self._environ(stand_in) | {"PYTHONPATH": import_path, "PYTHONUTF8": "1"}
        done = subprocess.run(
            ["wine", str(WINE / "python" / "python.exe"), "-m", "offhook.cli.main", "tsp", *arguments],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=150,
            check=False,
        )
        return done.returncode, done.stdout.decode().replace("\r\n", "\n")

    def _environ(self, stand_in: bool) -> dict[str, str]:
        tapi = {"WINEDLLOVERRIDES": f"tapi32={'n' if stand_in else 'b'}", "TAPI_LOG": windows_path(self.log)}
        return self.desktop.environ | tapi

    def code_of(self, program: Path, *arguments: str) -> int:
        """Run another program; its exit code, of which Linux sees eight bits."""
        quiet = subprocess.DEVNULL
        command = ["wine", str(program), *arguments]
        return subprocess.run(
            command,
            env=self._environ(True),
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            timeout=150,
            check=False,
        ).returncode

    def system_file(self, folder: str, name: str = "offhook.tsp") -> Path:
        return Path(self.desktop.environ["WINEPREFIX"]) / "drive_c" / "windows" / folder / name

    def has_key(self, key: str) -> bool:
        quiet = subprocess.DEVNULL
        query = ["wine", "reg", "query", key]
        return not subprocess.run(
            query, env=self.desktop.environ, stdin=quiet, stdout=quiet, stderr=quiet, timeout=150, check=False
        ).returncode

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []


@pytest.fixture
def wine(desktop: Desktop, tapi32: Path, tmp_path: Path) -> Iterator[Wine]:
    wine = Wine(desktop, tmp_path / "tapi.log")
    shutil.copy(tapi32, wine.system_file("system32", "tapi32.dll"))
    yield wine
    wine.run("uninstall")


def test_install_puts_the_dlls_where_windows_looks_for_them(wine: Wine, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    code, output = wine.run("install", "--terminal", "4000", "--token-file", windows_path(token))
    assert code == 0, output
    assert "the provider is installed, with the id 3" in output
    assert wine.asked == ["TUISPI_providerInstall"]
    assert wine.system_file("system32").read_bytes() == dll("x64").read_bytes()
    assert wine.system_file("syswow64").read_bytes() == dll("x86").read_bytes()
    found = json.loads(wine.run("status", "--json")[1])
    assert found["provider"] == 3
    assert set(found["files"].values()) == {"current"}
    assert [line["terminal"] for line in found["lines"]] == ["4000"]


def test_a_bare_install_gets_the_line_that_the_dll_makes(wine: Wine) -> None:
    assert wine.run("install")[0] == 0
    lines = json.loads(wine.run("line", "list", "--json")[1])
    assert [(line["index"], line["name"], line["host"]) for line in lines] == [(1, "Offhook", "127.0.0.1")]


def test_installing_twice_asks_tapi_once(wine: Wine) -> None:
    wine.run("install")
    code, output = wine.run("install")
    assert (code, wine.asked) == (0, ["TUISPI_providerInstall"])
    assert "was installed already" in output


def test_uninstall_leaves_nothing_behind(wine: Wine) -> None:
    wine.run("install", "--terminal", "4000")
    assert wine.has_key(EVENT_SOURCE)
    code, output = wine.run("uninstall")
    assert (code, output) == (0, "the provider was removed\n")
    assert wine.asked == ["TUISPI_providerInstall", "TUISPI_providerRemove"]
    assert not wine.system_file("system32").exists()
    assert not wine.system_file("syswow64").exists()
    assert not wine.has_key(r"HKLM\SOFTWARE\Offhook")
    assert not wine.has_key(EVENT_SOURCE)
    assert wine.run("uninstall") == (0, "the provider is not installed\n")


def test_lines_are_added_and_removed(wine: Wine) -> None:
    wine.run("install", "--terminal", "4000")
    assert wine.run("line", "add", "--terminal", "4001", "--name", "박지성") == (0, "line 2 is 박지성\n")
    assert wine.run("line", "remove", "4000") == (0, "line 1, Offhook 4000, was removed\n")
    assert [line["index"] for line in json.loads(wine.run("line", "list", "--json")[1])] == [2]


def test_the_trace_is_switched(wine: Wine) -> None:
    log = "C:\\ProgramData\\Offhook\\tsp.log"
    assert wine.run("trace", "on") == (0, f"the provider logs to {log}\n")
    assert wine.run("trace", "show") == (0, f"the provider logs to {log}\n")
    assert wine.run("trace", "off") == (0, "the provider does not log\n")


def test_what_wines_own_tapi_cannot_do_is_told(wine: Wine) -> None:
    code, output = wine.run("install", stand_in=False)
    assert code == 1
    assert "Windows' telephony lists no providers: OPERATIONFAILED" in output
    assert not wine.system_file("system32").exists()


def test_a_program_of_its_own_tells_tapi_where_python_is_of_another_kind(wine: Wine, tmp_path: Path) -> None:
    # Of arm64 in the package; here compiled for the machine that there is.
    program = build_provider_program(tmp_path)
    wine.run("install", "--terminal", "4000")
    wine.log.unlink()
    assert wine.code_of(program, "remove") == 0
    assert "not known to TAPI" in wine.run("status")[1]
    assert wine.code_of(program, "add") == 0
    assert wine.asked == ["TUISPI_providerRemove", "TUISPI_providerInstall"]
    assert "installed, id 3" in wine.run("status")[1]
    assert wine.code_of(program, "unheard-of") != 0
