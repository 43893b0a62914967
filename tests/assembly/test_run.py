"""Everything joined as `offhook up` joins it, spoken to from outside."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.assembly.run import System, running
from offhook.call import CallState, Cause
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.errors import ConfigError
from offhook.sscp.client import Credentials, SscpClient
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallInfoNotify, CallStateNotify, Notify
from tests.assembly.helpers import a_config, connected, phone
from tests.waiting import ONE_STEP_S

ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(load(a_config(tmp_path))) as system:
        yield system


async def states(client: TspClient) -> list[CallState]:
    """The states of a call, to its end."""
    seen: list[CallState] = []
    async for notify in client:
        if isinstance(notify, CallStateNotify):
            seen.append(notify.state)
            if notify.state is CallState.ON_HOOK:
                break
    return seen


async def until(client: TspClient, state: CallState) -> Notify:
    async for notify in client:
        if isinstance(notify, CallStateNotify) and notify.state is state:
            return notify
    raise AssertionError(f"the session ended before {state}")


async def test_a_dial_on_the_tsp_session_rings_a_phone_and_a_drop_ends_it(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS), await connected(system) as client:
        await client.dial("4001")
        notify = await until(client, CallState.CONNECTED)
        assert (notify.caller.name, notify.callee.name) == ("Kim", "Lee Min-ho")
        await client.drop("4001")
        assert await states(client) == [CallState.ON_HOOK]


async def test_call_manager_and_smart_messenger_of_a_process_write_one_audit_log(tmp_path: Path) -> None:
    """Each thread that writes delays the calls that come meanwhile."""
    before = set(threading.enumerate())
    async with running(load(a_config(tmp_path))):
        threads = [one.name for one in threading.enumerate() if one not in before]
    assert threads.count("audit log") == 1


async def test_every_state_comes_in_order(tmp_path: Path) -> None:
    file = a_config(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("no_answer_s = 60", "no_answer_s = 3"))
    rings = Behaviour(answer_after=None, auto_answer=False)
    async with (
        running(load(file)) as system,
        phone(system, "4000"),
        phone(system, "4001", rings),
        await connected(system) as client,
    ):
        await client.dial("4001")
        expected = [CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.ON_HOOK]
        assert await states(client) == expected


async def test_a_version_2_session_hears_the_cause(tmp_path: Path) -> None:
    async with running(load(a_config(tmp_path, token="true"))) as system:
        token = (tmp_path / "state" / "tsp.token").read_text().strip()
        async with (
            phone(system, "4000"),
            phone(system, "4001", Behaviour(reject=486, auto_answer=False)),
            await connected(system, terminal="4000", token=token) as client,
        ):
            await client.dial("4001")
            notify = await until(client, CallState.ON_HOOK)
            assert isinstance(notify, CallStateNotify)
            assert notify.cause is Cause.BUSY


async def test_a_second_session_is_told_of_the_live_call(system: System) -> None:
    async with phone(system, "4000"), phone(system, "4001", ANSWERS), await connected(system) as client:
        await client.dial("4001")
        await until(client, CallState.CONNECTED)
        async with await connected(system) as second:
            first = await anext(second)
            then = await anext(second)
            assert isinstance(first, CallStateNotify)
            assert isinstance(then, CallInfoNotify)
            assert first.state is then.state is CallState.CONNECTED


async def test_a_number_outside_is_dialled_by_the_sites_rules(system: System, tmp_path: Path) -> None:
    async with phone(system, "4000"), await connected(system) as client:
        await client.dial("+82 (2) 568-3848")
        notify = await until(client, CallState.ON_HOOK)
        assert notify.callee.id == "9025683848"


async def test_a_call_is_in_the_log(system: System, tmp_path: Path) -> None:
    async with phone(system, "4000"), await connected(system) as client:
        await client.dial("4001")
        await until(client, CallState.ON_HOOK)
    local = SscpClient(system.sscp_url, Credentials(token_file=tmp_path / "state" / "local.token"))
    await local.start()
    await local.connected_once(ONE_STEP_S)
    (call,) = await local.history()
    assert (call.terminal, call.callee.id, call.cause) == ("4000", "4001", Cause.UNREACHABLE)
    await local.stop()


async def test_the_two_halves_run_apart(tmp_path: Path) -> None:
    async with running(load(a_config(tmp_path)), "manager") as manager:
        assert manager.tsp_port is None
        port = int(manager.sscp_url.rpartition(":")[2])
        config = load(a_config(tmp_path, sscp=port))
        async with running(config, "messenger") as messenger:
            assert messenger.sip_address is None
            system = System(manager.sscp_url, messenger.tsp_port, manager.sip_address)
            async with (
                phone(system, "4000"),
                phone(system, "4001", ANSWERS),
                await connected(system) as client,
            ):
                await client.dial("4001")
                await until(client, CallState.CONNECTED)


@pytest.mark.parametrize("key", ["tsp.listen", "sscp.listen", "switch.embedded.listen"])
async def test_a_port_in_use_is_told_by_its_key(tmp_path: Path, key: str) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    text = a_config(tmp_path).read_text()
    section = key.rpartition(".")[0]
    before, found, after = text.partition(f'[{section}]\nlisten = "127.0.0.1:')
    assert found
    (tmp_path / "offhook.toml").write_text(before + found + str(port) + after[1:])
    with pytest.raises(ConfigError, match=key):
        async with running(load(tmp_path / "offhook.toml")):
            pass
    taken.close()
    await taken.wait_closed()
