"""`offhook completion`, in the shells themselves, and `offhook man`, by man's own formatter."""

import shutil
import subprocess
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.cli.parsers import COMMANDS

TRIED = ("bash", "zsh", "fish")


def shell(name: str, script: str, home: Path) -> list[str]:
    """What the script prints, line by line. A shell of Debian is installed by `tools/install-peers`."""
    program = shutil.which(name)
    assert program is not None, f"{name} is missing; run tools/install-peers"
    result = subprocess.run(
        [program, "-c", script],
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


def completion(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", name]) == 0
    (folder / "offhook.complete").write_text(capsys.readouterr().out)


@pytest.mark.peer
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("offhook te", ["terminal"]),
        ("offhook terminal ", ["add", "change", "list", "remove", "show"]),
        ("offhook dial --w", ["--wait"]),
        ("offhook up --only m", ["manager", "messenger"]),
    ],
)
def test_bash_and_fish_complete_commands_options_and_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: str, offered: list[str]
) -> None:
    completion("fish", tmp_path, capsys)
    lines = shell("fish", f"source offhook.complete; complete -C '{typed}'", tmp_path)
    assert [line.partition("\t")[0] for line in lines] == offered

    completion("bash", tmp_path, capsys)
    words = typed.split(" ")
    script = f"""
        source offhook.complete
        COMP_WORDS=({" ".join(word or "''" for word in words)}) COMP_CWORD={len(words) - 1}
        $(complete -p offhook | sed 's/.*-F \\([^ ]*\\).*/\\1/') offhook '{words[-1]}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert sorted(filter(str.isprintable, shell("bash", script, tmp_path))) == offered


@pytest.mark.peer
def test_zsh_takes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    completion("zsh", tmp_path, capsys)
    (tmp_path / "offhook.complete").rename(tmp_path / "_offhook")
    script = (
        "zsh -n _offhook; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; print $_comps[offhook]"
    )
    assert shell("zsh", script, tmp_path) == ["_offhook"]


def test_powershell_gets_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "powershell"]) == 0
    text = capsys.readouterr().out
    assert "Register-ArgumentCompleter" in text
    assert not [name for name in COMMANDS if f"'{name}'" not in text]


@pytest.mark.peer
def test_the_manual_page_has_every_command_and_is_good_roff(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["man"]) == 0
    (tmp_path / "offhook.1").write_text(capsys.readouterr().out, encoding="utf-8")
    text = "\n".join(shell("bash", "man -E utf8 -P cat -l offhook.1 | col -b", tmp_path))
    assert not [name for name in COMMANDS if f"   offhook {name}\n" not in text]
    assert "--new-password" in text and "EXIT STATUS" in text
