"""Calls that are up at a restart of the switch, beside a media engine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from offhook.call import CallState
from offhook.config import Listen, MediaSettings
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.callfiles import FileCalls
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.media.scripted import EngineOnASocket
from tests.switch.site import ANSWERS
from tests.waiting import until


@pytest.mark.parametrize(("relay", "goes_on"), [("when-needed", True), ("always", False)])
async def test_a_call_is_gone_on_with_unless_an_engine_relays_it(
    tmp_path: Path, relay: Literal["when-needed", "always"], goes_on: bool
) -> None:
    engine = EngineOnASocket()
    await engine.start()
    media = MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay=relay)
    calls = FileCalls(tmp_path / "live")
    first = await a_site(calls=calls, media=media)
    assert isinstance(first.switch, EmbeddedSwitch)
    own, _callee = await first.phone("4000"), await first.phone("4001", ANSWERS)
    call = first.dial()
    await first.until(call, CallState.CONNECTED)
    await until(lambda: own.calls and own.calls[0].remote_media is not None)
    await settled(first.switch)
    port = first.switch.address()[1]
    await first.switch.stop()
    second = await a_site(calls=calls, media=media, port=port)
    assert isinstance(second.switch, EmbeddedSwitch)
    assert (second.switch.find(call) is not None) is goes_on
    await first.hang_up()
    await second.empty()
    await close(second)
    engine.transport.close()
