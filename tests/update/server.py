"""A publisher in the tests: its key, and an https server of its own, which can also be a bad one."""

import asyncio
import hashlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offhook.certificates.signatures import public_key, sign
from offhook.config import UpdateSettings
from offhook.update import Updates
from offhook.update.manifest import FORMAT

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)

SETUP = b"MZ the setup of 0.2.0 " * 1000


@dataclass
class Publisher:
    """Who signs lists. `files` is what the server has by path: a body, or a raw answer from a function."""

    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    files: dict[str, bytes | Callable[[], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    clock: float = NOW.timestamp()
    stall: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/offhook.txt") -> str:
        return f"https://localhost:{self.port}{path}"

    def publish(self, **changes: Any) -> bytes:
        """Put a list there; it has what 0.2.0 has, but for the changes."""
        self.files["/setup.exe"] = SETUP
        signed = json.dumps(self.content(**changes)).encode()
        signature = sign(FORMAT.encode() + b"\n" + signed, self.key)
        data = f"{FORMAT} {signature}\n".encode() + signed
        self.files["/offhook.txt"] = data
        return data

    def content(self, **changes: Any) -> dict[str, Any]:
        """What is in a list; `file` changes what is said of the setup."""
        file = {
            "url": self.url("/setup.exe"),
            "size": len(SETUP),
            "sha256": hashlib.sha256(SETUP).hexdigest(),
        }
        return {
            "version": "0.2.0",
            "published": NOW.isoformat(),
            "expires": (NOW + timedelta(days=90)).isoformat(),
            "notes": "https://example.org/0.2.0",
            "files": {"windows-x64": file | changes.pop("file", {})},
        } | changes

    def settings(self, **changes: Any) -> UpdateSettings:
        """The configuration of somebody who trusts this publisher."""
        wanted: dict[str, Any] = {
            "url": self.url(),
            "public_key": public_key(self.key),
            "ca_file": self.folder / "authority.pem",
        } | changes
        return UpdateSettings(**wanted)

    def updates(self, *, limit_s: float = 10.0, **changes: Any) -> Updates:
        """That of a 0.1.0 that is configured for this publisher."""
        return Updates(
            self.settings(**changes),
            self.folder / "state",
            version="0.1.0",
            system="windows-x64",
            now=lambda: self.clock,
            limit_s=limit_s,
        )

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self.asked.append(path)
            found = self.files.get(path)
            if callable(found):
                writer.write(found())
                if path.startswith("/stalled"):
                    await self.stall.wait()
            elif found is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(found) + found)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # who asked has gone
        finally:
            writer.transport.close()


@asynccontextmanager
async def published(folder: Path) -> AsyncIterator[Publisher]:
    """A publisher whose server runs."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    publisher = Publisher(folder)
    server = await asyncio.start_server(publisher.answer, "127.0.0.1", 0, ssl=context)
    publisher.port = server.sockets[0].getsockname()[1]
    publisher.publish()
    try:
        yield publisher
    finally:
        publisher.stall.set()
        server.close()
        await server.wait_closed()
