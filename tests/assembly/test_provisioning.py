"""A phone that fetches its configuration from a whole Offhook, and is a terminal by it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from offhook.assembly.run import System, running
from offhook.common.statefolder import make_folder
from offhook.config import load
from offhook.demo.phone import Phone
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.phones import DONE, SENT, ProvisionedPhone
from offhook.manager.stores.audit import read_audit
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import opened
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from tests.assembly.provisioned import ACME, configured
from tests.waiting import ONE_STEP_S, until

MAC = "805ec0123456"
NAMESPACE = "{http://www.linphone.org/xsds/lpconfig.xsd}"


@dataclass
class Office:
    system: System
    store: SqlitePhones
    url: str

    async def fetched(self) -> dict[str, str]:
        """The values of the phone's file."""
        async with httpx.AsyncClient(timeout=ONE_STEP_S) as client:
            answer = await client.get(f"{self.url}/linphone-{MAC}.xml")
        assert answer.status_code == 200
        entries = ElementTree.fromstring(answer.content).iter(f"{NAMESPACE}entry")
        return {entry.get("name", ""): entry.text or "" for entry in entries}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    file, port = configured(tmp_path, "templates = 'templates'\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "acme.toml").write_text(ACME, encoding="utf-8")
    make_folder(tmp_path / "state", serving=False)
    with closing(SqlitePhones(tmp_path / "state" / "phones.sqlite")) as store:
        phone = ProvisionedPhone(mac=MAC, model="Linphone", terminal="4003", secret="s3cret")
        store.add(opened(phone, time.time() + 600))
        async with running(load(file, environ={}, secrets=True)) as system:
            yield Office(system, store, f"http://127.0.0.1:{port}")


def registering(office: Office, values: dict[str, str]) -> Phone:
    address = office.system.sip_address
    assert address is not None
    phone = Phone(address, values["username"], "")
    phone._digest = DigestClient(values["userid"], values["passwd"])
    return phone


async def test_a_phone_registers_by_what_it_has_fetched_and_that_closes_its_window(office: Office) -> None:
    values = await office.fetched()
    assert values["username"] == "4003"
    assert values["reg_identity"] == '"Han" <sip:4003@127.0.0.1>'
    async with registering(office, values):
        await until(lambda: office.store.list()[0].window_until == 0)
        async with httpx.AsyncClient(timeout=ONE_STEP_S) as client:
            assert (await client.get(f"{office.url}/linphone-{MAC}.xml")).status_code == 404


async def test_it_is_written_down_who_was_given_what(office: Office, tmp_path: Path) -> None:
    await office.fetched()
    await until(lambda: any(one.event == "phone" for one in read_audit(tmp_path / "state")))
    entry = next(one for one in read_audit(tmp_path / "state") if one.event == "phone")
    assert (entry.door, entry.result, entry.terminal, entry.number) == ("provisioning", "ok", "4003", MAC)


async def test_a_phone_that_is_removed_is_registered_no_more(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook.switch.embedded.registrar")
    async with registering(office, await office.fetched()) as phone:
        assert "terminal 4003 is in service" in caplog.text
        office.store.remove(MAC)
        await until(lambda: "terminal 4003 is out of service" in caplog.text)
        with pytest.raises(UnavailableError, match="403"):
            await phone.register()


async def ordered(office: Office, order: str) -> str:
    """What came of an order, as the command line gives it."""
    office.store.change(MAC, lambda phone: replace(phone, order=order, answer=""))
    await until(lambda: office.store.list()[0].answer not in ("", SENT))
    assert not office.store.list()[0].order
    return office.store.list()[0].answer


async def test_an_order_that_a_phone_cannot_carry_out_is_answered(office: Office) -> None:
    assert await ordered(office, "reboot") == "a Linphone cannot be told to; restart it by hand"
    office.store.change(MAC, lambda phone: replace(phone, model="A10"))
    assert await ordered(office, "reboot") == "it is not registered; restart it by hand"


async def test_a_phone_is_told_to_fetch_again_or_to_start_anew(office: Office) -> None:
    events: list[str | None] = []
    async with registering(office, await office.fetched()) as phone:

        def on_request(transaction: ServerTransaction, request: Request, _flow: Flow, now: float) -> None:
            events.append(request.headers.get("Event"))
            phone.endpoint.respond(transaction, make_response(request, 200), now)

        phone.endpoint.on_request = on_request
        office.store.change(MAC, lambda phone: replace(phone, model="A10"))
        assert await ordered(office, "resync") == DONE
        assert await ordered(office, "reboot") == DONE
    assert [event for event in events if event] == ["check-sync;reboot=false", "check-sync;reboot=true"]


@pytest.mark.parametrize(
    "extra, said",
    [
        ('time_zone = "Asia/Nowhere"\n', "provisioning.time_zone"),
        ('transport = "tls"\n', "provisioning.transport"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_at_the_start(
    tmp_path: Path, extra: str, said: str
) -> None:
    file, _ = configured(tmp_path, extra)
    with pytest.raises(ConfigError, match=said):
        async with running(load(file, environ={}, secrets=True)):
            pass
