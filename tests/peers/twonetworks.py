"""A program: Offhook in one network namespace and a phone in another, joined by a cable.

`unshare -rn python -m tests.peers.twonetworks FOLDER` prints what the phone got as JSON. The phone knows
nothing: it asks by multicast where its configuration is, and fetches it there.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from offhook.assembly.run import running
from offhook.common.statefolder import make_folder
from offhook.config import load
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import new_secret, opened

OFFICE = "192.0.2.10"
MAC = "00135e874b49"

CONFIG = f"""\
[tsp]
listen = "127.0.0.1:7700"
[sscp]
listen = "127.0.0.1:7701"
[switch.embedded]
listen = "{OFFICE}:5060"
[provisioning]
listen = "{OFFICE}:8088"
plug_and_play = true
[state]
dir = "state"
[[terminal]]
id = "4003"
name = "Kim"
"""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


async def office(folder: Path) -> None:
    ip("link", "set", "lo", "up")
    phone = await asyncio.create_subprocess_exec(
        *("unshare", "-n", sys.executable, str(Path(__file__).with_name("unboxedphone.py"))),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert phone.stdin is not None and phone.stdout is not None
    await phone.stdout.readline()  # it is in its namespace
    ip("link", "add", "office", "type", "veth", "peer", "name", "desk", "netns", str(phone.pid))
    ip("addr", "add", f"{OFFICE}/24", "dev", "office")
    ip("link", "set", "office", "up")
    file = folder / "offhook.toml"
    file.write_text(CONFIG, encoding="utf-8")
    file.chmod(0o600)
    make_folder(folder / "state", serving=False)
    with closing(SqlitePhones(folder / "state" / "phones.sqlite")) as store:
        made = ProvisionedPhone(mac=MAC, model="Linphone", terminal="4003", secret=new_secret())
        store.add(opened(made, time.time() + 600))
        async with running(load(file, environ={}, secrets=True)):
            phone.stdin.write(b"go\n")
            sys.stdout.buffer.write(await phone.stdout.read())
    await phone.wait()


if __name__ == "__main__":
    asyncio.run(office(Path(sys.argv[1])))
