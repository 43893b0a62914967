"""Why nobody was reached is told without what asyncio makes of it."""

import asyncio
import errno
import socket
import ssl

import pytest

from offhook.common.connecting import connect_error_text

FAILED = f"[Errno {errno.ECONNREFUSED}] Connect call failed"
SEVERAL = f"Multiple exceptions: {FAILED} ('::1', 9, 0, 0), {FAILED} ('127.0.0.1', 9)"


async def test_a_port_where_nobody_listens_refuses_the_connection() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as caught:
            await asyncio.open_connection(*nobody.getsockname())
    assert connect_error_text(caught.value) == "Connection refused"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(SEVERAL), "Connection refused"),
        (OSError(errno.EHOSTUNREACH, "Connect call failed ('10.0.0.9', 1)"), "No route to host"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "Name or service not known"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "[SSL: WRONG_VERSION_NUMBER]"),
        (TimeoutError(), "it does not answer"),
        (OSError(), "OSError"),
    ],
)
def test_others_are_told_in_the_words_of_the_system(error: OSError, says: str) -> None:
    assert connect_error_text(error) == says
