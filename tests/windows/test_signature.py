"""What Windows says of signatures, and that a setup stays as it was checked until it runs; in Wine.

Wine compares the file with its signature, but trusts every authority, which a real Windows does not.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from offhook.windows.signature import Signature, Trust, judged, read_signature
from tests.installer.signers import Signer
from tests.windows.desktop import ROOT, WINE, Desktop, dll, windows_path

PROBE = """\
import hashlib, sys
from pathlib import Path
from offhook.windows.setup import start_setup
from offhook.windows.signature import read_signature

for name in sys.argv[1:]:
    print(read_signature(Path(name)).trust.value)

def write_into(command):
    try:
        open(command[0], "r+b").close()
        print("written")
    except PermissionError:
        print("kept")
    return 0

file = Path(sys.argv[1])
print(start_setup(file, hashlib.sha256(file.read_bytes()).hexdigest(), write_into))
"""


def test_each_answer_of_windows_has_its_meaning() -> None:
    assert judged(0) == Signature(Trust.GOOD)
    assert judged(0x800B0100 - 2**32) == Signature(Trust.NONE)
    assert judged(0x800B0109 - 2**32).trust is Trust.UNKNOWN
    assert judged(0x80096010 - 2**32) == Signature(Trust.BAD, "the file was changed after it was signed")
    assert judged(5) == Signature(Trust.BAD, "error 0x00000005")


def test_elsewhere_than_on_windows_nothing_is_signed(tmp_path: Path) -> None:
    assert read_signature(tmp_path / "none") == Signature(Trust.NONE)


@pytest.mark.peer
@pytest.mark.timeout(120)
def test_signed_unsigned_and_changed_files_are_told_apart_and_a_setup_is_kept(
    desktop: Desktop, tmp_path: Path
) -> None:
    signer = Signer(tmp_path)
    unsigned, signed, changed = (tmp_path / f"{name}.dll" for name in ("unsigned", "signed", "changed"))
    shutil.copy(dll(), unsigned)
    by = ["-certs", str(signer.certificate), "-key", str(signer.key)]
    command = ["osslsigncode", "sign", "-h", "sha256", *by, "-in", str(unsigned), "-out", str(signed)]
    subprocess.run(command, check=True, capture_output=True)
    content = bytearray(signed.read_bytes())
    content[4096] ^= 1
    changed.write_bytes(content)
    probe = tmp_path / "probe.py"
    probe.write_text(PROBE)
    done = subprocess.run(
        ["wine", str(WINE / "python" / "python.exe"), windows_path(probe),
         *map(windows_path, (unsigned, signed, changed))],
        env=desktop.environ | {"PYTHONPATH": windows_path(ROOT / "src")},
        stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=90,
    )  # fmt: skip
    assert done.stdout.decode().split() == ["none", "good", "bad", "kept", "True"]
