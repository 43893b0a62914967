"""The units, judged by systemd's own tools; systemd itself does not run in the tests."""

import re
from pathlib import Path

import pytest

from offhook.cli.units import Account, quoted, unit
from tests.cli.systemd import MOST_EXPOSED, analyze

ACCOUNT = Account("daemon", Path("/var/lib/offhook"))
COMMAND = ["/bin/true", "up", "--config", "/etc/my phones/100%.toml"]


@pytest.mark.peer
@pytest.mark.parametrize("account", [ACCOUNT, None], ids=["of the system", "of a session"])
def test_systemd_takes_the_unit(tmp_path: Path, account: Account | None) -> None:
    file = tmp_path / "offhook.service"
    file.write_text(unit(COMMAND, account))
    analyze(tmp_path, *([] if account else ["--user"]), "verify", str(file))


@pytest.mark.peer
def test_the_unit_of_the_system_may_do_little(tmp_path: Path) -> None:
    file = tmp_path / "offhook.service"
    file.write_text(unit(COMMAND, ACCOUNT))
    told = analyze(tmp_path, "security", "--offline=yes", "--no-pager", str(file))
    level = re.search(r"Overall exposure level for offhook.service: ([0-9.]+)", told)
    assert level is not None and float(level.group(1)) < MOST_EXPOSED


def test_a_packages_unit_is_skipped_until_there_is_a_configuration() -> None:
    text = unit(COMMAND, ACCOUNT, packaged=Path("/etc/offhook/offhook.toml"))
    assert "ConditionPathExists=/etc/offhook/offhook.toml\n" in text.partition("[Service]")[0]
    assert "Environment=OFFHOOK_STATE_DIR=/var/lib/offhook\n" in text


def test_a_port_of_the_administrators_needs_one_capability_and_others_none() -> None:
    assert "CapabilityBoundingSet=\n" in unit(COMMAND, ACCOUNT)
    low = unit(COMMAND, Account("daemon", Path("/var/lib/offhook"), low_port=True))
    assert "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n" in low


def test_what_lies_below_home_is_shown_only_where_it_is_needed() -> None:
    assert "ProtectHome=yes\n" in unit(COMMAND, ACCOUNT)
    assert "ProtectHome=read-only\n" in unit(COMMAND, Account("kim", Path("/srv/x"), home_needed=True))


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("100%$x", "100%%$$x"),
        ('a"b', '"a\\"b"'),
        ("", '""'),
    ],
)
def test_words_are_quoted_as_systemd_reads_them(word: str, written: str) -> None:
    assert quoted(word) == written
