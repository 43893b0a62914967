"""Time zones, as phones without a database are told them."""

from datetime import UTC, datetime

import pytest

from offhook.errors import PhoneError
from offhook.provisioning.timezones import time_zone


@pytest.mark.parametrize(
    "name, offset, posix",
    [
        ("Asia/Seoul", 9 * 3600, "KST-9"),
        ("Europe/Berlin", 3600, "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("America/St_Johns", -12600, "NST3:30NDT,M3.2.0,M11.1.0"),
        ("Etc/UTC", 0, "UTC0"),
    ],
)
@pytest.mark.parametrize("month", [1, 7])
def test_a_zone_has_its_offset_in_winter_and_its_rules(
    name: str, offset: int, posix: str, month: int
) -> None:
    zone = time_zone(name, datetime(2026, month, 1, tzinfo=UTC))
    assert (zone.offset_s, zone.posix) == (offset, posix)


def test_a_zone_is_found_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.TZPATH", ())
    assert time_zone("Asia/Seoul").posix == "KST-9"


@pytest.mark.parametrize("name", ["Asia/Nowhere", "", "Europe"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(PhoneError, match="not known"):
        time_zone(name)
