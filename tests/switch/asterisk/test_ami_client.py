"""When the AMI client may send its secret in the clear."""

from typing import Any

import pytest

from offhook.config import AsteriskSettings
from offhook.switch.asterisk import client as ami


class Looked(Exception):
    """The session was about to be made; `clear` is what was decided."""

    def __init__(self, clear: bool) -> None:
        self.clear = clear


async def may_send_clear(monkeypatch: pytest.MonkeyPatch, host: str) -> bool:
    def session(*_arguments: object, clear: bool, **_more: Any) -> None:
        raise Looked(clear)

    monkeypatch.setattr(ami, "AmiSession", session)
    settings = AsteriskSettings("offhook", "s3cret", "internal", host)
    client = ami.AmiClient(settings, on_up=lambda: None, on_down=lambda: None, on_event=lambda _message: None)
    with pytest.raises(Looked) as looked:
        await client._connect()
    return looked.value.clear


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
async def test_the_secret_may_go_in_the_clear_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert await may_send_clear(monkeypatch, host)


@pytest.mark.parametrize("host", ["127.example.net", "127.0.0.1.example.net", "pbx", "10.0.0.2"])
async def test_a_name_that_begins_like_this_machine_is_another_one(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert not await may_send_clear(monkeypatch, host)
