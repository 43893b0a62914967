"""`offhook state`."""

from pathlib import Path

from tests.cli.helpers import Command, a_site, write_config


async def test_damaged_files_are_repaired_and_said_to_be(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    await command.run("user", "add", "kim", "--generate")
    assert "users.sqlite: sound" in (await command.run("state", "repair")).out
    file = tmp_path / "state" / "users.sqlite"
    file.write_bytes(file.read_bytes()[:4096] + b"\x01\x02\x03\x04" * 1024 + file.read_bytes()[8192:])
    listed = await command.run("user", "list")
    assert listed.code == 2 and "save what can be read: offhook state repair" in listed.err
    assert len(listed.err.splitlines()) == 1
    repaired = await command.run("state", "repair")
    assert repaired.code == 0
    assert "was damaged" in repaired.out and "the damaged file is kept" in repaired.out
    assert (await command.run("user", "list")).code == 0


async def test_the_file_of_phones_is_repaired_as_its_error_says(tmp_path: Path) -> None:
    write_config(tmp_path)
    command = Command(tmp_path)
    await command.run("phone", "add", "00:00:00:00:00:01", "--model", "Linphone", "--terminal", "4000")
    file = tmp_path / "state" / "phones.sqlite"
    file.write_bytes(b"\x01\x02\x03\x04" * 1024 + file.read_bytes()[4096:])
    checked = await command.run("check")
    assert "phones.sqlite is damaged" in checked.out and "offhook state repair" in checked.out
    listed = await command.run("phone", "list")
    assert listed.code == 2 and "save what can be read: offhook state repair" in listed.err
    repaired = await command.run("state", "repair")
    assert repaired.code == 0
    assert "saved 1 phones" in repaired.out and "offhook phone list" in repaired.out
    assert "00:00:00:00:00:01" in (await command.run("phone", "list")).out


async def test_it_is_refused_while_offhook_runs(tmp_path: Path) -> None:
    write_config(tmp_path)
    async with a_site(tmp_path):
        refused = await Command(tmp_path).run("state", "repair")
    assert refused.code == 2 and "Offhook runs already" in refused.err


async def test_without_a_state_folder_there_is_nothing_to_repair(tmp_path: Path) -> None:
    refused = await Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"}).run("state", "repair")
    assert refused.code == 1 and "nothing to repair" in refused.err
    assert not (tmp_path / "state").exists()
