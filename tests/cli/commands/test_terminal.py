"""`offhook terminal add` and `remove`: the configuration edited as a person would."""

import re
import stat
import time
from pathlib import Path

from offhook.call import Terminal
from offhook.cli.commands.terminal import _state
from offhook.config import TerminalSettings, load
from tests.cli.helpers import CONFIG, Command, write_config


async def test_add_writes_an_entry_with_a_password_that_it_made(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "add", "4002", "--name", "박지성")
    assert result.code == 0, result.err
    password = result.out.splitlines()[-1].removeprefix("password: ")
    assert len(password) == 20
    assert load(file, environ={}).terminals[-1] == TerminalSettings("4002", "박지성", password)


async def test_adding_and_removing_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    await Command(tmp_path).run("terminal", "add", "4002")
    assert (await Command(tmp_path).run("terminal", "remove", "4002")).code == 0
    assert file.read_text() == CONFIG


async def test_what_the_file_was_stays_beside_it(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    await Command(tmp_path).run("terminal", "remove", "4001")
    kept = file.with_name(f"{file.name}.bak")
    assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == (CONFIG, 0o600)


async def test_remove_keeps_comments(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    await Command(tmp_path).run("terminal", "remove", "4001")
    assert "# the site's phones" in file.read_text()
    assert 'id = "4000"          # at the window' in file.read_text()
    assert [entry.id for entry in load(file, environ={}).terminals] == ["4000"]


async def test_the_last_phone_can_be_removed(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    for phone in ("4000", "4001"):
        assert (await Command(tmp_path).run("terminal", "remove", phone)).code == 0
    assert load(file, environ={}).terminals == ()


async def test_a_password_file_is_referred_to_not_copied(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    secret = tmp_path / "4002.password"
    secret.write_text("hunter2\n")
    secret.chmod(0o600)
    result = await Command(tmp_path).run("terminal", "add", "4002", "--password-file", "4002.password")
    assert result.code == 0
    assert "hunter2" not in file.read_text() + result.out
    assert load(file, environ={}).terminals[-1].password == "hunter2"


async def test_the_first_phone_makes_the_users_own_file(tmp_path: Path) -> None:
    result = await Command(tmp_path).run("terminal", "add", "4000")
    assert result.code == 0, result.err
    file = tmp_path / ".config" / "offhook" / "offhook.toml"
    assert [entry.id for entry in load(file, environ={}).terminals] == ["4000"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_phones_written_as_one_list_stay_one(tmp_path: Path) -> None:
    file = write_config(tmp_path, 'terminal = [{id = "4000", password = "x"}]\n')
    assert (await Command(tmp_path).run("terminal", "add", "4001")).code == 0
    assert [entry.id for entry in load(file, environ={}).terminals] == ["4000", "4001"]
    assert (await Command(tmp_path).run("terminal", "remove", "4000")).code == 0
    assert [entry.id for entry in load(file, environ={}).terminals] == ["4001"]


async def test_a_phone_that_exists_is_not_added_again(tmp_path: Path) -> None:
    write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "add", "4001")
    assert result.code == 1
    assert "has a phone 4001; remove it first" in result.err


async def test_a_phone_that_does_not_exist_is_not_removed(tmp_path: Path) -> None:
    write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "remove", "4009")
    assert (result.code, result.err) == (1, "offhook: there is no phone 4009; see: offhook terminal list\n")


async def test_an_unfit_id_leaves_the_file_alone(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "add", "40 02")
    assert result.code == 2
    assert "must be 1 to 32 letters" in result.err
    assert file.read_text() == CONFIG


async def test_a_file_that_is_not_toml_is_told(tmp_path: Path) -> None:
    write_config(tmp_path, "[tsp")
    result = await Command(tmp_path).run("terminal", "add", "4002")
    assert result.code == 2
    assert "is not TOML" in result.err and len(result.err.splitlines()) == 1


async def test_add_prints_what_to_type_into_the_phone(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    listen = load(file, environ={}).switch.embedded.listen
    result = await Command(tmp_path).run("terminal", "add", "4002")
    assert f"server:   {listen.host}" in result.out
    assert f"port:     {listen.port} (UDP or TCP)" in result.out
    assert "user:     4002" in result.out


def test_a_phone_that_did_not_register_says_of_what_it_failed() -> None:
    failed = Terminal("4000", "Kim", problem="wrong password, from 10.0.0.7", problem_at=time.time())
    assert re.fullmatch(
        r"not registered: wrong password, from 10\.0\.0\.7, [0-2][0-9]:[0-5][0-9]", _state(failed)
    )
    assert _state(Terminal("4000")) == "not registered"
    assert _state(Terminal("4000", in_service=True)) == "registered"
    assert _state(None) == "unknown"


async def test_change_sets_what_the_phone_shows_outside(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "change", "4000", "number=+4930900101", "name=Park")
    assert result.code == 0, result.err
    phone = load(file, environ={}).terminals[0]
    assert (phone.name, phone.number) == ("Park", "+4930900101")


async def test_change_takes_nothing_that_a_start_would_refuse(tmp_path: Path) -> None:
    file = write_config(tmp_path)
    result = await Command(tmp_path).run("terminal", "change", "4000", "number=101")
    assert (result.code, "terminal[1].number: must be a number with its country" in result.err) == (2, True)
    assert file.read_text() == CONFIG


PARTS = """\
[cluster]
node = "one"
[[cluster.part]]
name = "seoul"
[cluster.part.switch.embedded]
listen = "127.0.0.1:5060"
[[cluster.part]]
name = "busan"
[cluster.part.switch.embedded]
listen = "127.0.0.1:5070"
"""


async def test_a_phone_is_added_to_a_part_of_the_cluster(tmp_path: Path) -> None:
    file = write_config(tmp_path, PARTS)
    result = await Command(tmp_path).run("terminal", "add", "5000", "--part", "busan")
    assert result.code == 0, result.err
    assert "port:     5070" in result.out
    assert [(entry.id, entry.part) for entry in load(file, environ={}).terminals] == [("5000", "busan")]


async def test_a_part_that_is_not_there_is_said_so_and_nothing_is_written(tmp_path: Path) -> None:
    file = write_config(tmp_path, PARTS)
    result = await Command(tmp_path).run("terminal", "add", "5000", "--part", "jeju")
    assert result.code != 0
    assert "terminal[1].part" in result.err
    assert file.read_text() == PARTS
