"""A program: a phone out of its box, at the end of a cable. It knows nothing of Offhook."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request

DESK, MAC = "192.0.2.67", "00135e874b49"
GROUP = ("224.0.1.75", 5060)
LIMIT_S = 40.0

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
    desk()
