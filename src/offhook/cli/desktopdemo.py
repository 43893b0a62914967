"""The window's demo: a site of its own in a folder that goes with it, and two phones that answer."""

import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe

from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running
from offhook.config import Config
from offhook.demo.people import PEOPLE, table, terminals
from offhook.demo.phone import Behaviour, Phone
from offhook.desktop.program import Login

RING_S = 2.0
"""How long the phone of a colleague rings before it is answered."""

HERE = "127.0.0.1"

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
terminal = "4000"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:{port}"
[state]
dir = '{folder}/state'
[address]
extension_lengths = [4]
[[directory.source]]
type = "csv"
file = '{folder}/people.csv'
"""


@asynccontextmanager
async def demo_site() -> AsyncIterator[Path]:
    """The configuration file of the demo, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="offhook-demo-") as name:
        folder = Path(name)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HERE, 0))
            port = probe.getsockname()[1]
        text = CONFIG.format(port=port, folder=folder) + terminals(PEOPLE, token_urlsafe(12))
        (folder / "offhook.toml").write_text(text, encoding="utf-8")
        (folder / "people.csv").write_text(table(PEOPLE), encoding="utf-8")
        yield folder / "offhook.toml"


@asynccontextmanager
async def start_demo(
    config: Config, _login: Login | None, _on_token: Callable[[str], None]
) -> AsyncIterator[MessengerParts]:
    """The Smart Messenger with its Call Manager, and phones: one's own is lifted, two others answer."""
    own, other = Behaviour(), Behaviour(answer_after=RING_S, auto_answer=False)
    first, second, third = config.terminals
    listen = config.switch.embedded.listen
    at = (listen.host, listen.port)
    async with (
        messenger_running(config) as parts,
        Phone(at, first.id, first.password, behaviour=own),
        Phone(at, second.id, second.password, behaviour=other),
        Phone(at, third.id, third.password, behaviour=other),
    ):
        yield parts
