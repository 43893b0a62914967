"""An Asterisk that says nothing any more, as behind a cut of the network that nobody is told of."""

import asyncio

import pytest

from offhook.config import AsteriskSettings
from offhook.switch.asterisk.client import AmiClient


async def test_what_a_silent_asterisk_has_not_got_is_forgotten_and_not_carried_out_later() -> None:
    """The connection is reset, not closed in order: with that the system drops what it would send again."""
    ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while data := await reader.readuntil(b"\r\n\r\n"):
                if b"Action: Ping" in data:
                    break
                number = data.partition(b"ActionID: ")[2].partition(b"\r\n")[0]
                writer.write(b"Response: Success\r\nActionID: " + number + b"\r\nChallenge: 1\r\n\r\n")
            ended.set_result(await reader.read())
        except (OSError, EOFError) as error:
            if not ended.done():
                ended.set_exception(error)
        finally:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        host, port = server.sockets[0].getsockname()
        client = AmiClient(
            AsteriskSettings(host=host, port=port, user="offhook", secret="x", ping_s=0.3),
            on_up=lambda: None,
            on_down=lambda: None,
            on_event=lambda _event: None,
        )
        client.start()
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(ended, 30)
        await client.stop()
