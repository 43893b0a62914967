"""baresip as a phone: registers with digest, is driven by its control port, sends a tone as its audio."""

import array
import asyncio
import json
import math
import re
import wave
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

from tests.peers.program import LIMIT_S, PeerProgramError, Program, find, free_port

MODULES = Path("/usr/lib/baresip/modules")

CONFIG = """\
sip_listen {host}:0
sip_trans_def {protocol}
net_interface {host}
audio_source aufile,{tone}
audio_player aubridge,ear
audio_alert aubridge,alert
rtp_ports 20000-32000
jitter_buffer_delay {jitter}
module_path {modules}
module uuid.so
module g711.so
module aufile.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {reached}:{control}
"""

ACCOUNT = (
    "<sip:{user}@{host}:{port};transport={protocol}>;auth_user={user};auth_pass={password}"
    ";answermode={answer};regint=300;audio_codecs=pcmu\n"
)

ARRIVED = re.compile(r"IP=([\d.]+):(\d+) psent=\d+ rcvd=(\d+)")

TONE_S = 30
"""So long a phone speaks in a call; at the end of its file it hangs up."""

POLL_S = 0.05
RATE = 8000


@dataclass(frozen=True, slots=True)
class Audio:
    """What a phone reports of its audio stream: where it sends from and to, and packets each way.

    `heard_from` is the address that the packets it received came from first, None as long as there are none.
    `arrived` counts those from each address of this call, whatever streams (SSRC) came from there.
    """

    local_port: int
    remote: tuple[str, int] | None
    heard_from: tuple[str, int] | None
    sent: int
    received: int
    direction: str
    arrived: Mapping[tuple[str, int], int] = field(default_factory=dict)


class Baresip(Program):
    """A phone, registered once started. `answer` "manual" rings until `accept`, "auto" answers at once.

    `jitter`: how many packets wait in its jitter buffer, least and most. baresip 1.0 loses tones by RFC 4733
    in it. `host` is its address, `reached` that of its control port, `inside` the command that runs another
    one in its network.
    """

    def __init__(
        self,
        folder: Path,
        server: tuple[str, int],
        user: str,
        password: str,
        *,
        answer: Literal["auto", "manual"] = "manual",
        protocol: Literal["udp", "tcp"] = "udp",
        jitter: str = "5-10",
        host: str = "127.0.0.1",
        reached: str = "127.0.0.1",
        inside: Sequence[str] = (),
        tone_s: int = TONE_S,
    ) -> None:
        home = folder / f"baresip-{user}"
        super().__init__(home, *inside, find("baresip"), "-f", str(home))
        self._reached, self._tone_s = reached, tone_s
        self.user, self.server = user, server
        self.events: list[dict[str, Any]] = []
        self._answers: dict[str, asyncio.Future[str]] = {}
        self._tokens = count(1)
        self._control = free_port()
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._files = {
            "config": CONFIG.format(
                host=host,
                reached=reached,
                protocol=protocol,
                tone=home / "tone.wav",
                jitter=jitter,
                modules=MODULES,
                control=self._control,
            ),
            "accounts": ACCOUNT.format(
                user=user, password=password, host=server[0], port=server[1], protocol=protocol, answer=answer
            ),
            "contacts": "",
        }

    def encrypt(self) -> None:
        """Before it is started: speak and understand SRTP only."""
        self._files["config"] += "module srtp.so\n"
        self._files["accounts"] = self._files["accounts"].replace("\n", ";mediaenc=srtp-mand\n")

    async def start(self) -> None:
        """Start, connect to its control port, register."""
        self.folder.mkdir(parents=True, exist_ok=True)  # it is there when a phone comes back
        for name, text in self._files.items():
            (self.folder / name).write_text(text)
        _write_tone(self.folder / "tone.wav", self._tone_s)
        await super().start()
        await self.said("baresip is ready.")
        reader, self._writer = await asyncio.open_connection(self._reached, self._control)
        self._listener = asyncio.create_task(self._listen(reader))
        await self.until(lambda: "200 OK" in self.output or "reg: " in self.output, "to register")
        if "200 OK" not in self.output:
            raise self.complaint("could not register")

    async def stop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        await super().stop()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    async def happened(self, event: str) -> dict[str, Any]:
        """Wait for the first event of this type (as baresip names it) that was not taken yet; take it."""
        await self.until(lambda: self._find(event) is not None, f"for {event}")
        found = self._find(event)
        assert found is not None
        self.events.remove(found)
        return found

    async def accept(self) -> None:
        """Answer the call that rings."""
        await self.do("accept")

    async def hang_up(self) -> None:
        """End the call, or refuse the one that rings."""
        await self.do("hangup")

    async def dial(self, user: str) -> None:
        """Call a user of the same server."""
        await self.do("dial", f"sip:{user}@{self.server[0]}:{self.server[1]}")

    async def transfer(self, user: str) -> None:
        """Blind transfer of the call that is up to a user of the same server."""
        await self.do("transfer", f"sip:{user}@{self.server[0]}:{self.server[1]}")

    async def audio(self) -> Audio:
        """The audio stream of the call that is up, as the phone itself reports it."""
        report = await self.do("audio_debug")
        local = _number(r"local: \S+?:(\d+)", report)
        direction = re.search(r"audio dir=(\w+)", report)
        remote = re.search(r"remote: ([\d.]+):(\d+)", report)
        member = re.search(r"IP=([\d.]+):(\d+)", report)
        return Audio(
            local,
            _address(remote) if remote else None,
            _address(member) if member else None,
            _number(r"TX: packets=(\d+)", report),
            _number(r"rcvd=(\d+)", report) if member else 0,
            direction[1] if direction else "",
            _arrived(report),
        )

    async def heard(self, packets: int) -> Audio:
        """Its audio once it has received that many packets; there is no event for it, so it is asked."""
        async with asyncio.timeout(LIMIT_S):
            while (audio := await self.audio()).received < packets:  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
        return audio

    async def do(self, name: str, params: str = "") -> str:
        """Have a command carried out; returns what it printed."""
        assert self._writer is not None, "not started"
        token = f"{self.user}-{next(self._tokens)}"
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        body = json.dumps({"command": name, "params": params, "token": token}).encode()
        self._writer.write(b"%d:%s," % (len(body), body))
        try:
            return await asyncio.wait_for(answer, LIMIT_S)
        except TimeoutError:
            raise self.complaint(f"did not answer the command {name!r}") from None

    def _find(self, event: str) -> dict[str, Any] | None:
        return next((found for found in self.events if found["type"] == event), None)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON: answers by their token, events into the list."""
        try:
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                message = json.loads((await reader.readexactly(length + 1))[:-1])
                if "event" in message:
                    self.events.append(message)
                    await self.changed()
                elif (answer := self._answers.pop(message.get("token", ""), None)) is not None:
                    answer.set_result(message["data"])
        except (asyncio.IncompleteReadError, ConnectionError):
            return


def _write_tone(file: Path, seconds: int) -> None:
    """400 Hz, so that there is something to send; one period is 20 samples."""
    period = [int(8000 * math.sin(2 * math.pi * step / 20)) for step in range(20)]
    with wave.open(str(file), "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(2)
        tone.setframerate(RATE)
        tone.writeframes(array.array("h", period * (RATE // 20 * seconds)).tobytes())


def _arrived(report: str) -> dict[tuple[str, int], int]:
    """A server that mixes or relays begins another stream (SSRC) from the same address: both are listed."""
    found: Counter[tuple[str, int]] = Counter()
    for host, port, number in ARRIVED.findall(report):
        found[host, int(port)] += int(number)
    return dict(found)


def _number(pattern: str, report: str) -> int:
    found = re.search(pattern, report)
    if found is None:
        raise PeerProgramError(f"baresip's audio report has nothing like {pattern}:\n{report}")
    return int(found[1])


def _address(found: re.Match[str]) -> tuple[str, int]:
    return found[1], int(found[2])
