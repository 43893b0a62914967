"""`offhook state`."""

import tarfile
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


async def test_the_folder_is_copied_while_offhook_runs(tmp_path: Path) -> None:
    await Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"}).run("user", "add", "kim", "--generate")
    async with a_site(tmp_path):
        done = await Command(tmp_path).run("state", "backup", "copy.tar.gz")
        again = await Command(tmp_path).run("state", "backup", "copy.tar.gz")
    assert done.code == 0 and "it holds secrets" in done.out
    assert again.code == 1 and "copy.tar.gz is there already; name a new file" in again.err
    with tarfile.open(tmp_path / "copy.tar.gz") as archive:
        assert {"users.sqlite", "calls.sqlite", "audit.jsonl"} <= set(archive.getnames())


async def test_what_is_exported_is_imported_elsewhere_and_twice_adds_nothing(tmp_path: Path) -> None:
    here = Command(tmp_path, {"OFFHOOK_STATE_DIR": "here"})
    there = Command(tmp_path, {"OFFHOOK_STATE_DIR": "there"})
    await here.run("user", "add", "kim", "--generate")
    exported = await here.run("state", "export", "all.state")
    assert (
        exported.code == 0 and "all.state: 1 users\n" in exported.out and "--phones adds them" in exported.out
    )
    first = await there.run("state", "import", "all.state")
    assert first.code == 0 and first.out == "added: 1 users\n"
    second = await there.run("state", "import", "all.state")
    assert second.out == "added: nothing\nthere already, left as it is: 1 users\n"
    assert "kim" in (await there.run("user", "list")).out
    (tmp_path / "all.state").write_bytes((tmp_path / "all.state").read_bytes()[:-20])
    cut = await there.run("state", "import", "all.state")
    assert cut.code == 2 and "all.state, line 3: this is no line of an export" in cut.err
