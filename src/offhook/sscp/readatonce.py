"""The client's WebSocket: a message is read in the turn in which it comes, and one that comes alone as it is.

websockets reads a frame in some twenty calls, most of them to find out how much of it is still to come. An
event mostly comes in one piece, and in nothing but that: then there is nothing to find out.
"""

from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from offhook.sscp.frames import FrameEnds, whole_text


class ReadAtOnce(ClientConnection):
    """Offers each message to `take` as it is read, unless earlier ones wait to be received.

    To wake the task that receives takes another turn of the event loop, in which others are served first.
    """

    take: Callable[[bytes], bool] | None = None
    _ends: FrameEnds | None = None

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._response = bytearray()

    def data_received(self, data: bytes) -> None:
        """Bytes from the server."""
        ends = self._ends
        if ends is None:
            self._shake_hands(data)
            return
        if (
            self.take is not None
            and ends.between
            and self.protocol.state is State.OPEN
            and not len(self.recv_messages.frames)
            and (message := whole_text(data)) is not None
            and self.take(message)
        ):
            return
        ends.read(data)
        super().data_received(data)

    def process_event(self, event: Any) -> None:
        """A frame that came with others or in pieces, or the response to the handshake."""
        if (
            self.take is not None
            and type(event) is Frame
            and event.opcode is Opcode.TEXT
            and event.fin
            and not len(self.recv_messages.frames)
            and self.take(bytes(event.data))
        ):
            return
        super().process_event(event)

    def _shake_hands(self, data: bytes) -> None:
        self._response += data
        super().data_received(data)
        if self.protocol.state is State.OPEN:
            self._ends = FrameEnds()
            self._ends.read(bytes(self._response.partition(b"\r\n\r\n")[2]))
        if self.protocol.state is not State.CONNECTING:
            self._response.clear()
