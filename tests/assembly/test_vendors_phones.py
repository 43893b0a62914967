"""A phone of each vendor, played by what its file says: registers, and calls whom it has found."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from offhook.assembly.run import running
from offhook.common.statefolder import make_folder
from offhook.config import load
from offhook.demo.behaviour import Behaviour
from offhook.demo.phone import Phone
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import opened
from offhook.sip.digest import DigestClient
from tests.assembly.helpers import a_config, phone
from tests.peers.program import free_port
from tests.provisioning.readers import READERS
from tests.waiting import ONE_STEP_S

MAC = "805ec0123456"
CONTACT = "BEGIN:VCARD\nVERSION:3.0\nFN:Park <& Sons>\nTEL;TYPE=WORK:+82-51-555-0100\nEND:VCARD\n"


@dataclass(frozen=True)
class Place:
    """Where a vendor's file has what a phone needs."""

    model: str
    files: tuple[str, ...]
    user: str
    login: str
    password: str
    book: str
    keys: dict[str, str]
    """What shows how the colleague 4000 does, and what takes calls there."""
    query: str = "?q="
    """What the phone puts behind the address."""


PLACES = {
    "yealink": Place(
        *("T46U", ("{mac}.cfg",), "account.1.user_name", "account.1.auth_name", "account.1.password"),
        "remote_phonebook.data.1.url",
        {"linekey.2.value": "4000", "linekey.2.label": "Kim", "linekey.2.pickup_value": "*8"},
        "",
    ),
    "snom": Place(
        "D785",
        ("snomD785-{MAC}.htm",),
        "settings/phone-settings/user_name:1",
        "settings/phone-settings/user_pname:1",
        "settings/phone-settings/user_pass:1",
        "settings/phone-settings/dkey_directory",
        {"settings/functionKeys/fkey:1": "blf 4000|*8", "settings/functionKeys/fkey:1@label": "Kim"},
    ),
    "grandstream": Place(
        "GXP2170",
        ("cfg{mac}.xml",),
        "gs_provision/config/P35",
        "gs_provision/config/P36",
        "gs_provision/config/P34",
        "gs_provision/config/P331",
        {"gs_provision/config/P1468": "4000", "gs_provision/config/P1347": "*8"},
    ),
    "poly": Place(
        "VVX 450",
        ("{mac}.cfg", "{mac}-offhook.cfg"),
        "polycomConfig@reg.1.address",
        "polycomConfig@reg.1.auth.userId",
        "polycomConfig@reg.1.auth.password",
        "polycomConfig@mb.main.home",
        {
            "polycomConfig@attendant.resourceList.1.address": "4000",
            "polycomConfig@call.directedCallPickupString": "*8",
        },
    ),
    "cisco": Place(
        "8851",
        ("{MAC}.xml",),
        "flat-profile/User_ID_1_",
        "flat-profile/Auth_ID_1_",
        "flat-profile/Password_1_",
        "flat-profile/XML_Directory_Service_URL",
        {
            "flat-profile/Extended_Function_2_": "fnc=blf+sd+cp;sub=4000@$PROXY;ext=4000@$PROXY;nme=Kim",
            "flat-profile/Call_Pickup_Code": "*8",
        },
    ),
    "fanvil": Place(
        "X5U",
        ("{mac}.cfg",),
        "sysConf/sip/line:1/PhoneNumber",
        "sysConf/sip/line:1/RegisterUser",
        "sysConf/sip/line:1/RegisterPswd",
        "sysConf/phone/xmlContact:1/Addr",
        {"sysConf/dsskey/internal:1/Fkey:1/Value": "4000@1/ba*84000"},
    ),
}


def book_url(vendor: str, written: str) -> str:
    """The address that such a phone asks, up to what is typed into it."""
    url = written.removeprefix("url ").replace("#SEARCH", "")
    return f"http://{url}/phonebook.xml" if vendor == "grandstream" else url


def numbers(vendor: str, book: str) -> list[str]:
    """What the phone would dial."""
    pattern = {
        "grandstream": r"<phonenumber>([^<]+)</phonenumber>",
        "poly": r'href="tel://([^"]+)"',
    }.get(vendor, r"<Telephone>([^<]+)</Telephone>")
    return re.findall(pattern, book)


@pytest.mark.parametrize("vendor", sorted(PLACES))
async def test_a_phone_registers_by_its_file_and_calls_whom_it_has_found(vendor: str, tmp_path: Path) -> None:
    place, config, port = PLACES[vendor], a_config(tmp_path), free_port()
    (tmp_path / "contacts.vcf").write_text(CONTACT, encoding="utf-8")
    added = (
        '[[terminal]]\nid = "4003"\nname = "Han"\n'
        '[[group]]\nname = "sales"\nterminals = ["4003", "4000"]\n'
        f'[provisioning]\nlisten = "127.0.0.1:{port}"\n'
        '[[directory.source]]\ntype = "vcard"\nfile = "contacts.vcf"\n'
    )
    written = config.read_text(encoding="utf-8")
    written = written.replace("[switch.embedded]\n", '[switch.embedded]\npickup_code = "*8"\n')
    config.write_text(written + added, encoding="utf-8")
    make_folder(tmp_path / "state", serving=False)
    with closing(SqlitePhones(tmp_path / "state" / "phones.sqlite")) as store:
        kept = ProvisionedPhone(mac=MAC, model=place.model, terminal="4003", secret="s3cret")
        store.add(opened(kept, time.time() + 600))
        async with (
            running(load(config, environ={}, secrets=True)) as system,
            httpx.AsyncClient(timeout=ONE_STEP_S) as client,
        ):
            for name in place.files:
                file = name.format(mac=MAC, MAC=MAC.upper())
                answer = await client.get(f"http://127.0.0.1:{port}/{file}")
                assert answer.status_code == 200
            values = READERS[vendor](answer.text)
            assert {name: values[name] for name in place.keys} == place.keys
            url = book_url(vendor, values[place.book]) + place.query
            assert system.sip_address is not None
            desk = Phone(system.sip_address, values[place.user], "")
            desk._digest = DigestClient(values[place.login], values[place.password])
            async with desk, phone(system, "4000", Behaviour(answer_after=0.0)):
                found = numbers(vendor, (await client.get(f"{url}Kim")).text)
                assert found == ["4000"]
                call = await desk.call(found[0])
                await desk.event("answered")
                call.hang_up()
                outside = (await client.get(f"{url}Park+%3C%26")).text
                assert numbers(vendor, outside) == ["90515550100"]
                assert "Park &lt;&amp; Sons&gt;" in outside
