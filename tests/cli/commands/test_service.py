"""`offhook service`. systemd does not run in the tests: what it would be asked is written down instead."""

import os
import pwd
from pathlib import Path

import pytest

from offhook.cli.commands import service
from offhook.cli.main import main
from tests.cli.helpers import CONFIG, write_config

pytestmark = pytest.mark.skipif("sys.platform != 'linux'")


class Computer:
    """One where systemd runs, as far as `offhook service` sees."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.asked = folder / "asked"
        tools = folder / "bin"
        tools.mkdir()
        for name in ("systemctl", "loginctl"):
            (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{self.asked}; echo active\n')
            (tools / name).chmod(0o755)
        self.config = write_config(folder)
        monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
        monkeypatch.setenv("OFFHOOK_CONFIG", str(self.config))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "own"))
        monkeypatch.setattr(service, "RUNNING", folder)
        monkeypatch.setattr(service, "SYSTEM_UNITS", folder / "system")
        self._patch = monkeypatch
        self.of_root(False)

    def of_root(self, root: bool) -> None:
        self._patch.setattr(service, "_root", lambda: root)

    def calls(self) -> list[str]:
        told = self.asked.read_text().splitlines() if self.asked.exists() else []
        self.asked.unlink(missing_ok=True)
        return told

    @property
    def own_unit(self) -> Path:
        return self.folder / "own" / "systemd" / "user" / "offhook.service"


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


def test_a_service_of_ones_own_is_installed_started_and_removed(
    computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install"]) == 0
    text = computer.own_unit.read_text()
    assert f" up --config {computer.config}\n" in text
    assert "User=" not in text and "WantedBy=default.target" in text
    assert computer.calls() == [
        "systemctl --user daemon-reload",
        "systemctl --user enable offhook.service",
        "systemctl --user restart offhook.service",
        "loginctl enable-linger",
    ]
    assert main(["service", "status"]) == 0
    assert "it runs. Its log: journalctl --user -u offhook" in capsys.readouterr().out
    computer.calls()
    assert main(["service", "remove"]) == 0
    assert computer.calls() == [
        "systemctl --user disable --now offhook.service",
        "systemctl --user daemon-reload",
    ]
    assert not computer.own_unit.exists() and computer.config.exists()
    assert main(["service", "status"]) == 1
    assert main(["service", "remove"]) == 1


def test_it_is_stopped_and_started(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "start"]) == main(["service", "stop"]) == 1
    assert "it is not installed; see: offhook service install" in capsys.readouterr().err
    assert main(["service", "install", "--no-start"]) == 0
    assert not any("restart" in one for one in computer.calls())
    assert main(["service", "start"]) == main(["service", "stop"]) == main(["service", "uninstall"]) == 0
    assert [one for one in computer.calls() if "daemon-reload" not in one] == [
        "systemctl --user start offhook.service",
        "systemctl --user stop offhook.service",
        "systemctl --user disable --now offhook.service",
    ]


def test_print_shows_the_unit_and_changes_nothing(
    computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install", "--print"]) == 0
    assert "ExecStart=" in capsys.readouterr().out
    assert not computer.own_unit.exists() and computer.calls() == []


def test_root_installs_one_for_an_account_with_its_state_folder(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(service, "_check_account", lambda *_: None)
    monkeypatch.setattr("offhook.cli.restart.own_command", lambda: ["/opt/offhook/bin/offhook"])
    monkeypatch.setattr("sys.prefix", "/opt/offhook")
    computer.of_root(True)
    assert main(["service", "install", "--account", name]) == 0
    text = (computer.folder / "system" / "offhook.service").read_text()
    assert f"ExecStart=/opt/offhook/bin/offhook up --config {computer.config}\nUser={name}\n" in text
    assert f"ReadWritePaths={computer.folder / 'state'}\n" in text
    assert (computer.folder / "state").stat().st_mode & 0o777 == 0o700
    assert "systemctl restart offhook.service" in computer.calls()


def test_a_low_port_of_any_door_gets_the_capability_that_it_needs(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(computer.folder, f'{CONFIG}[metrics]\nlisten = "127.0.0.1:790"\n')
    monkeypatch.setattr(service, "_check_account", lambda *_: None)
    monkeypatch.setattr("offhook.cli.restart.own_command", lambda: ["/opt/offhook/bin/offhook"])
    monkeypatch.setattr("sys.prefix", "/opt/offhook")
    computer.of_root(True)
    assert main(["service", "install", "--account", pwd.getpwuid(os.geteuid()).pw_name]) == 0
    text = (computer.folder / "system" / "offhook.service").read_text()
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n" in text


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ("", "say as which account it runs by --account; make one: adduser"),
        ("nobody-of-that-name", "there is no account nobody-of-that-name; make one: adduser"),
        ("root", "Offhook is not run as root"),
    ],
)
def test_root_says_for_which_account(
    computer: Computer, capsys: pytest.CaptureFixture[str], account: str, says: str
) -> None:
    computer.of_root(True)
    assert main(["service", "install", "--account", account]) == 1
    assert says in capsys.readouterr().err
    assert computer.calls() == []


def test_the_account_has_to_be_able_to_read_the_configuration(
    computer: Computer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = next(one for one in pwd.getpwall() if one.pw_uid not in (0, os.geteuid()))
    computer.of_root(True)
    assert main(["service", "install", "--account", other.pw_name]) == 1
    assert f"chown {other.pw_name} {computer.config}" in capsys.readouterr().err


def test_a_service_of_the_system_names_its_state_folder(
    computer: Computer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_config(computer.folder, CONFIG.replace('[state]\ndir = "state"\n', ""))
    monkeypatch.setattr(service, "_check_account", lambda *_: None)
    monkeypatch.setattr("offhook.cli.restart.own_command", lambda: ["/opt/offhook/bin/offhook"])
    monkeypatch.setattr("sys.prefix", "/opt/offhook")
    computer.of_root(True)
    assert main(["service", "install", "--account", "offhook"]) == 2
    assert "state.dir: is not set" in capsys.readouterr().err


def test_what_systemd_refuses_is_told(computer: Computer, capsys: pytest.CaptureFixture[str]) -> None:
    (computer.folder / "bin" / "systemctl").write_text("#!/bin/sh\necho no such bus >&2; exit 1\n")
    assert main(["service", "install"]) == 1
    assert "systemctl --user daemon-reload failed: no such bus" in capsys.readouterr().err


def test_without_a_configuration_it_says_how_to_make_one(
    computer: Computer, capsys: pytest.CaptureFixture[str]
) -> None:
    computer.config.unlink()
    assert main(["service", "install"]) == 1
    assert "offhook init --no-start" in capsys.readouterr().err
