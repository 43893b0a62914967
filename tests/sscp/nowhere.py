"""A transport without a peer."""

import asyncio


class Nowhere(asyncio.Transport):
    """A transport to nobody."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return False
