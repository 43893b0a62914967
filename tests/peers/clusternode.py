"""A node of a cluster with the embedded switch and PostgreSQL: its configuration, and what its pages say."""

import asyncio

TERMINALS = ("4000", "4001", "4002", "4003")

NODE = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
[state]
dir = "{state}"
database = "{database}"
[sscp]
listen = "127.0.0.1:{sscp}"
[metrics]
listen = "127.0.0.1:{metrics}"
[switch]
driver = "embedded"
[switch.embedded]
listen = "127.0.0.1:{sip}"
[address]
extension_lengths = [4]
"""

TERMINAL = """\
[[terminal]]
id = "{id}"
password = "phone-{id}"
"""


async def page(port: int, path: str) -> str:
    """The status line of a page, "" if nobody is there."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0].decode()
