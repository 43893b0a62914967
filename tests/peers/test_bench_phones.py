"""What the bench of calls a second puts behind each terminal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bench import calls_per_second
from bench.calls_per_second import USERS, through_switch
from bench.switch_load import Step
from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.switch.base import SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch


class InThisProcess:
    """Does what `bench.switch_load` does, with a switch that can be looked at."""

    def __init__(self) -> None:
        terminals = [TerminalSettings(user, password="bench") for user in USERS]
        settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0), digest_algorithms=("MD5",))
        self.switch = EmbeddedSwitch(terminals, settings)
        self.switch.subscribe(self._hear)
        self.stdin, self.stdout = self, asyncio.StreamReader()
        self._step = Step(self.switch)
        self._tasks: list[asyncio.Task[None]] = []

    def say(self, line: str) -> None:
        self.stdout.feed_data(line.encode() + b"\n")

    def write(self, line: bytes) -> None:
        rate, seconds = line.split()
        self._tasks.append(asyncio.create_task(self._run(int(rate), float(seconds))))

    async def _run(self, rate: int, seconds: float) -> None:
        self._step = Step(self.switch)
        self.say(json.dumps(await self._step.run(rate, seconds)))

    def _hear(self, event: SwitchEvent) -> None:
        self._step.hear(event)


async def test_each_terminal_has_one_phone_while_calls_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = InThisProcess()

    @asynccontextmanager
    async def process(*_words: str, environment: dict[str, str] | None = None) -> AsyncIterator[Any]:
        await load.switch.start()
        port = load.switch.address("udp")[1]
        load.say(f"{port} {port}")
        yield load
        await load.switch.stop()

    monkeypatch.setattr(calls_per_second, "process", process)
    async with through_switch(tmp_path, 1) as step:
        assert [len(load.switch.registrar.bindings(user)) for user in USERS] == [1, 1]
        taken = await step(2)
    assert taken.failed == 0
    assert taken.messages == 15
