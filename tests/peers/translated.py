"""A program: Offhook out in the world, a phone there, and one at home behind an address translation.

`unshare -rn python -m tests.peers.translated FOLDER SCENE` prints as JSON what the phones heard, and whence.
The networks are namespaces; the router at home translates by nftables, as a bought one does.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from offhook.address import AddressRules
from offhook.call import Dial
from offhook.config import (
    EmbeddedSettings,
    IncomingSettings,
    Listen,
    MediaSettings,
    TerminalSettings,
    TrunkSettings,
)
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.baresip import Audio, Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.rtpengine import Rtpengine

PROVIDER, INSIDE, DESK = "203.0.113.11", "10.0.0.10", "10.0.0.5"
"""A provider, and for a site with a network of its own the addresses there of Offhook and of a phone."""

FRIEND, ACCOUNT, OWN = "+498912345678", "4930900", "+4930900100"
WORLD, OFFICE, ROUTER, HOME = "203.0.113.10", "203.0.113.20", "203.0.113.30", "192.168.7.100"
CONTROL = "10.99.0.2"
"""Where the phone at home is asked what it hears: a cable of its own, by which nothing else goes."""

PACKETS = 25
ENOUGH = 50
"""Packets that are sent before it is believed that none arrives."""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


class Network:
    """A namespace, as long as this process lives in it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["unshare", "-n", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        self.inside = ("nsenter", "-t", str(self.process.pid), "-n")
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command: str, told: str = "") -> None:
        subprocess.run([*self.inside, *command], check=True, input=told.encode())

    def address(self, address: str, link: str) -> None:
        self.run("ip", "addr", "add", f"{address}/24", "dev", link)
        self.run("ip", "link", "set", link, "up")

    def close(self) -> None:
        self.process.communicate()


@contextmanager
def networks() -> Iterator[tuple[Network, Network]]:
    """The office and the home, and what is between them."""
    office, router, home = Network(), Network(), Network()
    try:
        ip("link", "set", "lo", "up")
        ip("link", "add", "world", "type", "bridge")
        ip("addr", "add", f"{WORLD}/24", "dev", "world")
        ip("link", "set", "world", "up")
        for network, address, link in ((office, OFFICE, "to-office"), (router, ROUTER, "to-router")):
            ip("link", "add", link, "type", "veth", "peer", "name", "out", "netns", str(network.process.pid))
            ip("link", "set", link, "master", "world", "up")
            network.address(address, "out")
        pid = str(home.process.pid)
        ip("link", "add", "control", "type", "veth", "peer", "name", "control", "netns", pid)
        ip("addr", "add", "10.99.0.1/24", "dev", "control")
        ip("link", "set", "control", "up")
        home.address(CONTROL, "control")
        router.run("ip", "link", "add", "inner", "type", "veth", "peer", "name", "out", "netns", pid)
        router.address("192.168.7.1", "inner")
        home.address(HOME, "out")
        home.run("ip", "route", "add", "default", "via", "192.168.7.1")
        router.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        router.run(
            *("nft", "-f", "-"),
            told="table ip home {\n chain out {\n type nat hook postrouting priority srcnat;\n"
            ' oifname "out" masquerade\n }\n}\n',
        )
        yield office, home
    finally:
        for network in (home, router, office):
            network.close()


@contextmanager
def site_network() -> Iterator[Network]:
    """A network with private addresses, from which no way leads out."""
    desk = Network()
    try:
        ip("link", "add", "site", "type", "veth", "peer", "name", "out", "netns", str(desk.process.pid))
        ip("addr", "add", f"{INSIDE}/24", "dev", "site")
        ip("link", "set", "site", "up")
        desk.address(DESK, "out")
        ip("addr", "add", f"{PROVIDER}/24", "dev", "world")
        yield desk
    finally:
        desk.close()


async def by_a_provider(folder: Path) -> dict[str, object]:
    """A phone of the site, and one of the provider's: it is called by hand and by a click, and calls."""
    async with AsyncExitStack() as stack:
        office, _home = stack.enter_context(networks())
        desk = stack.enter_context(site_network())
        engine = await stack.enter_async_context(
            Rtpengine(folder / "engine", f"lan/{INSIDE}", f"wan/{WORLD}")
        )
        provider = EmbeddedSwitch(
            [TerminalSettings(ACCOUNT, "", "account"), TerminalSettings(FRIEND, "", "friend")],
            EmbeddedSettings(listen=Listen(PROVIDER, 0)),
        )
        await provider.start()
        stack.push_async_callback(provider.stop)
        trunk = TrunkSettings(
            name="provider",
            servers=(f"{PROVIDER}:{provider.address()[1]}",),
            user=ACCOUNT,
            password="account",
            from_account=True,
            number=OWN,
        )
        switch = EmbeddedSwitch(
            [TerminalSettings("4000", "", "secret-4000")],
            EmbeddedSettings(listen=Listen("0.0.0.0", 5060)),
            media=MediaSettings(
                rtpengine=(Listen("127.0.0.1", engine.port),), interfaces=("lan", "wan"), relay="when-needed"
            ),
            trunks=[trunk],
            incoming=[IncomingSettings(ring=("4000",))],
            rules=AddressRules(country="DE", area="30", extension_lengths=(4,)),
        )
        await switch.start()
        stack.push_async_callback(switch.stop)
        near = await stack.enter_async_context(
            Baresip(
                *(folder, (INSIDE, 5060), "4000", "secret-4000"),
                answer="auto",
                host=DESK,
                reached=DESK,
                inside=desk.inside,
            )
        )
        far = await stack.enter_async_context(
            Baresip(
                *(folder, provider.address(), FRIEND, "friend"),
                answer="auto",
                host=OFFICE,
                reached=OFFICE,
                inside=office.inside,
            )
        )
        while not all(one.usable for one in switch.trunks.all):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        found: dict[str, object] = {}
        for way in ("out", "click", "in"):
            if way == "click":
                await switch.perform(Dial("4000", "08912345678"))
            elif way == "out":
                await near.dial("08912345678")
            else:
                await far.dial(ACCOUNT)
            await far.happened("CALL_ESTABLISHED")
            heard = [await near.heard(PACKETS), await far.heard(PACKETS)]
            there = len(await engine.calls())
            found[way] = {"near": shown(heard[0]), "far": shown(heard[1]), "calls at the engine": there}
            await far.hang_up()
            for phone in (near, far):
                await phone.happened("CALL_CLOSED")
            await engine.forgets_all()
        return found


async def calls(folder: Path, scene: str) -> dict[str, object]:
    """Scenes: `relayed` and `unrelayed` are a call from home to the office, `direct` one in the office."""
    terminals = [TerminalSettings(one, one, f"secret-{one}") for one in ("4000", "4001", "4002")]
    async with AsyncExitStack() as stack:
        office, home = stack.enter_context(networks())
        engine = await stack.enter_async_context(Rtpengine(folder / "engine", WORLD))
        told = () if scene == "unrelayed" else (Listen("127.0.0.1", engine.port),)
        switch = EmbeddedSwitch(
            *(terminals, EmbeddedSettings(listen=Listen(WORLD, 0))), media=MediaSettings(rtpengine=told)
        )
        await switch.start()
        stack.push_async_callback(switch.stop)

        async def phone(user: str, host: str, reached: str, inside: tuple[str, ...]) -> Baresip:
            made = Baresip(
                *(folder, switch.address(), user, f"secret-{user}"),
                answer="auto",
                host=host,
                reached=reached,
                inside=inside,
            )
            return await stack.enter_async_context(made)

        far = await phone("4001", OFFICE, OFFICE, office.inside)
        if scene == "direct":
            near = await phone("4000", OFFICE, OFFICE, office.inside)
        else:
            near = await phone("4000", HOME, CONTROL, home.inside)
        await near.dial("4001")
        await far.happened("CALL_ESTABLISHED")
        if scene == "unrelayed":
            while (await far.audio()).sent < ENOUGH:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            heard = [await near.audio(), await far.audio()]
        else:
            heard = [await near.heard(PACKETS), await far.heard(PACKETS)]
        return {
            "near": shown(heard[0]),
            "far": shown(heard[1]),
            "calls at the engine": len(await engine.calls()),
        }


CHECKED = f"""\
[switch.embedded]
listen = "{HOME}:5060"
[state]
dir = "state"
[media]
rtpengine = ["127.0.0.1:{{engine}}"]
[[terminal]]
id = "4000"
password = "secret-4000"
[[trunk]]
name = "provider"
server = "{WORLD}:{{provider}}"
user = "{ACCOUNT}"
password = "secret-{ACCOUNT}"
"""


async def checked(folder: Path) -> dict[str, object]:
    """A whole site at home, behind the translation, whose provider is out in the world."""
    with networks() as (_office, home):
        kamailio = Kamailio(folder / "kamailio", host=WORLD)
        kamailio.start()
        try:
            inner = await asyncio.create_subprocess_exec(
                *(*home.inside, sys.executable, "-m", "tests.peers.translated", str(folder)),
                str(kamailio.address[1]),
                stdout=subprocess.PIPE,
            )
            told, _ = await inner.communicate()
        finally:
            kamailio.stop()
    found: dict[str, object] = json.loads(told)
    return found


async def check_at_home(folder: Path, provider: int) -> dict[str, object]:
    """What `offhook check` says there of the provider, and of an engine by the address that it gives out."""
    found: dict[str, object] = {}
    for name, interface in (("own", HOME), ("public", f"{HOME}!{ROUTER}")):
        async with Rtpengine(folder / name, interface) as engine:
            file = folder / name / "offhook.toml"
            file.write_text(CHECKED.format(engine=engine.port, provider=provider), encoding="utf-8")
            file.chmod(0o600)
            check = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "offhook", "check", "--json", "--config", str(file)),
                stdout=subprocess.PIPE,
            )
            said, _ = await check.communicate()
            found[name] = [
                one for one in json.loads(said) if one["what"] in ("trunk provider", "media engine")
            ]
    return found


async def scene(folder: Path, name: str) -> dict[str, object]:
    if name.isdecimal():
        return await check_at_home(folder, int(name))
    if name == "checked":
        return await checked(folder)
    return await (by_a_provider(folder) if name == "provider" else calls(folder, name))


def shown(audio: Audio) -> dict[str, object]:
    return {name: one for name, one in asdict(audio).items() if name != "arrived"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(scene(Path(sys.argv[1]), sys.argv[2]))) + "\n")
