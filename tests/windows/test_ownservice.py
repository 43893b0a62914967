"""What the service manager is given; the service itself runs in tests/installer/test_service.py."""

import pytest

from offhook.windows.ownservice import PRIVILEGES, quoted, service_sid
from offhook.windows.ports import TelephonyError
from offhook.windows.servicefolder import rights


def test_a_service_has_the_sid_that_windows_makes_of_its_name() -> None:
    installer = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"  # of every Windows
    assert service_sid("TrustedInstaller") == service_sid("trustedinstaller") == installer


def test_every_part_of_the_command_stands_in_quotation_marks() -> None:
    command = quoted([r"C:\Program Files\Offhook\app\offhook.exe", "service", "run"])
    assert command == r'"C:\Program Files\Offhook\app\offhook.exe" "service" "run"'


@pytest.mark.parametrize("part", ['a"b', "C:\\Folder\\"])
def test_what_would_end_the_quotation_is_refused(part: str) -> None:
    with pytest.raises(TelephonyError, match="name another path"):
        quoted([part])


def test_the_folder_is_for_the_system_administrators_and_the_service_alone() -> None:
    sddl = rights("S-1-5-80-1")
    assert sddl.startswith("D:P("), "nothing is inherited from a folder in which every user may make files"
    assert [part.rpartition(";")[2] for part in sddl.split(")")[:-1]] == ["SY", "BA", "S-1-5-80-1"]


def test_the_service_keeps_no_privilege_but_that_of_everybody() -> None:
    assert PRIVILEGES == ("SeChangeNotifyPrivilege",)
