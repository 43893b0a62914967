"""The MSI, for group policy: what is in it, and what it does in Wine."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from installer.kits import BuildError
from installer.msi import UPGRADE_CODE, product_code
from installer.msitables import SHORTCUTS
from installer.signing import Signing
from tests.installer.elsewhere import elsewhere
from tests.installer.packages import MARKER, build, export, install, installed, refusal, remove
from tests.installer.signers import Signer
from tests.installer.windows import Site
from tests.windows.desktop import dll, windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

REGISTRY = Path(__file__).with_name("registry.txt")

OWN = ("Folder", "Msi", "LineSettings")
"""Values that only the MSI notes: for its next version, the setup program, and as the key of a component."""


def test_the_same_folder_gives_the_same_bytes(small_stage: Path, msi: Path, tmp_path: Path) -> None:
    with elsewhere(small_stage, tmp_path) as other:
        again = build(other, tmp_path)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(msi.read_bytes()).digest()


def test_another_version_is_another_product_with_the_same_upgrade_code(msi: Path, older_msi: Path) -> None:
    new, old = dict(export(msi, "Property")), dict(export(older_msi, "Property"))
    assert new["UpgradeCode"] == old["UpgradeCode"] == "{" + UPGRADE_CODE + "}"
    assert new["ProductCode"] == product_code("0.1.0") != old["ProductCode"]
    assert new["ALLUSERS"] == "1"


def test_every_file_is_in_it_once_but_for_what_waits_beside_the_program(small_stage: Path, msi: Path) -> None:
    names = sorted([*(path.name for path in _files(small_stage)), "offhook-again.exe"])
    assert sorted(row[2] for row in export(msi, "File")) == names


def test_every_action_of_ours_has_its_place_in_the_sequence(msi: Path) -> None:
    sequence = {row[0]: int(row[2]) for row in export(msi, "InstallExecuteSequence")}
    assert {row[0] for row in export(msi, "CustomAction")} <= sequence.keys()
    assert sequence["InstallInitialize"] < sequence["RemoveExistingProducts"] < sequence["InstallFiles"]
    assert sequence["UndoTsp"] < sequence["PutTspIn"] < sequence["InstallFinalize"]
    # Windows looks for files in use at the first, and has them replaced by the others.
    assert (
        sequence["EndRunning"] < sequence["InstallValidate"] < sequence["EndOthers"] < sequence["RemoveFiles"]
    )
    # Windows takes no action of a script before this one (error 2613).
    assert sequence["RemoveExistingProducts"] < sequence["EndOthers"]
    assert len(set(sequence.values())) == len(sequence)


def test_a_version_that_no_msi_can_have_is_refused(small_stage: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="three numbers"):
        build(small_stage, tmp_path, "1.0rc1")


def test_it_installs_the_files_and_values_of_the_setup_program(
    site: Site, small_stage: Path, msi: Path
) -> None:
    before, registry = site.files(), site.registry(r"HKLM\Software")
    with installed(site, msi, "SERVER=pbx.example.org", "TERMINAL=4000") as run:
        assert run.code == 0
        wanted = {one.relative_to(small_stage): one.read_bytes() for one in _files(small_stage)}
        app = site.program / "app"
        found = {path.relative_to(app): path.read_bytes() for path in _files(app)}
        assert found.keys() == wanted.keys()
        assert [name for name in wanted if found[name] != wanted[name]] == []
        assert _values(site) == _values_of_setup()
        assert site.menu() == set(SHORTCUTS)
        assert site.offhook("--version") == "offhook 0.1.0"
        text = (site.program / "offhook.toml").read_text()
        assert 'url = "wss://pbx.example.org:7701"' in text
        assert 'terminal = "4000"' in text
        # And it goes without a trace.
        assert remove(site, msi, "PURGE=1").code == 0
        assert not site.program.exists()
        left = {name for name in site.files() - before if not name.endswith((".log", ".tmp"))}
        assert left == set()
        values = [line for line in site.registry(r"HKLM\Software") if line not in registry]
        # Windows Installer keeps empty keys of its own, as after any package.
        assert [line for line in values if r"\Installer" not in line] == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _values(site: Site) -> list[str]:
    keys = (
        r"HKLM\Software\Offhook",
        r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run",
        r"HKLM\Software\Classes\Offhook.Link",
        r"HKLM\Software\RegisteredApplications",
    )
    lines = [line for key in keys for line in site.registry(key)]
    return [line for line in lines if not line.strip().startswith(OWN)]


def _values_of_setup() -> list[str]:
    """Without what is in Settings, Apps: Windows Installer writes that itself."""
    lines = REGISTRY.read_text().splitlines()
    begin = next(at for at, line in enumerate(lines) if r"\Uninstall\Offhook" in line)
    end = next(at for at, line in enumerate(lines) if line.endswith(r"CurrentVersion\Run"))
    return lines[:begin] + lines[end:]


def test_an_upgrade_keeps_settings_choices_folder_and_lines(tapi: Site, older_msi: Path, msi: Path) -> None:
    elsewhere = tapi.drive / "Phones"
    options = ("SERVER=pbx.example.org", "TSP=1", "AUTOSTART=0", "LINESETTINGS=0", r"INSTALLDIR=C:\Phones")
    with installed(tapi, older_msi, *options):
        before = _lines(tapi, elsewhere)
        assert install(tapi, msi).code == 0
        assert "pbx.example.org" in (elsewhere / "offhook.toml").read_text()
        assert any(line.endswith("Components    REG_SZ    PTL") for line in tapi.registry(MARKER))
        assert tapi.menu() == {"Offhook", "Install TSP", "Uninstall TSP"}
        assert _lines(tapi, elsewhere) == before
        found = "\n".join(tapi.registry(r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"))
        assert product_code("0.1.0") in found
        assert product_code("0.0.9") not in found
        # An older one is refused, and changes nothing.
        assert "A newer Offhook is installed" in refusal(tapi, older_msi)
        assert product_code("0.1.0") in "\n".join(tapi.registry(MARKER))
    shutil.rmtree(elsewhere, ignore_errors=True)


def _lines(site: Site, place: Path) -> tuple[object, object]:
    """The provider's id, and its lines."""
    with site.start(place / "app" / "offhook.exe", "tsp", "status", "--json") as run:
        said, _ = run.communicate()
    found = json.loads(said)
    assert found["lines"]
    return found["provider"], found["lines"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("TSP=yes", "TSP=[TSP]: write 1 or 0"),
        ("SERVER=pbx\\", "SERVER=[SERVER]: leave out"),
        ("TERMINAL=4000", "say too by SERVER which Call Manager"),
    ],
    ids=["neither 1 nor 0", "a backslash", "a terminal of whom"],
)
def test_a_property_that_is_wrong_is_named(site: Site, msi: Path, option: str, said: str) -> None:
    assert said in refusal(site, msi, option)
    assert not site.program.exists()


def test_a_company_gives_its_own_configuration(site: Site, msi: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[sscp]\nurl = "wss://pbx.example.org:7701"\n')
    with installed(site, msi, f"CONFIG={windows_path(own)}") as run:
        assert run.code == 0
        assert (site.program / "offhook.toml").read_text() == own.read_text()


def test_what_fails_is_taken_back(site: Site, msi: Path) -> None:
    with installed(site, msi, "TSP=1", "SERVER=pbx.example.org") as run:  # Wine's own TAPI takes no provider
        assert run.code != 0
        assert not site.program.exists()
        assert site.registry(r"HKLM\Software\Offhook") == []


def test_the_setup_program_and_the_msi_refuse_each_other(site: Site, msi: Path, small_setup: Path) -> None:
    with installed(site, msi):
        run = site.setup(small_setup)
        assert run.code == 12
        assert f"msiexec /x {product_code('0.1.0')}" in run.log
    site.setup(small_setup)
    assert "Offhook was installed by its setup program" in refusal(site, msi)


def test_the_provider_is_put_in_with_its_line_and_taken_out(tapi: Site, msi: Path) -> None:
    place = tapi.drive / "windows" / "system32" / "offhook.tsp"
    with installed(tapi, msi, "TSP=1", "TERMINAL=4000", "LINESETTINGS=0") as run:
        assert run.code == 0
        found = json.loads(tapi.offhook("tsp", "status", "--json"))
        assert [line["terminal"] for line in found["lines"]] == ["4000"]
        assert place.read_bytes() == dll("x64").read_bytes()
        assert any(line.endswith("Components    REG_SZ    PTAL") for line in tapi.registry(MARKER))
        # Without it, by the same package; then with it again.
        assert install(tapi, msi, "TSP=0", "REINSTALL=ALL").code == 0
        assert not place.exists()
        assert any(line.endswith("Components    REG_SZ    PAL") for line in tapi.registry(MARKER))
        assert set(SHORTCUTS) - tapi.menu() == {"Telephone lines' settings"}
        assert install(tapi, msi, "TSP=1", "LINESETTINGS=1", "REINSTALL=ALL").code == 0
        assert place.exists()
        assert tapi.menu() == set(SHORTCUTS)
        assert remove(tapi, msi).code == 0
        assert not place.exists()


def test_settings_that_are_wrong_are_found_before_the_provider_is_put_in(tapi: Site, msi: Path) -> None:
    place = tapi.drive / "windows" / "system32" / "offhook.tsp"
    with installed(tapi, msi, "TSP=1", "SERVER=http://pbx") as run:
        assert run.code != 0
        assert not place.exists()
        assert not tapi.program.exists()


def test_it_is_signed_by_the_same_certificate(msi: Path, tmp_path: Path) -> None:
    folder = tmp_path / "signer"
    folder.mkdir()
    signer = Signer(folder)
    package = Path(shutil.copy2(msi, tmp_path))
    Signing(certificate=str(signer.certificate), key=str(signer.key)).sign(package)
    assert "Offhook Test" in signer.verify(package)
