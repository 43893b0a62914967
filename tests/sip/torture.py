r"""The messages of RFC 4475 (SIP Torture Test Messages), by their names there.

Line ends become CRLF; `{sdp HOST}` stands for the RFC's usual session description. Differences: the signature
in mpart01 is other binary bytes, and what is repeated in longreq is put in by code.
"""

import re
from pathlib import Path

SDP = (
    "v=0\no=mhandley 29739 7272939 IN IP4 {0}\ns=-\nc=IN IP4 {0}\nt={1}\n"
    "m=audio 49217 RTP/AVP 0 12\nm=video 3227 RTP/AVP 31\na=rtpmap:31 LPC\n"
)


def load() -> dict[str, bytes]:
    """Every message by its name."""
    text = (Path(__file__).parent / "torture.txt").read_text(encoding="utf-8")
    parts = re.split(r"^=== (\w+)\n", text, flags=re.MULTILINE)
    messages = {name: _wire(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    messages["longreq"] = _long(messages["longreq"])
    return messages


def _wire(text: str) -> bytes:
    text = re.sub(r"\{sdp (\S+)\}\n", lambda found: SDP.format(found[1], "0 0"), text)
    text = re.sub(r"\{sdp3149 (\S+)\}\n", lambda found: SDP.format(found[1], "3149328700 0"), text)
    data = text.replace("\n", "\r\n").encode()
    return re.sub(rb"\{hex ([0-9A-F ]+)\}", lambda found: bytes.fromhex(found[1].decode()), data)


def _long(data: bytes) -> bytes:
    via = "".join(f"Via: SIP/2.0/TCP sip{number}.example.com\r\n" for number in range(16, 0, -1))
    return (
        data.replace(b"{via}\r\n", via.encode())
        .replace(b"{caller}", b"amazinglylongcallername" * 5)
        .replace(b"{really}", b"really" * 20)
        .replace(b"{982}", b"982" * 50)
        .replace(b"{long}", b"long" * 20)
        .replace(b"{name}", b"name" * 20)
        .replace(b"{value}", b"value" * 15)
        .replace(b"{extreme}", b"extreme" * 10)
    )
