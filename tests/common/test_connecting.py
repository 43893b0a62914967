"""Why nobody was reached is told without what asyncio makes of it."""

import asyncio
import errno
import socket
import ssl

import pytest

from offhook.common.connecting import connect_error_text

FAILED = f"[Errno {errno.ECONNREFUSED}] Connect call failed"
NO_WAY = f"[Errno {errno.ENETUNREACH}] Connect call failed ('2001:db8::1', 9, 0, 0)"
DIFFERENT = f"Multiple exceptions: {NO_WAY}, {FAILED} ('192.0.2.1', 9), {FAILED} ('192.0.2.2', 9)"
ON_WINDOWS = "Multiple exceptions: [WinError 1231] No such network, [WinError 1225] It was refused"
SEVERAL = f"Multiple exceptions: {FAILED} ('::1', 9, 0, 0), {FAILED} ('127.0.0.1', 9)"


async def test_a_port_where_nobody_listens_refuses_the_connection() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as caught:
            await asyncio.open_connection(*nobody.getsockname())
    assert connect_error_text(caught.value) == "Connection refused"


async def test_a_host_none_of_whose_addresses_answers_is_told_by_the_reason_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody listens at the one; the other is everybody's (broadcast), to which nobody connects."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        _, port = nobody.getsockname()

        async def both(*_args: object, **_options: object) -> list[object]:
            tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
            return [(*tcp, ("127.0.0.1", port)), (*tcp, ("255.255.255.255", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
        with pytest.raises(OSError, match="Multiple exceptions") as caught:
            await asyncio.open_connection("pbx.example", port)
    assert connect_error_text(caught.value) == "Connection refused, Network is unreachable"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(SEVERAL), "Connection refused"),
        (OSError(DIFFERENT), "Network is unreachable, Connection refused"),
        (OSError(ON_WINDOWS), "No such network, It was refused"),
        (OSError(errno.EHOSTUNREACH, "Connect call failed ('10.0.0.9', 1)"), "No route to host"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "Name or service not known"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "[SSL: WRONG_VERSION_NUMBER]"),
        (TimeoutError(), "it does not answer"),
        (OSError(), "OSError"),
    ],
)
def test_others_are_told_in_the_words_of_the_system(error: OSError, says: str) -> None:
    assert connect_error_text(error) == says
