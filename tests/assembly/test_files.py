"""How many may come at once, by what runs in this process and by the system's open files."""

from pathlib import Path

import pytest

from offhook.assembly import files
from offhook.assembly.files import files_short, share_files
from offhook.common import openfiles
from offhook.common.openfiles import RESERVED, Interface, room_for
from offhook.config import Config, SwitchSettings, TerminalSettings, TspSettings

ALLOWED = 20_000


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openfiles, "raise_limit", lambda: ALLOWED)
    monkeypatch.setattr(openfiles, "_needs", {})


def phones(count: int) -> tuple[TerminalSettings, ...]:
    return tuple(TerminalSettings(str(number), "") for number in range(count))


def test_a_call_manager_alone_has_room_for_ten_thousand_windows() -> None:
    share_files(Config(terminals=phones(100)), manager=True, messenger=False)
    assert room_for(Interface.SSCP, 20_000) > 12_000
    assert room_for(Interface.SIP, 20_000) >= 100


def test_with_asterisk_no_phone_comes_here() -> None:
    share_files(Config(switch=SwitchSettings(driver="asterisk")), manager=True, messenger=False)
    assert room_for(Interface.SSCP, 100_000) == ALLOWED - RESERVED


def test_a_smart_messenger_alone_has_all_for_its_windows() -> None:
    share_files(Config(), manager=False, messenger=True)
    assert room_for(Interface.TSP, 100_000) == ALLOWED - RESERVED


def test_windows_that_were_asked_for_and_cannot_be_had_are_told(caplog: pytest.LogCaptureFixture) -> None:
    share_files(Config(tsp=TspSettings(max_sessions=30_000)), manager=False, messenger=True)
    (record,) = caplog.records
    assert "at most 19872 windows at a time, and this site may need 30000 windows" in record.message


def test_users_who_cannot_all_be_there_are_told_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    config = Config(terminals=phones(10_000))
    share_files(config, manager=True, messenger=False)
    files.check_users(config, 9000)
    (record,) = caplog.records
    assert "at most 9936 phones on TCP and 9936 programs" in record.message
    assert "may need 10000 phones on TCP and 11000 programs" in record.message
    assert "ulimit -n" in record.message


def test_a_site_that_fits_hears_nothing(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    config = Config(terminals=phones(1000))
    share_files(config, manager=True, messenger=True)
    files.check_users(config, 1000)
    assert caplog.records == []
    assert files_short(config, 1000) is None


def test_check_tells_the_same() -> None:
    assert "this site may need 20000 programs" in (files_short(Config(), 18_000) or "")
