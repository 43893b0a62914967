"""A program: Offhook in one network namespace and a phone in another, joined by a cable.

`unshare -rn python -m tests.peers.twonetworks FOLDER` prints what the phone got as JSON. The phone knows
nothing: it asks by multicast where its configuration is, and fetches it there.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

from offhook.assembly.provisioning import open_phones
from offhook.assembly.run import running
from offhook.common.statefolder import make_folder
from offhook.config import load
from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.grants import new_secret, opened

OFFICE, DESK = "192.0.2.10", "192.0.2.67"
MAC = "00135e874b49"
GROUP = ("224.0.1.75", 5060)
LIMIT_S = 10.0

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

QUESTION = f"""\
SUBSCRIBE sip:MAC%3a{MAC}@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP {DESK}:5060;rport
From: <sip:MAC%3a{MAC}@224.0.1.75>;tag=1
To: <sip:MAC%3a{MAC}@224.0.1.75>
Call-ID: 1@{DESK}
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="device";vendor="OEM";model="OEM";version="7.1.19"
Expires: 0
Accept: application/url
Contact: <sip:{DESK}:5060>
Content-Length: 0

"""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


async def office(folder: Path) -> None:
    ip("link", "set", "lo", "up")
    phone = await asyncio.create_subprocess_exec(
        *("unshare", "-n", sys.executable, "-m", "tests.peers.twonetworks", "--phone"),
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
    with closing(open_phones(folder / "state")) as store:
        made = ProvisionedPhone(mac=MAC, model="Linphone", terminal="4003", secret=new_secret())
        store.add(opened(made, time.time() + 600))
        async with running(load(file, environ={}, secrets=True)):
            phone.stdin.write(b"go\n")
            sys.stdout.buffer.write(await phone.stdout.read())
    await phone.wait()


def desk() -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()
    sys.stdin.readline()
    ip("addr", "add", f"{DESK}/24", "dev", "desk")
    ip("link", "set", "desk", "up")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        sip.bind((DESK, 5060))
        sip.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(DESK))
        sip.settimeout(0.5)
        heard: list[str] = []
        end = time.monotonic() + LIMIT_S
        while not any(one.startswith("NOTIFY") for one in heard) and time.monotonic() < end:
            if not heard:
                sip.sendto(QUESTION.replace("\n", "\r\n").encode(), GROUP)
            try:
                heard.append(sip.recv(4096).decode())
            except TimeoutError:
                continue  # a phone asks again
    url = heard[-1].partition("\r\n\r\n")[2]
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=LIMIT_S) as answer:
        file = answer.read().decode("utf-8")
    sys.stdout.write(
        json.dumps({"heard": [one.partition("\r\n")[0] for one in heard], "url": url, "file": file})
    )


if __name__ == "__main__":
    if sys.argv[1] == "--phone":
        desk()
    else:
        asyncio.run(office(Path(sys.argv[1])))
