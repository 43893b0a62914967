"""The page of Windows' Settings where a program for links is chosen."""

import pytest

from offhook.windows.links import settings_address


@pytest.mark.parametrize(
    ("for_user", "for_machine", "query"),
    [
        (False, True, "?registeredAppMachine=Offhook"),
        (True, True, "?registeredAppUser=Offhook"),
        (True, False, "?registeredAppUser=Offhook"),
        (False, False, ""),
    ],
)
def test_it_is_the_one_of_who_has_registered_it(for_user: bool, for_machine: bool, query: str) -> None:
    assert settings_address(for_user, for_machine) == f"ms-settings:defaultapps{query}"
