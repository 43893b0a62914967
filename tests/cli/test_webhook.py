"""`offhook webhook`."""

from contextlib import closing
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.manager.outbox import Letter
from offhook.manager.stores.outbox import SqliteOutbox

CONFIG = """\
[state]
dir = "state"
[[webhook]]
name = "crm"
url = "http://127.0.0.1:1/"
secret = "a-secret-of-some-length"
allow_private = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text(CONFIG, encoding="utf-8")
    file.chmod(0o600)
    (tmp_path / "state").mkdir(mode=0o700)
    return file


def dead(folder: Path) -> None:
    with closing(SqliteOutbox(folder / "state" / "webhooks.sqlite")) as outbox:
        body = b'{"type": "call.missed"}'
        outbox.add(
            [Letter("msg_1", "crm", "c1", body, 1000.0, 1000.0, 10, "answered with status 503", dead=True)]
        )


def test_nothing_waits_where_there_was_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "list", "--config", str(file)]) == 0
    assert capsys.readouterr().out == "nothing\n"


def test_dead_letters_are_listed_tried_again_and_forgotten(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead(tmp_path)
    assert main(["webhook", "list", "--config", str(file)]) == 0
    shown = capsys.readouterr().out
    assert [one for one in ("crm", "call.missed", "dead", "status 503", "msg_1") if one not in shown] == []
    assert main(["webhook", "retry", "msg_2", "--config", str(file)]) == 1
    assert "webhook list" in capsys.readouterr().err
    assert main(["webhook", "retry", "--config", str(file)]) == 0
    assert main(["webhook", "list", "--json", "--config", str(file)]) == 0
    assert '"state": "waits"' in capsys.readouterr().out
    assert main(["webhook", "drop", "--config", str(file)]) == 0
    assert "0 forgotten" in capsys.readouterr().out


def test_a_test_says_what_came_of_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "test", "crm", "--config", str(file)]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert main(["webhook", "test", "other", "--config", str(file)]) == 1
    assert "there are: crm" in capsys.readouterr().err
