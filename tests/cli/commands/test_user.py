"""`offhook user`."""

import json
from pathlib import Path

from tests.cli.helpers import Command, a_site, write_config


async def test_a_user_is_added_listed_and_removed(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    added = await command.run("user", "add", "kim", "--terminal", "4000", "--terminal", "4001")
    assert added.code == 0 and added.out.startswith("user kim was added\npassword: ")
    assert (await command.run("user", "add", "root", "--administrator", "--generate")).code == 0
    listed = await command.run("user", "list")
    assert listed.out.splitlines() == [
        "USER  ROLE           PASSWORD  PHONES     WATCHES",
        "kim   user           local     4000 4001  none",
        "root  administrator  local     all        all",
    ]
    assert (await command.run("user", "remove", "root")).code == 0
    assert json.loads((await command.run("user", "list", "--json")).out) == [
        {
            "name": "kim",
            "administrator": False,
            "terminals": ["4000", "4001"],
            "watches": [],
            "source": "local",
        }
    ]


async def test_a_user_may_be_let_watch_colleagues_phones_and_no_more(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})

    async def watches() -> list[list[str]]:
        return [one["watches"] for one in json.loads((await command.run("user", "list", "--json")).out)]

    assert (await command.run("user", "add", "kim", "--terminal", "4000", "--watch", "4001")).code == 0
    assert await watches() == [["4001"]]
    assert (await command.run("user", "change", "kim", "--watch-all")).code == 0
    assert await watches() == [["*"]]
    assert (await command.run("user", "change", "kim", "--no-watch")).code == 0
    assert await watches() == [[]]


async def test_the_same_user_twice_exits_with_1(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    await command.run("user", "add", "kim")
    result = await command.run("user", "add", "kim")
    assert result.code == 1
    assert "user kim exists" in result.err


async def test_an_unknown_user_exits_with_1(tmp_path: Path) -> None:
    result = await Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"}).run("user", "remove", "kim")
    assert result.code == 1
    assert "there is no user kim" in result.err


async def test_a_user_of_another_machine_logs_in_and_sees_its_own_phones(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        (tmp_path / "secret").write_text("hunter22\n")
        added = await command.run("user", "add", "lee", "--terminal", "4001", "--password-file", "secret")
        assert added.code == 0 and "hunter22" not in added.out
        (tmp_path / "elsewhere.toml").write_text(
            f'[sscp]\nurl = "{system.sscp_url}"\nuser = "lee"\npassword_file = "secret"\n'
        )
        listed = await command.run("terminal", "list", "--config", "elsewhere.toml", "--json")
    assert [one["id"] for one in json.loads(listed.out)] == ["4001"]


async def test_password_role_and_phones_are_changed(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    await command.run("user", "add", "kim", "--terminal", "4000")
    changed = await command.run("user", "change", "kim", "--administrator", "--no-terminals", "--generate")
    assert changed.code == 0 and changed.out.startswith("user kim was changed\npassword: ")
    (kim,) = json.loads((await command.run("user", "list", "--json")).out)
    assert kim["administrator"] is True and kim["terminals"] == []
    nothing = await command.run("user", "change", "kim")
    assert nothing.code == 1 and "nothing was asked" in nothing.err


async def test_a_directorys_user_has_no_password_here(tmp_path: Path) -> None:
    source = 'type = "ldap"\nname = "corp"\nurl = "ldap://directory.example"\nbase = "dc=example"\n'
    write_config(tmp_path, f"[[directory.source]]\n{source}")
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    mistyped = await command.run("user", "add", "lee", "--directory", "crop")
    assert mistyped.code == 1 and "take one of: corp" in mistyped.err
    added = await command.run("user", "add", "lee", "--directory", "corp", "--terminal", "4001")
    assert added.out == "user lee was added\n"
    changed = await command.run("user", "change", "lee", "--generate")
    assert changed.code == 1 and "directory corp" in changed.err


async def test_a_user_is_logged_out(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    await command.run("user", "add", "kim")
    assert (
        await command.run("user", "logout", "kim")
    ).out == "user kim was logged out; 0 tokens were ended\n"
    assert (await command.run("user", "logout", "lee")).code == 1


async def test_a_password_that_is_soon_guessed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("4711\n")
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": "state"})
    result = await command.run("user", "add", "kim", "--password-file", "short")
    assert result.code == 1 and "less than 8 characters" in result.err
