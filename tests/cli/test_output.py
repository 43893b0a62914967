"""Output to where not every letter can go, where nobody reads, or where there is no room."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.helpers import CONFIG, Command, write_config

PEOPLE = "Name,Phone,Company\n김철수,4001,한솔\nZoë Brontë,4002,Ω-Werk\nEmoji \U0001f600,4003,X\n"
SOURCE = '[[directory.source]]\ntype = "csv"\nfile = "people.csv"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    write_config(tmp_path, CONFIG + SOURCE)
    return tmp_path


Ended = tuple[int, bytes, str]


def run(folder: Path, *arguments: str, encoding: str, stdout: int = subprocess.PIPE) -> Ended:
    """Exit code, output and complaints of the command in a code page."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OFFHOOK_", "PYTHON"))}
    own = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / ".state"), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "offhook.cli.main", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=clean | own, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    return done.returncode, done.stdout or b"", done.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp949", "cp437", "ascii", "utf-16"])
def test_names_that_the_output_cannot_show_have_a_sign_in_their_place(folder: Path, encoding: str) -> None:
    code, out, complaints = run(folder, "search", "400", encoding=encoding)
    assert (code, complaints) == (0, "")
    text = out.decode(encoding)
    for name in ("김철수", "Zoë Brontë", "Emoji \U0001f600"):
        assert name.encode(encoding, "replace").decode(encoding) in text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp949", "ascii"])
def test_json_has_every_letter_in_any_code_page(folder: Path, encoding: str) -> None:
    code, out, complaints = run(folder, "search", "--json", "400", encoding=encoding)
    assert (code, complaints) == (0, "")
    names = {one["name"] for one in json.loads(out.decode(encoding))}
    assert names == {"Kim", "김철수", "Zoë Brontë", "Emoji \U0001f600"}, "Kim has the phone 4000 of the site"


def test_a_complaint_in_another_code_page(folder: Path) -> None:
    code, _, complaints = run(folder, "dial", "김철수", encoding="ascii")
    assert code != 0
    assert "Traceback" not in complaints


@pytest.mark.parametrize(
    "arguments", [["search", "400"], ["search", "--json", "400"], ["--help"], ["nothing"]]
)
@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_a_closed_output_is_no_fault(folder: Path, arguments: list[str]) -> None:
    command = f'"{sys.executable}" -m offhook.cli.main {" ".join(arguments)} >&-'
    done = subprocess.run(["sh", "-c", command], cwd=folder, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (2 if arguments == ["nothing"] else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full")
def test_a_full_disk_is_told_in_one_line(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        code, _, complaints = run(folder, "search", "400", encoding="utf-8", stdout=full.fileno())
    assert code == 1
    assert complaints == "offhook: the output cannot be written (No space left on device)\n"


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
async def test_a_reader_that_is_gone_ends_it_quietly(folder: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        process = await Command(folder).start("search", "400", stdout=writes)
    finally:
        os.close(writes)
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (0, b"")
