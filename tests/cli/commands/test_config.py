"""`offhook config`."""

from pathlib import Path

import pytest

from offhook.cli.main import main


def test_a_server_is_written_as_its_address(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    assert (
        main(["config", "set", "--config", str(file), "--server", "pbx.example.org", "tsp.terminal=4000"])
        == 0
    )
    text = file.read_text()
    assert 'url = "wss://pbx.example.org:7701"' in text
    assert 'terminal = "4000"' in text


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("pbx.example.org:7443", "wss://pbx.example.org:7443"),
        ("2001:db8::1", "wss://[2001:db8::1]:7701"),
        ("[2001:db8::1]:7443", "wss://[2001:db8::1]:7443"),
        ("ws://127.0.0.1:7701", "ws://127.0.0.1:7701"),
    ],
)
def test_a_server_may_be_written_as_people_do(tmp_path: Path, server: str, url: str) -> None:
    file = tmp_path / "offhook.toml"
    main(["config", "set", "--config", str(file), "--server", server])
    assert f'url = "{url}"' in file.read_text()


def test_a_value_that_is_no_text_is_written_as_toml(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    assert main(["config", "set", "--config", str(file), "address.extension_lengths=[3, 4]"]) == 0
    assert "extension_lengths = [3, 4]" in file.read_text()


def test_what_cannot_be_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "offhook.toml"
    assert main(["config", "set", "--config", str(file), "--server", "http://pbx"]) == 2
    assert "sscp.url: 'http://pbx' is not a WebSocket address" in capsys.readouterr().err
    assert not file.exists()


def test_the_file_that_is_used_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["config", "path", "--config", str(tmp_path / "own.toml")])
    assert capsys.readouterr().out == f"{tmp_path / 'own.toml'}\n"


def test_a_whole_file_takes_the_place_of_the_one_that_is_used(tmp_path: Path) -> None:
    file, company = tmp_path / "offhook.toml", tmp_path / "company.toml"
    file.write_text('[tsp]\nterminal = "4000"\n')
    company.write_text('# ours\n[sscp]\nurl = "wss://pbx.example.org:7701"\n')
    assert main(["config", "take", str(company), "--config", str(file)]) == 0
    assert file.read_text() == company.read_text()
    assert file.with_suffix(".toml.bak").read_text() == '[tsp]\nterminal = "4000"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [("[tsp]\nlisten = 1\n", "tsp.listen"), ("[tsp", "is not TOML"), (None, "there is no such file")],
    ids=["a wrong setting", "no TOML", "not there"],
)
def test_a_file_that_cannot_be_used_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    file, company = tmp_path / "offhook.toml", tmp_path / "company.toml"
    if text is not None:
        company.write_text(text)
    assert main(["config", "take", str(company), "--config", str(file)]) == 2
    assert said in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{b = [", "]}")], ids=["lists", "tables"])
def test_a_file_nested_too_deeply_to_be_changed_is_told_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], opening: str, closing: str
) -> None:
    file = tmp_path / "offhook.toml"
    before = f"a = {opening * 120}{closing * 120}\n"
    file.write_text(before)
    assert main(["config", "set", "--config", str(file), "log.level=info"]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "cannot be changed here" in said and said.endswith("change it in an editor")
    assert file.read_text() == before


@pytest.mark.parametrize("what", ["set", "take"])
def test_a_dry_run_checks_and_writes_nothing(tmp_path: Path, what: str) -> None:
    file, company = tmp_path / "offhook.toml", tmp_path / "company.toml"
    company.write_text('[sscp]\nurl = "wss://pbx.example.org:7701"\n')
    change = ["--server", "pbx.example.org"] if what == "set" else [str(company)]
    assert main(["config", what, "--dry-run", "--config", str(file), *change]) == 0
    assert not file.exists()
    company.write_text("[sscp]\nurl = 1\n")
    change = ["--server", "no host"] if what == "set" else [str(company)]
    assert main(["config", what, "--dry-run", "--config", str(file), *change]) == 2
