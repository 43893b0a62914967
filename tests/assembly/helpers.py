"""The whole of Offhook, built from a configuration file."""

from __future__ import annotations

from pathlib import Path

from offhook.assembly.run import System
from offhook.demo.phone import Behaviour, Phone
from offhook.tsp.client import TspClient

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = {token}
[sscp]
listen = "127.0.0.1:{sscp}"
[switch]
no_answer_s = 60
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "a"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "b"
[address]
country = "KR"
outside_prefix = "9"
extension_lengths = [4]
"""


def a_config(folder: Path, *, token: str = "false", sscp: int = 0) -> Path:
    file = folder / "offhook.toml"
    file.write_text(CONFIG.format(state=folder / "state", token=token, sscp=sscp), encoding="utf-8")
    return file


def phone(system: System, user: str, behaviour: Behaviour | None = None) -> Phone:
    assert system.sip_address is not None
    return Phone(system.sip_address, user, {"4000": "a", "4001": "b"}[user], behaviour=behaviour)


async def connected(system: System, **login: str) -> TspClient:
    assert system.tsp_port is not None
    return await TspClient.connect("127.0.0.1", system.tsp_port, **login)
