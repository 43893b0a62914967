"""`offhook phone`."""

import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import segno

from offhook.cli.main import main
from tests.cli.helpers import CONFIG, Result, a_site, write_config
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S

MAC = "80:5e:c0:12:34:56"


@dataclass
class Command:
    """The command in this process: most of what it does is read and written in a file."""

    output: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Result:
        code = main(arguments)
        out, err = self.output.readouterr()
        return Result(code, out, err)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("OFFHOOK_CONFIG", str(write_config(tmp_path)))
    return Command(capsys)


def phones(command: Command) -> list[dict[str, object]]:
    listed = command.run("phone", "list", "--json")
    assert listed.code == 0, listed.err
    found: list[dict[str, object]] = json.loads(listed.out)
    return found


def test_a_phone_is_added_listed_and_removed(command: Command) -> None:
    added = command.run("phone", "add", MAC, "--model", "BARESIP", "--terminal", "4000")
    assert added.code == 0, added.err
    assert f"phone {MAC} (baresip) was added for terminal 4000" in added.out
    [phone] = phones(command)
    assert (phone["mac"], phone["model"], phone["open_until"]) == ("805ec0123456", "baresip", None)
    table = command.run("phone", "list")
    assert table.out.splitlines()[1].split()[:4] == [MAC, "baresip", "4000", "no"]
    assert (command.run("phone", "remove", "805EC0123456")).code == 0
    assert phones(command) == []


def test_a_phone_is_let_in_and_no_more(command: Command) -> None:
    command.run("phone", "add", MAC, "--model", "baresip", "--terminal", "4000")
    opened = command.run("phone", "open", MAC, "--for", "2h")
    assert opened.code == 0 and f"phone {MAC} is let in" in opened.out
    assert (phones(command))[0]["open_until"]
    assert (command.run("phone", "close", MAC)).code == 0
    assert (phones(command))[0]["open_until"] is None


def test_a_phone_may_be_let_in_as_it_is_added(command: Command) -> None:
    command.run("phone", "add", MAC, "--model", "baresip", "--terminal", "4000", "--open")
    assert (phones(command))[0]["open_until"]


def test_a_phone_that_cannot_be_read_is_named_with_what_to_do_and_the_others_are_listed(
    command: Command, tmp_path: Path
) -> None:
    for mac in (MAC, "00:00:00:00:00:01"):
        command.run("phone", "add", mac, "--model", "baresip", "--terminal", "4000")
    with closing(sqlite3.connect(tmp_path / "state" / "phones.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE phones SET value = '{' WHERE mac = '000000000001'")
    listed = command.run("phone", "list")
    assert listed.code == 0 and MAC in listed.out
    assert "offhook phone remove 000000000001" in listed.err
    assert command.run("phone", "remove", "000000000001").code == 0
    assert command.run("phone", "list").err == ""


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        (("add", "80:5e", "--model", "baresip", "--terminal", "4000"), 1, "no MAC address"),
        (("add", MAC, "--model", "T99", "--terminal", "4000"), 1, "offhook phone models"),
        (("add", MAC, "--model", "baresip", "--terminal", "4999"), 1, "offhook terminal add 4999"),
        (("open", MAC), 1, "offhook phone list"),
        (("remove", MAC), 1, "offhook phone list"),
        (("open", MAC, "--for", "25h"), 2, "no time up to 24h"),
        (("open", MAC, "--for", "soon"), 2, "no time up to 24h"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    command: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = command.run("phone", *arguments)
    assert (result.code, said in result.err) == (code, True), result.err


def test_a_phone_is_added_once(command: Command) -> None:
    command.run("phone", "add", MAC, "--model", "baresip", "--terminal", "4000")
    again = command.run("phone", "add", MAC, "--model", "baresip", "--terminal", "4001")
    assert again.code == 1 and "already" in again.err


def test_the_models_are_listed_by_vendor(command: Command) -> None:
    listed = command.run("phone", "models", "--json")
    assert {"vendor": "Linphone", "models": ["Linphone"]} in json.loads(listed.out)
    assert "Linphone" in (command.run("phone", "models")).out


def test_without_a_call_manager_no_phone_is_told_anything(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.provisioning.desk.TAKEN_S", 0)
    command.run("phone", "add", MAC, "--model", "baresip", "--terminal", "4000")
    result = command.run("phone", "reboot", MAC)
    assert result.code == 3
    assert "start it: offhook up" in result.err


def provisioning(folder: Path) -> None:
    """Have phones fetch their files here."""
    write_config(folder, CONFIG + '[provisioning]\nlisten = "192.0.2.10:8088"\n')


def test_the_secret_address_of_a_phone_is_shown_and_lets_it_in(command: Command, tmp_path: Path) -> None:
    provisioning(tmp_path)
    command.run("phone", "add", MAC, "--model", "Linphone", "--terminal", "4000")
    shown = command.run("phone", "show", "4000", "--for", "5m")
    assert shown.code == 0, shown.err
    address = shown.out.splitlines()[0]
    assert re.fullmatch(r"http://192\.0\.2\.10:8088/p/[a-z0-9]{32}/linphone-805ec0123456\.xml", address)
    assert phones(command)[0]["open_until"]
    assert command.run("phone", "show", MAC).out.splitlines()[0] == address


def test_a_qr_code_has_the_address(command: Command, tmp_path: Path) -> None:
    provisioning(tmp_path)
    command.run("phone", "add", MAC, "--model", "Linphone", "--terminal", "4000")
    shown = command.run("phone", "show", MAC, "--qr").out
    drawn = io.StringIO()
    segno.make(shown.splitlines()[0], micro=False).terminal(drawn, border=2, compact=True)
    assert drawn.getvalue() in shown


def test_an_address_is_shown_only_where_there_is_one(command: Command, tmp_path: Path) -> None:
    command.run("phone", "add", MAC, "--model", "Linphone", "--terminal", "4000")
    assert "[provisioning] listen" in command.run("phone", "show", MAC).err
    assert phones(command)[0]["open_until"] is None
    write_config(tmp_path, CONFIG + '[provisioning]\nlisten = "0.0.0.0:8088"\n')
    assert "provisioning.host" in command.run("phone", "show", MAC).err


def test_a_terminal_with_two_phones_does_not_name_one(command: Command, tmp_path: Path) -> None:
    provisioning(tmp_path)
    for mac in (MAC, "805ec0123457"):
        command.run("phone", "add", mac, "--model", "Linphone", "--terminal", "4000")
    assert "has 2 phones" in command.run("phone", "show", "4000").err


@pytest.mark.timeout(60)  # a dozen commands, each a process of its own
async def test_an_administrator_of_another_machine_adds_a_phone_and_lets_it_in(tmp_path: Path) -> None:
    port = free_port()
    text = f'{CONFIG}[provisioning]\nlisten = "127.0.0.1:{port}"\n'
    (tmp_path / "secret").write_text("hunter22\n")
    (tmp_path / "client").mkdir()
    async with a_site(tmp_path, text=text) as (here, system):
        for name, role in (("root", ["--administrator"]), ("kim", ["--terminal", "4000"])):
            await here.run("user", "add", name, *role, "--password-file", "secret")
        for name in ("root", "kim"):
            (tmp_path / f"{name}.toml").write_text(
                f'[sscp]\nurl = "{system.sscp_url}"\nuser = "{name}"\npassword_file = "secret"\n'
                '[state]\ndir = "client"\n'
            )

        async def there(*arguments: str, user: str = "root") -> Result:
            return await here.run("phone", *arguments, "--config", f"{user}.toml")

        refused = await there("add", MAC, "--model", "linphone", "--terminal", "4000", user="kim")
        assert refused.code == 1 and "kim is no administrator" in refused.err
        added = await there("add", MAC, "--model", "linphone", "--terminal", "4000")
        assert f"phone {MAC} (Linphone) was added for terminal 4000" in added.out, added.err
        shown = await there("show", "4000")
        assert shown.out.startswith(f"http://127.0.0.1:{port}/p/"), shown.err
        async with httpx.AsyncClient(timeout=ONE_STEP_S) as phone:
            assert (await phone.get(shown.out.splitlines()[0])).status_code == 200
        (listed,) = json.loads((await there("list", "--json")).out)
        assert (listed["mac"], listed["from"]) == ("805ec0123456", "127.0.0.1")
        rebooted = await there("reboot", MAC)
        assert rebooted.code == 1 and "a Linphone cannot be told to" in rebooted.err
        assert (await there("remove", MAC)).code == 0
        assert (await here.run("phone", "list", "--json")).out.strip() == "[]"
    assert list((tmp_path / "client").iterdir()) == []
    log = (tmp_path / "state" / "audit.jsonl").read_text(encoding="utf-8")
    done = [one for one in map(json.loads, log.splitlines()) if one["event"].startswith("phone-")]
    assert [(one["event"], one["user"], one["result"]) for one in done] == [
        ("phone-add", "kim", "not-allowed"),
        ("phone-add", "root", "ok"),
        ("phone-show", "root", "ok"),
        ("phone-reboot", "root", "bad-request"),
        ("phone-remove", "root", "ok"),
    ]
