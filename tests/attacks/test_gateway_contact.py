"""Who has a phone's password gives a gateway as the phone's address: who calls it would dial there.

The gateway knows the site by its address and asks nobody for a password: each INVITE that it gets is a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from offhook.common.dnssrv import Srv
from offhook.demo.phone import Phone
from offhook.errors import CallError, UnavailableError
from offhook.sip.endpoint import Flow
from offhook.sip.message import Uri
from offhook.switch.embedded import EmbeddedSwitch, switch
from offhook.switch.embedded.gateways import leads_to
from tests.switch.site import ANSWERS, Site
from tests.switch.trunksite import ScriptedProvider, a_site_with, a_trunk, scripted
from tests.waiting import until

NAME = "gateway.example"
"""As which the gateway is configured; the DNS says where it is."""

PREMIUM = "0900123"


class Attacked(NamedTuple):
    site: Site
    gateway: ScriptedProvider


class Lying(Phone):
    """A phone that gives `lie` as its Contact, once it is set."""

    lie = ""

    @property
    def _contact(self) -> str:
        return self.lie or super()._contact


@pytest.fixture(autouse=True)
def _stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch, "STOP_S", 0.01)


@asynccontextmanager
async def attacked(found: asyncio.Event | None = None, **settings: Any) -> AsyncIterator[Attacked]:
    """A site with a trunk to a gateway that wants no registration, which the DNS names once it is `found`."""
    async with scripted(INVITE=486) as gateway:

        async def ask_srv(_name: str) -> Sequence[Srv]:
            if found is not None:
                await found.wait()
            return [Srv(1, 1, gateway.address[1], gateway.address[0])]

        trunk = a_trunk(gateway.address, servers=(NAME,), register=False, user="", from_account=False)
        site = await a_site_with(trunk, ask_srv=ask_srv, wait=found is None, **settings)
        yield Attacked(site, gateway)
        await site.close()


def a_liar(site: Site, lie: str = "", host: str = "127.0.0.1") -> Lying:
    assert isinstance(site.switch, EmbeddedSwitch)
    phone = Lying(site.switch.address(), "4001", "secret-4001", behaviour=ANSWERS, host=host)
    phone.lie = lie
    return phone


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
@pytest.mark.parametrize(
    "contact",
    [
        "sip:{premium}@127.0.0.1:{port}",
        "sip:{premium}@127.0.0.1:{port};transport=tcp",
        "sip:{premium}@[::ffff:127.0.0.1]:{port}",
        "sip:{premium}@gateway.example",
        "sip:{premium}@GATEWAY.Example.:5060",
        "sip:{premium}@192.0.2.7:{port};maddr=127.0.0.1",
    ],
)
async def test_no_phone_registers_at_the_address_of_a_gateway(contact: str, host: str) -> None:
    async with attacked() as (site, gateway):
        lie = f"<{contact.format(premium=PREMIUM, port=gateway.address[1])}>"
        await site.phone("4000")
        with pytest.raises(UnavailableError, match="403"):
            await a_liar(site, lie, host).start()
        with pytest.raises(CallError):
            site.dial("4001", "4000")
        await site.cause(site.dial("4000", "4001"))
        assert not gateway.asked("INVITE")


async def test_at_the_host_of_a_gateway_a_phone_is_called_only_where_it_spoke_from() -> None:
    async with attacked() as (site, gateway), scripted(INVITE=486) as other_door:
        await site.phone("4000")
        host, port = other_door.address
        async with a_liar(site, f"<sip:{PREMIUM}@{host}:{port}>") as phone:
            site.dial("4000", "4001")
            await until(lambda: phone.invites)
            await site.hang_up()
        assert not other_door.requests
        assert not gateway.asked("INVITE")


async def test_a_phone_at_a_gateway_that_the_dns_names_later_is_called_no_more() -> None:
    found = asyncio.Event()
    async with attacked(found) as (site, gateway):
        await site.phone("4000")
        phone = a_liar(site, f"<sip:{PREMIUM}@127.0.0.1:{gateway.address[1]}>")
        await phone.start()
        found.set()
        await until(lambda: not site.switch.in_service("4001"))
        await site.cause(site.dial("4000", "4001"))
        phone.lie = "<sip:4001@127.0.0.1:9>"  # to leave in peace
        await phone.stop()
        assert not gateway.asked("INVITE")


async def test_a_phone_that_answers_with_the_address_of_a_gateway_is_reached_where_it_is() -> None:
    async with attacked() as (site, gateway):
        await site.phone("4000")
        async with a_liar(site) as phone:
            phone.lie = f"<sip:{PREMIUM}@127.0.0.1:{gateway.address[1]}>"
            call_id = site.dial("4000", "4001")
            await until(lambda: phone.calls and phone.acks)
            await phone.calls[0].hold()
            site.drop(call_id)
            await until(lambda: phone.byes)
            phone.lie = ""
        assert {one.method for one in gateway.requests} == {"OPTIONS"}


async def test_a_phone_that_moves_to_the_host_of_a_gateway_is_reached_where_it_spoke_from() -> None:
    async with attacked() as (site, gateway):
        await site.phone("4000")
        async with a_liar(site, host="127.0.0.2") as phone, a_liar(site) as moved:
            call_id = site.dial("4000", "4001")
            await until(lambda: phone.acks or moved.acks)
            call = (phone.calls or moved.calls)[0]
            assert call.dialog is not None
            call.dialog.contact = f"<sip:{PREMIUM}@127.0.0.1:{gateway.address[1]}>"
            await moved.reinvite(call, "sendonly")
            site.drop(call_id)
            await until(lambda: not site.live())
        assert {one.method for one in gateway.requests} == {"OPTIONS"}


class AGateway:
    """Implements `Gateways`: one at 192.0.2.9:5060."""

    def are_at(self, host: str, port: int) -> bool:
        return (host, port) == ("192.0.2.9", 5060)

    def are_from(self, host: str) -> bool:
        return host == "192.0.2.9"


@pytest.mark.parametrize(
    ("contact", "remote", "leads"),
    [
        ("sip:4001@192.0.2.7:5060", ("192.0.2.7", 5060), False),
        ("sip:4001@192.0.2.9:5062", ("192.0.2.9", 5062), False),
        ("sip:4001@192.0.2.9", ("192.0.2.7", 5060), True),
        ("sip:4001@192.0.2.7:5060", ("192.0.2.9", 5060), True),
    ],
)
def test_a_phone_is_at_a_gateway_by_its_contact_or_by_where_it_speaks_from(
    contact: str, remote: tuple[str, int], leads: bool
) -> None:
    reach = Flow("udp", ("192.0.2.1", 5060), remote)
    assert leads_to(AGateway(), Uri.parse(contact), reach) is leads
