"""A phone is known by what it says of itself, not by its Contact's text alone (RFC 5626 §6, RFC 3261 §10)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.config import EmbeddedSettings, Listen
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Uri
from offhook.sip.transaction import Transport
from offhook.sip.values import same_uri
from offhook.switch.base import TerminalChanged
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.bindings import FileRegistrations
from offhook.switch.embedded.registrar import MAX_CONTACTS
from tests.switch.certificate import make_certificate
from tests.switch.embeddedsite import TERMINALS, a_site, close
from tests.switch.site import ANSWERS, NAMES, RINGS, Site, rejects

INSTANCE = '+sip.instance="<urn:uuid:0A1B2C3D-0000-1000-8000-AABBCCDDEEFF>"'
OTHER = '+sip.instance="<urn:uuid:0a1b2c3d-0000-1000-8000-000000000000>"'


class Known(Phone):
    """A phone that says who it is in its Contact, behind what it says there anyway."""

    says = within = ""
    listed: tuple[str, ...] = ()

    @property
    def _contact(self) -> str:
        return super()._contact.replace(">", f"{self.within}>") + self.says

    async def _exchange(self, request: Request, flow: Flow, call: object) -> object:  # type: ignore[override]
        response = await super()._exchange(request, flow, call)  # type: ignore[arg-type]
        if request.method == "REGISTER":
            self.listed = tuple(response.headers.all("Contact"))
        return response

    async def vanish(self) -> None:
        """Its power is cut: nothing is taken back."""
        self.registered = False
        await self._close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


def registered(site: Site, terminal: str = "4001") -> int:
    assert isinstance(site.switch, EmbeddedSwitch)
    return len(site.switch.registrar.bindings(terminal))


async def known(
    site: Site,
    says: str = "",
    *,
    as_of: Phone | None = None,
    behaviour: Behaviour = ANSWERS,
    terminal: str = "4001",
    protocol: Transport = "udp",
) -> Known:
    """A phone that has registered; `as_of` another one, whose Call-ID it goes on with."""
    assert isinstance(site.switch, EmbeddedSwitch)
    phone = Known(
        site.switch.address(protocol),
        terminal,
        f"secret-{terminal}",
        protocol=protocol,
        behaviour=behaviour,
        name=NAMES[terminal],
    )
    phone.says = says
    if as_of is not None:
        phone._register_id, phone._register_cseq = as_of._register_id, as_of._register_cseq
    await site._stack.enter_async_context(phone)
    return phone


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f";{INSTANCE};reg-id=1", f";{INSTANCE};reg-id=1"),
        (f";{INSTANCE}", f";{INSTANCE}"),
        (f";{INSTANCE};reg-id=1", f";{INSTANCE}"),
        (f";{INSTANCE};reg-id=1", f";reg-id=1;{INSTANCE.lower()};expires=300"),
    ],
)
async def test_a_phone_that_comes_back_with_another_port_replaces_what_it_was(
    site: Site, before: str, after: str
) -> None:
    await (await known(site, before)).vanish()
    await known(site, after, behaviour=rejects(486))
    assert registered(site) == 1
    await site.phone("4000")
    assert await site.cause(site.dial()) is Cause.BUSY


async def test_a_phone_without_an_instance_is_known_by_its_call_id(site: Site) -> None:
    first = await known(site)
    await first.vanish()
    await known(site, as_of=first, behaviour=rejects(486))
    assert registered(site) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        (f";{INSTANCE}", f";{OTHER}"),
        (f";{INSTANCE};reg-id=1", f";{OTHER};reg-id=1"),
        (f";{INSTANCE}", ""),
    ],
)
async def test_two_phones_of_a_terminal_are_two(site: Site, one: str, other: str) -> None:
    first, second = await known(site, one, behaviour=RINGS), await known(site, other, behaviour=RINGS)
    assert registered(site) == 2
    await site.phone("4000")
    call_id = site.dial()
    await first.event("ringing")
    await second.event("ringing")
    site.drop(call_id)


async def test_two_flows_of_one_phone_are_two(site: Site) -> None:
    await known(site, f";{INSTANCE};reg-id=1")
    second = await known(site, f";{INSTANCE};reg-id=2")
    assert registered(site) == 2
    assert sum("reg-id=2" in contact and "+sip.instance=" in contact for contact in second.listed) == 1


async def test_a_phone_is_found_again_however_it_writes_its_contact(site: Site) -> None:
    phone = await known(site)
    phone._register_id = "another start"
    phone.within = ";line=7"
    await phone.register()
    assert registered(site) == 1


async def test_two_contacts_of_one_register_are_two(site: Site) -> None:
    phone = await known(site, f";{INSTANCE}")
    host, port = phone.address
    phone.says = f";{INSTANCE}, <sip:4001@{host}:{port};transport=tcp>;{INSTANCE}"
    await phone.register()
    assert registered(site) == 2


async def test_a_contact_that_is_taken_back_leaves_the_newer_one(site: Site) -> None:
    old = await known(site, f";{INSTANCE}")
    await old.vanish()
    new = await known(site, f";{INSTANCE}", as_of=old)
    new.says = f";{INSTANCE}, <sip:4001@127.0.0.1:9>;expires=0"
    await new.register()
    assert registered(site) == 1


async def test_what_is_no_sip_address_is_left_out(site: Site) -> None:
    phone = await known(site, ", <mailto:kim@example.com>, <tel:+8225683848>")
    assert registered(site) == 1
    assert len(phone.listed) == 1


async def test_a_register_with_more_contacts_than_a_terminal_has_is_refused(site: Site) -> None:
    more = ", ".join(f"<sip:4001@127.0.0.1:{port}>" for port in range(MAX_CONTACTS))
    with pytest.raises(UnavailableError, match="400"):
        await known(site, f", {more}")
    assert registered(site) == 0


async def test_the_instance_is_kept_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "registrations.json"
    first = await a_site(registrations=FileRegistrations(file))
    phone = await known(first, f";{INSTANCE};reg-id=1")
    await phone.vanish()
    await first.close()
    second = EmbeddedSwitch(
        TERMINALS, EmbeddedSettings(listen=Listen("127.0.0.1", 0)), registrations=FileRegistrations(file)
    )
    await second.start()
    back = Known(second.address(), "4001", "secret-4001")
    back.says = f";{INSTANCE};reg-id=1"
    async with back:
        assert len(second.registrar.bindings("4001")) == 1
    await second.stop()


async def test_a_phone_whose_connection_is_gone_is_out_of_service_until_it_is_back(site: Site) -> None:
    gone, told = asyncio.Event(), list[object]()

    def listen(event: object) -> None:
        told.append(event)
        if event == TerminalChanged("4000", False):
            gone.set()

    site.switch.subscribe(listen)
    await (await known(site, terminal="4000", protocol="tcp")).vanish()
    await gone.wait()
    with pytest.raises(CallError) as caught:
        site.dial("4000", "4001")
    assert caught.value.refusal is Refusal.TERMINAL_UNAVAILABLE
    await known(site, terminal="4000", protocol="tcp")
    await known(site)
    await site.until(site.dial(), CallState.CONNECTED)


async def test_two_terminals_on_one_connection_go_together_and_a_phone_on_udp_stays(site: Site) -> None:
    assert isinstance(site.switch, EmbeddedSwitch)
    registrar = site.switch.registrar
    over_tcp = await known(site, terminal="4000", protocol="tcp")
    await known(site, terminal="4000")
    await over_tcp.vanish()
    while registered(site, "4000") > 1:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert site.switch.in_service("4000")
    assert registrar._connected == {}


async def test_a_shadow_of_a_phone_does_not_keep_the_caller_waiting(site: Site) -> None:
    await (await known(site)).vanish()
    await known(site, behaviour=rejects(486))
    assert registered(site) == 2
    await site.phone("4000")
    assert await site.cause(site.dial()) is Cause.BUSY


@pytest.mark.parametrize(
    ("status", "cause"), [(486, Cause.TERMINAL_REJECTED), (480, Cause.TERMINAL_REJECTED)]
)
async def test_a_shadow_of_the_own_phone_does_not_outweigh_its_answer(
    site: Site, status: int, cause: Cause
) -> None:
    await (await known(site, terminal="4000")).vanish()
    await known(site, terminal="4000", behaviour=rejects(status))
    await site.phone("4001")
    assert await site.cause(site.dial()) is cause


async def test_a_phone_that_rings_is_waited_for_though_another_one_is_busy_and_a_third_is_gone(
    site: Site,
) -> None:
    await (await known(site)).vanish()
    await known(site, behaviour=rejects(486))
    await known(site, behaviour=Behaviour(answer_after=2.5, auto_answer=False))
    await site.phone("4000")
    await site.until(site.dial(), CallState.CONNECTED)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sip:4000@192.0.2.7", "SIP:4000@192.0.2.7", True),
        ("sip:4000@phone.example;a=1;b=2", "sip:4000@PHONE.example;b=2;a=1", True),
        ("sip:4000@phone.example;line=1", "sip:4000@phone.example", True),
        ("sip:4000@phone.example;line=1", "sip:4000@phone.example;line=2", False),
        ("sip:%34000@phone.example", "sip:4000@phone.example", True),
        ("sip:4000@phone.example", "sip:4000@phone.example;transport=tcp", False),
        ("sip:4000@phone.example", "sip:4000@phone.example:5060", False),
        ("sip:kim@phone.example", "sip:Kim@phone.example", False),
        ("sip:kim@phone.example", "sips:kim@phone.example", False),
    ],
)
def test_addresses_are_compared_as_addresses(one: str, other: str, same: bool) -> None:
    assert same_uri(Uri.parse(one), Uri.parse(other)) is same


async def test_a_phone_on_tls_goes_out_of_service_with_its_connection(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    where = ("127.0.0.1", 0)
    site = await a_site("tls", tls_listen=where, tls_certificate=certificate, tls_key=key)
    phone = await site.phone("4000")
    phone.registered = False
    await phone._close()
    while site.switch.in_service("4000"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    with pytest.raises(CallError) as caught:
        site.dial("4000", "4001")
    assert caught.value.refusal is Refusal.TERMINAL_UNAVAILABLE
    await close(site)
