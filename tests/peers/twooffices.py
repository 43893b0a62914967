"""A program: Offhook in one network namespace, and a phone in each of two others, each joined by a cable.

`unshare -rn python -m tests.peers.twooffices FOLDER` prints what the phones got as JSON, a line each. Neither
network reaches the other, so that a phone that was told the other one's address could not register.
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
from tests.peers.twonetworks import ip

OFFICES = {"00135e874b49": ("192.0.2.10", "192.0.2.67"), "00135e874b50": ("198.51.100.10", "198.51.100.67")}
"""By the MAC address of its phone: the address of Offhook there, and the phone's."""

CONFIG = """\
[tsp]
listen = "127.0.0.1:7700"
[sscp]
listen = "127.0.0.1:7701"
[switch.embedded]
listen = "0.0.0.0:5060"
[provisioning]
listen = "0.0.0.0:8088"
[state]
dir = "state"
[[terminal]]
id = "4000"
[[terminal]]
id = "4001"
"""


async def joined(number: int, mac: str) -> asyncio.subprocess.Process:
    """A phone at the end of a cable."""
    here, there = OFFICES[mac]
    phone = await asyncio.create_subprocess_exec(
        *("unshare", "-n", sys.executable, str(Path(__file__).with_name("officephone.py")), mac, here, there),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert phone.stdout is not None
    await phone.stdout.readline()  # it is in its namespace
    name = f"office{number}"
    ip("link", "add", name, "type", "veth", "peer", "name", "desk", "netns", str(phone.pid))
    ip("addr", "add", f"{here}/24", "dev", name)
    ip("link", "set", name, "up")
    return phone


async def offices(folder: Path) -> None:
    ip("link", "set", "lo", "up")
    phones = [await joined(number, mac) for number, mac in enumerate(OFFICES)]
    file = folder / "offhook.toml"
    file.write_text(CONFIG, encoding="utf-8")
    file.chmod(0o600)
    make_folder(folder / "state", serving=False)
    with closing(SqlitePhones(folder / "state" / "phones.sqlite")) as store:
        for number, mac in enumerate(OFFICES):
            made = ProvisionedPhone(mac=mac, model="Linphone", terminal=f"400{number}", secret=new_secret())
            store.add(opened(made, time.time() + 600))
        async with running(load(file, environ={}, secrets=True)):
            for phone in phones:
                assert phone.stdin is not None and phone.stdout is not None
                phone.stdin.write(b"go\n")
                sys.stdout.buffer.write(await phone.stdout.read() + b"\n")
    for phone in phones:
        await phone.wait()


if __name__ == "__main__":
    asyncio.run(offices(Path(sys.argv[1])))
