"""Real phones that know nothing but where to ask, and call each other by what they were given."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from offhook.assembly.database import open_outbox, open_phones
from offhook.assembly.run import running
from offhook.common.statefolder import make_folder
from offhook.config import load
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones, StoredPhones
from offhook.provisioning.grants import new_secret, opened, path_of
from offhook.provisioning.models import Models
from tests.manager.stores.postgres import Postgres
from tests.peers.baresip import Baresip
from tests.peers.linphone import Linphone
from tests.peers.namespace import unshared
from tests.peers.program import Program, free_port
from tests.waiting import ONE_STEP_S, until

pytestmark = pytest.mark.peer

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[provisioning]
listen = "127.0.0.1:{port}"
[state]
dir = '{state}'
[[terminal]]
id = "4001"
name = "Ann"
[[terminal]]
id = "4003"
name = "김민준"
"""

SECRET = "whsec_" + "c2VjcmV0" * 4

BARESIP, LINPHONE = "000000004001", "000000004003"


@dataclass
class Office:
    folder: Path
    store: StoredPhones
    url: str
    sip: tuple[str, int]

    def linphone(self) -> Linphone:
        return Linphone(self.folder, f"{self.url}/linphone-{LINPHONE}.xml")

    async def baresip(self) -> Baresip:
        """baresip fetches nothing by itself: this is the script that a site would have."""
        phone = Baresip(self.folder, self.sip, "4001", "")
        async with httpx.AsyncClient(timeout=ONE_STEP_S) as client:
            for name in ("accounts", "config", "contacts"):
                answer = await client.get(f"{self.url}/{BARESIP}-{name}")
                assert answer.status_code == 200
                own = phone._files["config"].replace("sip_trans_def udp\n", "") if name == "config" else ""
                phone._files[name] = own + answer.text
        return phone

    def window_is_closed(self, mac: str) -> bool:
        return next(one.window_until == 0 for one in self.store.list() if one.mac == mac)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    port, file, state = free_port(), tmp_path / "offhook.toml", tmp_path / "state"
    file.write_text(CONFIG.format(port=port, state=state), encoding="utf-8")
    make_folder(state, serving=False)
    with closing(SqlitePhones(state / "phones.sqlite")) as store:
        for mac, model, terminal in ((BARESIP, "baresip", "4001"), (LINPHONE, "Linphone", "4003")):
            phone = ProvisionedPhone(mac=mac, model=model, terminal=terminal, secret=new_secret())
            store.add(opened(phone, time.time() + 600))
        async with running(load(file, environ={}, secrets=True)) as system:
            assert system.sip_address is not None
            yield Office(tmp_path, store, f"http://127.0.0.1:{port}", system.sip_address)


async def test_linphone_sets_itself_up_by_its_remote_provisioning_and_registers(office: Office) -> None:
    async with office.linphone() as phone:
        await phone.registered()
        await until(lambda: office.window_is_closed(LINPHONE))
    assert '"김민준" <sip:4003@127.0.0.1>' in phone.settings
    assert f"config-uri={office.url}" not in phone.settings, (
        "it would ask again, with a window that is closed"
    )


async def test_linphone_sets_itself_up_by_the_address_of_the_qr_code(office: Office) -> None:
    shown = office.store.change(LINPHONE, lambda phone: opened(phone, time.time() + 600, path_only=True))
    assert shown is not None
    vendor, _ = Models().find(shown.model)
    async with Linphone(office.folder, vendor.told(f"{office.url}/p/{path_of(shown)}/", LINPHONE)) as phone:
        await phone.registered()
        await until(lambda: office.window_is_closed(LINPHONE))


async def test_baresip_registers_by_its_files(office: Office) -> None:
    async with await office.baresip():
        await until(lambda: office.window_is_closed(BARESIP))


async def test_linphone_and_baresip_call_each_other_by_what_they_were_given(office: Office) -> None:
    async with office.linphone() as linphone, await office.baresip() as baresip:
        await linphone.registered()
        await linphone.do("call 4001")
        incoming = await baresip.happened("CALL_INCOMING")
        assert incoming["peerdisplayname"] == "김민준"
        await baresip.accept()
        await linphone.said("Call 1 with sip:4001@127.0.0.1 connected.")
        await baresip.happened("CALL_ESTABLISHED")
        await baresip.hang_up()
        await linphone.said("Call 1 with sip:4001@127.0.0.1 ended")

        await baresip.dial("4003")
        await linphone.said('Receiving new incoming call from "Ann" <sip:4001@127.0.0.1>')
        await linphone.do("answer")
        await baresip.happened("CALL_ESTABLISHED")
        await linphone.do("terminate")
        await baresip.happened("CALL_CLOSED")


@pytest.mark.timeout(60)
async def test_what_is_kept_of_a_phone_and_of_a_stranger_may_be_in_postgresql(tmp_path: Path) -> None:
    port, file, state = free_port(), tmp_path / "offhook.toml", tmp_path / "state"
    make_folder(state, serving=False)
    with Postgres() as server, server.database() as database:
        text = CONFIG.format(port=port, state=state)
        text = text.replace("[state]\n", f'[state]\ndatabase = "{database.url}"\n')
        hook = f'url = "http://127.0.0.1:{free_port()}/"\nallow_private = true\n'
        file.write_text(f'{text}[[webhook]]\nname = "crm"\nsecret = "{SECRET}"\nevents = ["phone"]\n{hook}')
        file.chmod(0o600)
        config = load(file, environ={}, secrets=True)
        with closing(open_phones(config, state)) as store:
            phone = ProvisionedPhone(mac=BARESIP, model="baresip", terminal="4001", secret=new_secret())
            store.add(opened(phone, time.time() + 600))
            async with running(config) as system:
                assert system.sip_address is not None
                office = Office(tmp_path, store, f"http://127.0.0.1:{port}", system.sip_address)
                async with await office.baresip():
                    await until(lambda: office.window_is_closed(BARESIP))
                elsewhere = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
                async with httpx.AsyncClient(timeout=ONE_STEP_S, transport=elsewhere) as stranger:
                    answer = await stranger.get(f"{office.url}/p/{path_of(phone)}/{BARESIP}-accounts")
                assert answer.status_code == 404
                assert [one.stranger for one in store.list()] == ["127.0.0.2"]
        with closing(open_outbox(config, state)) as outbox:
            [letter] = outbox.letters(limit=2)
        assert json.loads(letter.body)["type"] == "phone.stranger"
    assert not list(state.glob("*.sqlite"))


@pytest.mark.timeout(60)
async def test_a_phone_out_of_its_box_finds_its_configuration_by_real_multicast(tmp_path: Path) -> None:
    """Two network namespaces with a cable between them."""
    program = Program(
        Path(__file__).parents[2],
        *(*unshared(), sys.executable, "-m", "tests.peers.twonetworks", str(tmp_path)),
    )
    async with program:
        assert await program.ended(50) == 0, program.output
        await program.until(lambda: program.over, "to end")
    found = json.loads(program.output.splitlines()[-1])
    assert found["heard"] == ["SIP/2.0 200 OK", "NOTIFY sip:192.0.2.67:5060 SIP/2.0"]
    assert found["url"] == "http://192.0.2.10:8088/linphone-00135e874b49.xml"
    assert "<sip:192.0.2.10:5060;transport=udp>" in found["file"].replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.timeout(60)
async def test_phones_of_two_networks_are_told_the_address_that_each_of_them_reaches(tmp_path: Path) -> None:
    """Three network namespaces: Offhook's has a cable to each of the phones', and they have none."""
    program = Program(
        Path(__file__).parents[2],
        *(*unshared(), sys.executable, "-m", "tests.peers.twooffices", str(tmp_path)),
    )
    async with program:
        assert await program.ended(50) == 0, program.output
        await program.until(lambda: program.over, "to end")
    phones = [json.loads(line) for line in program.output.splitlines() if line.startswith("{")]
    assert [phone["told"] for phone in phones] == ["192.0.2.10", "198.51.100.10"]
    assert [phone["answered"] for phone in phones] == [
        ["SIP/2.0 200 OK", "192.0.2.10"],
        ["SIP/2.0 200 OK", "198.51.100.10"],
    ]
