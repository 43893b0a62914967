"""The Call Managers that `sscp.url` means."""

import logging
from collections.abc import Sequence

import pytest

from offhook.common.dnssrv import Srv
from offhook.errors import UnavailableError
from offhook.sscp.places import Places

DOMAIN = "wss+srv://site.example"


class Names:
    """A name server with these records."""

    def __init__(self, *records: Srv) -> None:
        self.records, self.asked = records, ""

    async def __call__(self, name: str) -> Sequence[Srv]:
        self.asked = name
        return self.records


async def test_one_address_is_itself() -> None:
    assert await Places("wss://north.example:7701").all() == ["wss://north.example:7701"]


async def test_several_come_in_an_order_of_chance() -> None:
    chances = iter([0.9, 0.1, 0.5])
    places = Places("wss://a.example, wss://b.example,wss://[2001:db8::1]:7701", chance=lambda: next(chances))
    assert await places.all() == ["wss://b.example", "wss://[2001:db8::1]:7701", "wss://a.example"]


async def test_a_domain_names_its_hosts_by_priority() -> None:
    names = Names(Srv(20, 0, 7702, "south.site.example"), Srv(10, 0, 7701, "north.site.example"))
    found = await Places(DOMAIN, names).all()
    assert found == ["wss://north.site.example:7701", "wss://south.site.example:7702"]
    assert names.asked == "_sscp._tcp.site.example"


@pytest.mark.parametrize("target", ["manager.attacker.example", "evilsite.example", "example"])
async def test_a_host_outside_of_the_domain_is_not_used(
    target: str, caplog: pytest.LogCaptureFixture
) -> None:
    names = Names(Srv(0, 0, 7701, target), Srv(10, 0, 7701, "north.SITE.example"))
    with caplog.at_level(logging.WARNING):
        assert await Places(DOMAIN, names).all() == ["wss://north.SITE.example:7701"]
    assert "outside of it" in caplog.text


async def test_without_records_it_is_said_which_are_missing() -> None:
    with pytest.raises(UnavailableError, match=r"_sscp\._tcp\.site\.example"):
        await Places(DOMAIN, Names()).all()


async def test_while_dns_is_away_those_hold_that_were_found_before() -> None:
    names = Names(Srv(10, 0, 7701, "north.site.example"))
    places = Places(DOMAIN, names)
    before = await places.all()
    names.records = ()
    assert await places.all() == before
