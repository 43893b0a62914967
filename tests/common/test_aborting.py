"""A connection is cut off, whatever has become of it."""

import asyncio
import ssl

import trustme

from offhook.common.aborting import abort


async def test_a_tls_connection_that_has_been_closed_twice_is_cut_off() -> None:
    """Up to Python 3.11.3 its transport raises AttributeError then."""
    authority = trustme.CA()
    secret, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(secret)
    authority.configure_trust(trusting)
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0, ssl=secret)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2], ssl=trusting)
    writer.close()
    writer.close()
    abort(writer.transport)
    assert writer.transport.is_closing()
    server.close()
