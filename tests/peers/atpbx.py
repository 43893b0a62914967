"""The configuration file of a Call Manager at a PBX: alone, or one node of several."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.natsserver import NatsServer
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk

SITE = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "secret-4000"
[[terminal]]
id = "4001"
name = "이민호"
password = "secret-4001"
"""

NODE = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
"""

AT_ASTERISK = """\
[switch]
driver = "asterisk"
[switch.asterisk]
host = "{host}"
port = {port}
user = "{user}"
secret = "{secret}"
context = "{context}"
"""

BY_SIP = """\
[switch]
driver = "sip"
[switch.sip]
server = "{host}:{port}"
listen = "127.0.0.1:0"
"""


def at_asterisk(asterisk: Asterisk) -> str:
    """The lines for the driver that speaks AMI."""
    host, port = asterisk.ami
    return AT_ASTERISK.format(host=host, port=port, user=USER, secret=PASSWORD, context=CONTEXT)


def by_sip(pbx: tuple[str, int], more: str = "") -> str:
    """The lines for the driver that speaks SIP to the PBX, and these."""
    return BY_SIP.format(host=pbx[0], port=pbx[1]) + more


def written(folder: Path, switch: str, node: str = "", nats: NatsServer | None = None) -> Path:
    """The file of a site with this switch, in a folder that is made; with `nats` that of the node."""
    folder.mkdir(exist_ok=True)
    text = SITE.format(state=folder / "state") + switch
    if nats is not None:
        text += NODE.format(node=node, nats=nats.url)
    file = folder / "offhook.toml"
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")
    return file
