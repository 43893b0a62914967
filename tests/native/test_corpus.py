"""The inputs that fuzzing kept, under the sanitizers; and that they do find defects."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.native.codec import SOURCE, SOURCES

FUZZ = SOURCE.parent / "fuzz"
INPUTS = sorted(path for folder in ("seeds", "corpus") for path in (FUZZ / folder).iterdir())
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")

DEFECTS = {
    "an end in two pieces is missed": (
        "reader->scanned + 4 <= reader->end",
        "reader->scanned + 5 <= reader->end",
    ),
    "moved bytes are not looked at again": ("reader->scanned -= reader->begin;", ""),
    "surrogates pass as UTF-8": ("high = 0x9F;", "high = 0xBF;"),
    "blanks at the end stay": ("while (end > begin && end[-1] == ' ')", "while (false)"),
    "an empty field is trimmed beyond its beginning": ("end > begin && end[-1]", "end[-1]"),
    "control characters pass": ("c < 0x20 || c == 0x7F", "c < 0x1F"),
    "a cut C1 character passes": ("< 0xA0 ? 2 : 0", "< 0x9F ? 2 : 0"),
    "a call id may be of any length": ("text.length > SESSION_MAX_CALL_ID", "false"),
    "an over-long message is waited for": (
        ">= sizeof reader->bytes ? broken",
        "> sizeof reader->bytes ? broken",
    ),
    "a broken session goes on": ("reader->broken = true;", ""),
    "a writer goes one byte too far": ("writer->length < writer->size", "writer->length <= writer->size"),
    "what does not fit is cut": ("writer->full = true;", "writer->full = false;"),
    "any text is the id of a call": ("if (!field_is_call_id(text))", "if (false)"),
    "a number may have any length": ("if (text.length > 10)", "if (false)"),
    "a letter is a digit": (
        "text.bytes[i] > '9')\n            return 0;",
        "text.bytes[i] > 'z')\n            return 0;",
    ),
    "a result needs no number": ("number == 0 || number > UINT32_MAX", "number > UINT32_MAX"),
    "a live call has a cause": ("call->cause = SESSION_NO_CAUSE;", ""),
    "a call needs no state": (" && call->state != SESSION_NO_STATE", ""),
    "what is no capability is one": ("COMMANDS, SESSION3_BY_HAND)", "COMMANDS, SESSION3_ALIVE)"),
    "an unknown reason is beyond them": ("(which - 1) : SESSION3_UNKNOWN_REASON", "(which - 1) : 99"),
    "an empty value is written": ("if (!text || !*text)", "if (!text)"),
    "version 3 is told to those who do not speak it": ("else if (version_3)", "else if (true)"),
    "a percent sign ends a field": ("if (*text == '%')", "if (*text == '\\1')"),
}
"""A defect and how it would stand in one of the codec's files."""


FLAGS = ("-std=c11", "-g", "-O1", *SANITIZERS)


def cc(*arguments: str | Path) -> None:
    compiler = shutil.which("cc")
    assert compiler is not None, "no C compiler; run: apt-get install gcc libc6-dev"
    subprocess.run([compiler, *FLAGS, *map(str, arguments)], check=True)


def compiled(source: Path, folder: Path) -> Path:
    """The object file of this source, in the folder."""
    made = folder / f"{source.stem}.o"
    cc("-c", "-iquote", SOURCE, "-o", made, source)
    return made


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the replaying program is made of, by the names of the sources."""
    folder = tmp_path_factory.mktemp("objects")
    sources = (FUZZ / "session_fuzz.c", FUZZ / "replay.c", *(SOURCE / name for name in SOURCES))
    return {source.name: compiled(source, folder) for source in sources}


def linked(folder: Path, objects: dict[str, Path]) -> Path:
    """The replaying program."""
    program = folder / "replay"
    cc("-o", program, *objects.values())
    return program


def replay(program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *INPUTS], capture_output=True, text=True, check=False)


def test_the_corpus_holds_under_the_sanitizers(tmp_path: Path, objects: dict[str, Path]) -> None:
    done = replay(linked(tmp_path, objects))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(INPUTS)} inputs replayed\n"


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_corpus_finds_a_defect(tmp_path: Path, objects: dict[str, Path], defect: str) -> None:
    right, wrong = DEFECTS[defect]
    sources = {name: (SOURCE / name).read_text(encoding="utf-8") for name in SOURCES}
    assert sum(text.count(right) for text in sources.values()) == 1, (
        f"not there once: {right!r}; change DEFECTS"
    )
    name = next(name for name, text in sources.items() if right in text)
    changed = tmp_path / name
    changed.write_text(sources[name].replace(right, wrong), encoding="utf-8")
    done = replay(linked(tmp_path, objects | {name: compiled(changed, tmp_path)}))
    assert done.returncode != 0
    assert "does not hold" in done.stderr or "Sanitizer" in done.stderr or "runtime error" in done.stderr
