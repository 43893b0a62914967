"""A call through all its commands: asked for over one TSP session, and heard over SSCP as well."""

from __future__ import annotations

import asyncio
from pathlib import Path

from offhook.assembly.run import running
from offhook.call import Answer, Call, CallState, Cause, Complete, Consult, Dtmf, Hold, Retrieve
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.sscp.client import Credentials, SscpClient
from tests.assembly.helpers import a_config
from tests.assembly.line import ANSWERS, RINGS, THIRD, a_line, over, phone, rings
from tests.switch.rtp import hears_not, talk
from tests.waiting import ONE_STEP_S, until


async def test_a_call_is_answered_held_and_handed_on_after_a_question(tmp_path: Path) -> None:
    file = a_config(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[address]", THIRD + "[address]"))
    config = load(file)
    told: dict[str, Call] = {}
    async with (
        running(config) as system,
        phone(system, "4000", RINGS) as own,
        phone(system, "4001", Behaviour()) as caller,
        phone(system, "4002", ANSWERS) as asked,
        a_line(system, "4000") as line,
    ):
        credentials = Credentials(token_file=config.state.local_token)
        client = SscpClient(system.sscp_url, credentials, on_call=lambda call: told.update({call.id: call}))
        await client.start()
        await client.connected_once(ONE_STEP_S)
        await client.watch("4000")

        calling = asyncio.create_task(caller.call("4000"))
        call = await line.call(rings)
        await until(lambda: call.id in told)
        assert [(one.caller.id, one.caller.name) for one in (call, told[call.id])] == [
            ("4001", "Lee Min-ho")
        ] * 2

        await line.perform(Answer(call.id))
        await calling
        await talk(own, caller)

        await line.perform(Hold(call.id))
        assert (await line.call(lambda one: one.held)).id == call.id
        await until(lambda: told[call.id].held)
        await hears_not(caller, own)
        await line.perform(Retrieve(call.id))
        await talk(own, caller)

        await line.perform(Dtmf(call.id, digits="12"))
        done = await line.perform(Consult(call.id, address="4002"))
        await line.call(lambda one: one.id == done.call and one.state is CallState.CONNECTED)
        await line.call(lambda one: one.id == call.id and one.held and one.related == done.call)
        await talk(own, asked)
        await hears_not(caller, own)

        await line.perform(Complete(call.id))
        await line.until(lambda heard: all(map(over, heard.calls.values())))
        assert {one.cause for one in line.calls.values()} == {Cause.TRANSFERRED}
        await talk(caller, asked)
        await until(lambda: not own.calls)
        assert caller.calls[0].remote_media == asked.media
        assert asked.calls[0].remote_media == caller.media
        await until(lambda: all(map(over, told.values())))
        caller.calls[0].hang_up()
        await until(lambda: not asked.calls)
        await client.stop()
