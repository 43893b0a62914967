"""The connection to a NATS server: the bucket (JetStream), and messages between nodes.

A connection that is lost is not mended: `Bus.lost` is done, and whoever uses it makes another. So nothing is
sent when the network comes back that was to be sent before, and that nobody waits for any more.

Of what comes often and is not urgent a node reads what has come in some hundredths of a second at once, over
a second connection to the same server: most of what a message costs is being woken up for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from typing import Any

from offhook.cluster.bucketreading import read_all
from offhook.cluster.entries import Answer, Conflict, Entry, Get, Put, Request, Unanswered, Written
from offhook.cluster.gathering import Gathering, gather
from offhook.common.extras import how_to_install
from offhook.config import ClusterSettings
from offhook.errors import ConfigError, UnavailableError

try:
    import nats.errors
    import nats.js.errors
    from nats.aio.client import Client
    from nats.js.api import StorageType
except ImportError as missing:  # pragma: no cover - with the extra it is there
    raise ConfigError(
        "configuration",
        "cluster.node",
        "needs nats-py, which is not installed",
        how_to_install("cluster"),
    ) from missing

logger = logging.getLogger(__name__)

CONNECT_S = 2
"""So long a server has time to take a connection."""

PING_S = 1
"""A server that says nothing is asked so often, and given up at the third question: within a lease."""

MAX_PINGS = 2

ANSWER_S = 1.0
"""So long the bucket has time to answer: as long as between two renewals."""

READ_S = 10.0
"""So long reading all that is kept may take: each registration and each call of the site. Not measured."""

CLOSE_S = 1.0

LAST_S = 0.05
"""So long is read what has come before the end: then a server that is gone has left nothing unread."""

FAILURES = (nats.errors.Error, OSError, TimeoutError, asyncio.TimeoutError)
"""What calls of the library raise."""

Handler = Callable[[str, bytes, str], object]
"""Takes a message: subject, data, and the subject to answer to."""


def tls_of(settings: ClusterSettings) -> ssl.SSLContext | None:
    """How the servers are checked, and what is shown to them; None without TLS. Raises `ConfigError`."""
    if not any(one.startswith("tls://") for one in settings.servers):
        return None
    key = "ca_file"
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.tls_certificate is not None:
            key = "tls_certificate"
            context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "configuration", f"cluster.{key}", f"cannot be used ({error})", "correct it"
        ) from None
    return context


class Bus:
    """See above; made by `connect`."""

    def __init__(
        self,
        client: Any,
        lost: asyncio.Future[None],
        bucket: Any,
        settings: ClusterSettings,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._client, self.lost, self._bucket, self._settings = client, lost, bucket, settings
        self._tls = tls
        self._kept: Any = None
        self._second: Any = None
        self._gathering: Gathering | None = None
        self._asked: asyncio.Task[bool] | None = None
        self._asked_next: asyncio.Task[bool] | None = None

    @classmethod
    async def connect(cls, settings: ClusterSettings, tls: ssl.SSLContext | None) -> Bus:
        """Raises `UnavailableError`, whose text tells why."""
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        client = Client()
        try:
            async with asyncio.timeout(CONNECT_S * (len(settings.servers) + 1)):
                await _connect(client, list(settings.servers), settings, tls, lost)
                bucket = await _bucket(client, settings, f"offhook-{settings.site}")
        except FAILURES as error:
            await _close(client)
            raise UnavailableError(
                f"the NATS servers {', '.join(settings.servers)} cannot be used"
                f" ({str(error).strip() or type(error).__name__})",
                "see that they run, with JetStream, and take this node",
            ) from error
        return cls(client, lost, bucket, settings, tls)

    @property
    def up(self) -> bool:
        """Is the connection there?"""
        return bool(self._client.is_connected and (self._second is None or self._second.is_connected))

    async def ask(self, request: Request) -> Answer:
        """Have the bucket of owners carry out a request."""
        return await self._ask(self._bucket, request)

    async def _ask(self, bucket: Any, request: Request) -> Answer:
        try:
            async with asyncio.timeout(ANSWER_S):
                if isinstance(request, Put):
                    return Written(await bucket.update(request.key, request.value, last=request.revision))
                return await _read(bucket, request)
        except nats.js.errors.KeyWrongLastSequenceError:
            return Conflict()
        except FAILURES as error:
            logger.debug("the bucket does not answer to %s: %r", request.key, error)
            return Unanswered()

    async def watch(self, on_entry: Callable[[Entry], None]) -> None:
        """Pass on every entry as it is, and each change, until cancelled. Raises `UnavailableError`."""
        try:
            watcher = await self._bucket.watchall()
        except FAILURES as error:
            raise UnavailableError(f"the bucket cannot be watched ({error!r})") from error
        try:
            async for found in watcher:
                if found is not None:
                    on_entry(Entry(found.key, found.value or b"", found.revision or 0))
        finally:
            with contextlib.suppress(*FAILURES):
                await watcher.stop()

    # What owners keep for each other

    async def ask_kept(self, request: Request) -> Answer:
        """Have the bucket carry out a request in which owners keep things for the next ones."""
        try:
            return await self._ask(await self._kept_bucket(), request)
        except FAILURES as error:
            logger.debug("the bucket of what is kept cannot be used: %r", error)
            return Unanswered()

    async def kept(self, keys: str) -> list[Entry]:
        """Everything there whose key is like this (`*`: any word). Raises `UnavailableError`."""
        try:
            async with asyncio.timeout(READ_S):
                await self._kept_bucket()
                return await read_all(self._client.jetstream(timeout=CONNECT_S), self._kept_name, keys)
        except FAILURES as error:
            raise UnavailableError(f"the bucket cannot be read ({error!r})") from error

    @property
    def _kept_name(self) -> str:
        return f"offhook-{self._settings.site}-kept"

    async def _kept_bucket(self) -> Any:
        if self._kept is None:
            self._kept = await _bucket(self._client, self._settings, self._kept_name)
        return self._kept

    # Messages

    async def listen(self, subject: str, handler: Handler) -> None:
        """Hand every message of the subject to `handler`, in their order. Raises `UnavailableError`."""
        await self._listen(self._client, subject, handler)

    async def listen_gathering(self, subject: str, handler: Handler) -> None:
        """The same, up to `GATHER_S` later, for less. Raises `UnavailableError`."""
        try:
            if self._second is None:
                await self._connect_second()
        except FAILURES as error:
            raise UnavailableError(f"NATS takes no second connection ({error!r})") from error
        await self._listen(self._second, subject, handler)

    async def _connect_second(self) -> None:
        """To the same server: so what a node tells comes before what it answers or writes after that."""
        if (server := self._client.connected_url) is None:
            raise ConnectionError("the first one is lost")
        client: Any = Client()
        try:
            async with asyncio.timeout(CONNECT_S):
                await _connect(client, [server.geturl()], self._settings, self._tls, self.lost)
        except BaseException:
            await _close(client)
            raise
        self._gathering = gather(client)
        self._second = client

    async def catch_up(self) -> None:
        """Until all that the server has had for this node by now is handled. Raises `UnavailableError`, after
        `ANSWER_S` at the latest."""
        if self._second is None:
            return
        if self._asked_next is None:
            self._asked_next = asyncio.create_task(self._ask_server(after=self._asked))
        asked = self._asked_next
        # Who waits no longer does not end the question: the library stops to read at an answer to one that
        # was cancelled.
        waits: set[asyncio.Future[Any]] = {asked, self.lost}
        await asyncio.wait(waits, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done() or asked.cancelled() or not asked.result():
            raise UnavailableError("NATS is away (it does not answer)")
        await asyncio.sleep(0)

    async def _ask_server(self, after: asyncio.Task[bool] | None) -> bool:
        """One question is under way at a time, and one for all who ask meanwhile: the answer to the first may
        have been sent before what they want to hear."""
        if after is not None:
            await asyncio.wait({after})
        self._asked, self._asked_next = self._asked_next, None
        try:
            with self._hurried():
                await self._second.flush()  # a server that is silent for so long has been given up before
        except FAILURES as error:
            logger.debug("NATS does not answer: %r", error)
            return False
        return True

    def _hurried(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._gathering is None else self._gathering.hurried()

    @staticmethod
    async def _listen(client: Any, subject: str, handler: Handler) -> None:
        async def take(message: Any) -> None:
            try:
                handler(message.subject, message.data, message.reply)
            except Exception:
                logger.exception("a message on %s was not understood", message.subject)

        try:
            await client.subscribe(subject, cb=take)
        except FAILURES as error:
            raise UnavailableError(f"NATS does not let us listen to {subject} ({error!r})") from error

    async def send(self, subject: str, data: bytes) -> None:
        """Send a message. Raises `UnavailableError`."""
        try:
            await self._client.publish(subject, data)
        except FAILURES as error:
            raise UnavailableError(f"NATS is away ({error!r})") from error

    async def request(self, subject: str, data: bytes, limit_s: float) -> bytes:
        """Ask a node. Raises `UnavailableError`; `TimeoutError` if nobody knows what has become of it."""
        try:
            message = await self._client.request(subject, data, timeout=limit_s)
        except nats.errors.NoRespondersError:
            raise UnavailableError("nobody is there to answer") from None
        except (nats.errors.TimeoutError, TimeoutError):
            raise TimeoutError from None
        except FAILURES as error:
            raise UnavailableError(f"NATS is away ({error!r})") from error
        answer: bytes = message.data
        return answer

    async def copies(self) -> int:
        """On how many servers the bucket is kept. Raises `UnavailableError`."""
        try:
            status = await self._bucket.status()
        except FAILURES as error:
            raise UnavailableError(f"the bucket cannot be looked at ({error!r})") from error
        return int(status.stream_info.config.num_replicas or 1)

    async def close(self) -> None:
        """End the connection, in a bounded time."""
        if self._second is not None and self._second.is_connected:
            with self._hurried():
                await asyncio.sleep(LAST_S)
        await _close(self._client)
        if self._second is not None:
            await _close(self._second)
        for asked in (self._asked, self._asked_next):
            if asked is not None:
                asked.cancel()
        if not self.lost.done():
            self.lost.set_result(None)


async def _connect(
    client: Any,
    servers: list[str],
    settings: ClusterSettings,
    tls: ssl.SSLContext | None,
    lost: asyncio.Future[None],
) -> None:
    """`lost` is done when the connection is closed. Raises `FAILURES`."""

    async def on_closed() -> None:
        if not lost.done():
            lost.set_result(None)

    async def on_error(error: Exception) -> None:
        logger.debug("NATS: %s", error)

    await client.connect(
        servers,
        name=f"offhook {settings.site} {settings.node}",
        allow_reconnect=False,
        connect_timeout=CONNECT_S,
        ping_interval=PING_S,
        max_outstanding_pings=MAX_PINGS,
        token=settings.token or None,
        tls=tls,
        closed_cb=on_closed,
        error_cb=on_error,
    )


async def _read(bucket: Any, request: Get) -> Entry:
    try:
        found = await bucket.get(request.key)
    except nats.js.errors.KeyNotFoundError:
        return Entry(request.key, b"", 0)
    return Entry(request.key, found.value or b"", found.revision or 0)


async def _bucket(client: Any, settings: ClusterSettings, name: str) -> Any:
    """A bucket of the site, made if it is not there. It is read from the leader, as `direct` is not set."""
    stream = client.jetstream(timeout=CONNECT_S)
    try:
        return await stream.key_value(name)
    except nats.js.errors.BucketNotFoundError:
        return await stream.create_key_value(
            bucket=name, history=1, replicas=settings.replicas, storage=StorageType.FILE
        )


async def _close(client: Any) -> None:
    with contextlib.suppress(*FAILURES):
        async with asyncio.timeout(CLOSE_S):
            await client.close()
