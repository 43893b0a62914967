"""Probes a SIP server with OPTIONS over a bare UDP socket, without an event loop."""

from __future__ import annotations

import secrets
import socket

WAIT_S = 0.2


def ask_options(address: tuple[str, int]) -> int | None:
    """The status of the response; None if there is none within `WAIT_S`."""
    six = ":" in address[0]
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("::1" if six else "127.0.0.1", 0))
        sock.settimeout(WAIT_S)
        host, port = sock.getsockname()[:2]
        host, server = (f"[{host}]", f"[{address[0]}]") if six else (host, address[0])
        there = f"{server}:{address[1]}"
        branch = secrets.token_hex(8)
        text = (
            f"OPTIONS sip:{there} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch};rport\r\n"
            f"From: <sip:ping@{host}:{port}>;tag={branch}\r\nTo: <sip:{there}>\r\n"
            f"Call-ID: {branch}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:ping@{host}:{port}>\r\nContent-Length: 0\r\n\r\n"
        )
        sock.sendto(text.encode(), address)
        try:
            return int(sock.recv(65536).split(b" ")[1])
        except (TimeoutError, ConnectionRefusedError):
            return None
