"""The metrics of a whole Offhook, with phones, judged by Prometheus' own promtool."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from offhook.assembly.run import System, running
from offhook.call import CallState
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.errors import ConfigError
from offhook.tsp.messages import CallStateNotify
from tests.assembly.helpers import a_config, connected, phone
from tests.waiting import ONE_STEP_S, becomes

ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)
METRICS = '\n[metrics]\nlisten = "127.0.0.1:0"\n'


def with_metrics(folder: Path, more: str = METRICS) -> Path:
    file = a_config(folder)
    with file.open("a", encoding="utf-8") as config:
        config.write(more)
    return file


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(load(with_metrics(tmp_path))) as system:
        yield system


async def scraped(system: System) -> dict[str, float]:
    """Each series and its value."""
    lines = (await ask(system, "/metrics")).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {series: float(value) for series, _, value in pairs}


async def ask(system: System, path: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=ONE_STEP_S, base_url=system.meters.url, trust_env=False) as client:
        return await client.get(path)


async def a_call(system: System) -> None:
    """4000 dials 4001, which answers, and the call is dropped."""
    async with await connected(system) as client:
        await client.dial("4001")
        async for notify in client:
            if isinstance(notify, CallStateNotify) and notify.state is CallState.CONNECTED:
                await client.drop("4001")
            if isinstance(notify, CallStateNotify) and notify.state is CallState.ON_HOOK:
                return


async def test_a_call_is_seen_in_the_metrics(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS):
        before = await scraped(system)
        assert before['offhook_terminals{state="in-service"}'] == 2
        assert before["offhook_registrations"] == 2
        assert before['offhook_calls{state="connected"}'] == 0
        await a_call(system)
        after = await scraped(system)
    assert after['offhook_calls_begun_total{direction="outbound"}'] == 1
    assert after['offhook_calls_ended_total{direction="outbound",cause="dropped"}'] == 1
    assert after["offhook_dial_to_invite_seconds_count"] == 1
    assert after['offhook_call_answer_seconds_count{direction="outbound"}'] == 1
    assert after['offhook_requests_total{request="dial",door="messenger",result="ok"}'] == 1


async def test_promtool_finds_no_fault_with_it(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS):
        await a_call(system)
        told = (await ask(system, "/metrics")).text
    promtool = shutil.which("promtool")
    assert promtool is not None, "promtool is missing; run tools/install-peers"
    judged = await asyncio.to_thread(
        subprocess.run, [promtool, "check", "metrics"], input=told, capture_output=True, text=True
    )
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


async def test_it_is_ready_once_all_runs_and_not_while_it_is_drained(system: System) -> None:
    assert (await ask(system, "/ready")).text == "ready\n"
    assert (await scraped(system))["offhook_ready"] == 1
    system.meters.stopping()
    assert (await ask(system, "/ready")).status_code == 503
    assert (await ask(system, "/health")).status_code == 200
    assert (await scraped(system))["offhook_ready"] == 0


async def test_it_is_not_ready_while_its_pbx_does_not_answer(tmp_path: Path) -> None:
    config = tmp_path / "offhook.toml"
    config.write_text(
        f"""\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "asterisk"
[switch.asterisk]
user = "offhook"
secret = "x"
context = "internal"
port = 1
[state]
dir = '{tmp_path / "state"}'
[[terminal]]
id = "4000"
{METRICS}""",
        encoding="utf-8",
    )
    config.chmod(0o600)
    async with running(load(config, secrets=True)) as system:
        answer = await ask(system, "/ready")
    assert (answer.status_code, answer.text) == (503, "telephone system: Asterisk cannot be reached\n")


async def test_a_half_whose_call_manager_is_away_is_not_ready(tmp_path: Path) -> None:
    async with AsyncExitStack() as other_half, AsyncExitStack() as this_half:
        manager = await other_half.enter_async_context(running(load(a_config(tmp_path)), "manager"))
        text = with_metrics(tmp_path).read_text(encoding="utf-8")
        port = manager.sscp_url.rpartition(":")[2]
        file = tmp_path / "half.toml"
        file.write_text(text.replace('[sscp]\nlisten = "127.0.0.1:0', f'[sscp]\nlisten = "127.0.0.1:{port}'))
        half = await this_half.enter_async_context(running(load(file), "messenger"))

        async def ready() -> str:
            return (await ask(half, "/ready")).text

        assert await ready() == "ready\n"
        await other_half.aclose()
        await becomes(ready, "Call Manager: it is not connected\n")


async def test_the_port_is_loopbacks_alone_without_certificate_and_token(tmp_path: Path) -> None:
    open_to_all = METRICS.replace("127.0.0.1:0", "0.0.0.0:7790")
    with pytest.raises(ConfigError, match=r"metrics.tls_certificate: is missing while 0.0.0.0:7790 is open"):
        load(with_metrics(tmp_path, open_to_all))


async def test_a_port_that_is_taken_is_told_by_its_key(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    config = load(with_metrics(tmp_path, METRICS.replace(":0", f":{port}")))
    with pytest.raises(ConfigError, match=r"metrics.listen"):
        async with running(config):
            pass
    taken.close()
    await taken.wait_closed()


async def test_the_lag_of_the_loop_is_measured_as_time_goes_on(system: System) -> None:
    async def measured() -> bool:
        return (await scraped(system))["offhook_event_loop_lag_seconds_count"] > 0

    await becomes(measured, True)


async def test_who_logs_in_at_a_tsp_session_is_counted_too(tmp_path: Path) -> None:
    config = with_metrics(tmp_path)
    config.write_text(config.read_text().replace("require_token = false", "require_token = true"))
    async with running(load(config)) as system:
        token = (tmp_path / "state" / "tsp.token").read_text().strip()
        async with await connected(system, terminal="4000", token=token):
            found = await scraped(system)
    assert found['offhook_requests_total{request="login",door="tsp",result="ok"}'] == 1
    assert found['offhook_sessions{protocol="tsp"}'] == 1
