"""What `offhook check` says of the HTTP API and of webhooks."""

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from offhook.cli.checks.http import look_at_http
from offhook.common.finding import Level
from offhook.config import Config, HttpSettings, Listen, SscpSettings, StateSettings, WebhookSettings
from offhook.manager.outbox import Letter
from offhook.manager.stores.outbox import SqliteOutbox
from tests.http.helpers import a_site


def serving(port: int) -> Config:
    return Config(http=HttpSettings(Listen("127.0.0.1", port)))


async def test_a_server_that_answers_is_good(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        url = site.url
        (found,) = await asyncio.to_thread(lambda: list(look_at_http(serving(site.server.port))))
    assert (found.level, found.text) == (Level.OK, f"answers at {url}")


async def test_what_is_not_there_or_is_another_is_told_with_what_to_do(tmp_path: Path) -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (taken,) = await asyncio.to_thread(lambda: list(look_at_http(serving(port))))
    server.close()
    await server.wait_closed()
    (away,) = await asyncio.to_thread(lambda: list(look_at_http(serving(port))))
    assert (taken.level, "something else" in taken.text) == (Level.FAIL, True)
    assert (away.level, away.fix) == (Level.WARN, "start it: offhook up")


def test_events_that_could_not_be_delivered_are_told(tmp_path: Path) -> None:
    hook = WebhookSettings("crm", "https://crm.example", "x" * 16)
    config = Config(webhooks=(hook,), state=StateSettings(tmp_path))
    (found,) = look_at_http(config)
    assert found.level is Level.OK
    with closing(SqliteOutbox(tmp_path / "webhooks.sqlite")) as outbox:
        outbox.add([Letter("msg_1", "crm", "c1", b"{}", 0.0, 0.0, dead=True)])
    (found,) = look_at_http(config)
    assert (found.level, found.text) == (Level.WARN, "1 events could not be delivered")
    assert "offhook webhook list" in found.fix


def test_a_call_manager_elsewhere_has_its_own() -> None:
    config = replace(serving(1), sscp=SscpSettings(url="wss://manager.example:7701"))
    assert list(look_at_http(config)) == []
