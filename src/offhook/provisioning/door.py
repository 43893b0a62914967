"""Where phones fetch their files, over HTTP and HTTPS: nothing else can be asked for there.

`/<file>` is for a phone in its window, or with a certificate; `/p/<secret>/<file>` is a phone's secret path.
All else is 404, and tells nothing. See `grants` for who is given what. On its secret path a phone also looks
people up in the phone book.
"""

from __future__ import annotations

import logging
import re
import shlex
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from hashlib import sha256
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote

from offhook.common.network import RateLimitKeys
from offhook.common.threads import Threads
from offhook.common.throttle import Buckets
from offhook.errors import ConfigError, PhoneError, UnavailableError
from offhook.http.guard import Asker, Guard
from offhook.http.problems import ProblemError
from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.certificates import mac_of
from offhook.provisioning.grants import Via, path_of
from offhook.provisioning.models import MAX_NAME, Models, Vendor
from offhook.provisioning.phonebook import BOOK, People, page
from offhook.provisioning.phones import Phones
from offhook.provisioning.render import Templates
from offhook.provisioning.site import AUTHORITY, Site
from offhook.provisioning.values import written_mac

logger = logging.getLogger(__name__)

FREE, EVERY_S = 60.0, 10.0
"""Answers 404 to one host at once, and how soon one more: at each start a phone asks for some ten files that
it does not get. For all MAC addresses of one vendor a host needs five years."""

MAX_PLACES = 4096
"""Hosts whose 404s are counted, the latest ones."""

MAX_MAKING = 4
"""Files that are made at a time; others wait. Each takes some milliseconds."""

MAX_WAITING = 200
"""Requests at a time: 500 phones that start together do not all ask in the same tenth of a second."""

_SECRET: Final = re.compile(r"/p/([a-z0-9]{32})/(.*)", re.DOTALL)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Note = Callable[[str, str], None]
Audit = Callable[[ProvisionedPhone, str, bool], None]
"""Hears of each phone whose files were asked for: by which host, and whether they were given."""


class Door:
    """An ASGI application."""

    def __init__(
        self,
        phones: Phones,
        models: Models,
        templates: Templates,
        site: Site,
        *,
        people: People | None = None,
        places: RateLimitKeys | None = None,
        heard: Callable[[int], None] = lambda _file: None,
        note: Note = lambda _what, _host: None,
        audit: Audit = lambda _phone, _source, _given: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._phones, self._models, self._templates, self._site = phones, models, templates, site
        self._people = people
        self._places, self._heard, self._note, self._audit = places or RateLimitKeys(), heard, note, audit
        self._clock = clock
        self._guard = Guard([site.host] if site.host else [])
        self._misses = Buckets(free=FREE, every_s=EVERY_S, keys=MAX_PLACES)
        self._threads = Threads("provisioning", MAX_MAKING)
        self._waiting = 0

    async def __call__(self, scope: Scope, _receive: object, send: Send) -> None:
        """Answer a request."""
        connection = scope["state"]["connection"]
        head = scope["method"] == "HEAD"
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")])
            return
        if self._waiting >= MAX_WAITING:
            await _answer(send, 503, [(b"retry-after", b"5")])
            return
        self._waiting += 1
        try:
            status, headers, body = await self._file(scope, connection)
        finally:
            self._waiting -= 1
        if status < 400:
            self._heard(connection.file)
        await _answer(send, status, headers, b"" if head else body, length=len(body))

    async def _file(self, scope: Scope, connection: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        source = str(scope["client"][0]) if scope.get("client") else ""
        if not self._is_phone(scope, source):
            return self._nothing(source)
        path = unquote(scope["raw_path"].partition(b"?")[0].decode("latin-1"))
        secret = _SECRET.fullmatch(path)
        name = secret[2] if secret is not None else path.removeprefix("/")
        user_agent = _header(scope, b"user-agent")
        if secret is not None and name == BOOK:
            return await self._book(secret[1], scope, source)
        wanted = self._wanted(name, None if secret is None else secret[1], source, connection)
        if wanted is None:
            if secret is None:
                self._say_who(name, user_agent, source)
            return self._nothing(source)
        phone, via = wanted
        if not self._phones.may_be_given(phone, source, via) and self._is_slowed(source):
            return self._nothing(source)
        try:
            given = await self._phones.asked(phone.mac, source, via, user_agent)
        except (UnavailableError, OSError) as error:
            logger.error("%s", error)
            return 503, [(b"retry-after", b"30")], b""
        if given is None:
            self._audit(phone, source, False)
            return self._nothing(source)
        return await self._made(given, name, scope, source, _asked(connection))

    async def _made(
        self, phone: ProvisionedPhone, name: str, scope: Scope, source: str, asked_at: str
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        vendor, _ = self._models.find(phone.model)
        if name == AUTHORITY:
            content_type = "application/x-pem-file"
        else:
            asked = vendor.asked_for(name)
            if asked is None:
                return self._nothing(source)
            content_type = asked[0].content_type
        try:
            body = await self._threads.run(self._bytes, phone, vendor, name, _base(scope, phone), asked_at)
        except (ConfigError, PhoneError, OSError) as error:
            self._note(f"phone {phone.mac} cannot be given {name}: {error}", source)
            return 500, [], b""
        self._audit(phone, source, True)
        tag = b'"' + sha256(body).hexdigest()[:32].encode() + b'"'
        headers = [(b"etag", tag), (b"cache-control", b"no-store")]
        if tag in [one.strip() for one in _header(scope, b"if-none-match").encode("latin-1").split(b",")]:
            return 304, headers, b""
        return 200, [*headers, (b"content-type", content_type.encode())], body

    async def _book(
        self, path: str, scope: Scope, source: str
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """A page of the phone book, for the host that has fetched the phone's files."""
        phone = self._phones.of_path(path)
        people = self._people
        if people is None or phone is None or phone.source != source:
            return self._nothing(source)
        try:
            vendor = self._models.find(phone.model)[0]
        except PhoneError:
            return self._nothing(source)
        book = vendor.book
        if book is None:
            return self._nothing(source)
        url, query, language = _base(scope, phone) + BOOK, scope["query_string"], self._site.settings.language

        def made() -> bytes:
            found = page(people, url, query, size=book.entries, asks=book.asks, language=language)
            return self._templates.book(book.template, found)

        try:
            body = await self._threads.run(made)
        except ConfigError as error:
            self._note(f"phone {phone.mac} cannot be given its phone book: {error}", source)
            return 500, [], b""
        return 200, [(b"cache-control", b"no-store"), (b"content-type", book.content_type.encode())], body

    def _say_who(self, name: str, user_agent: str, source: str) -> None:
        """Tell the administrator of a phone that asks and is not let in, and how it would be."""
        asking = self._models.asking(name, user_agent)
        if asking is None or asking.mac is None or self._is_slowed(source):
            return
        mac, phone = written_mac(asking.mac), self._phones.of_mac(asking.mac)
        what = f"{asking.vendor.title} {asking.model or 'phone'} {mac} asks for its configuration"
        if phone is None:
            add = (
                f"offhook phone add {mac} --model {shlex.quote(asking.model or 'MODEL')} --terminal TERMINAL"
            )
            self._note(f"{what}, and is not known: {add}", source)
        elif not self._phones.is_open(phone):
            self._note(f"{what}, and is not let in: offhook phone open {mac}", source)

    def _bytes(self, phone: ProvisionedPhone, vendor: Vendor, name: str, base: str, asked_at: str) -> bytes:
        if name == AUTHORITY:
            file = self._site.settings.authority
            return b"" if file is None else file.read_bytes()
        asked = vendor.asked_for(name)
        assert asked is not None
        return self._templates.render(asked[0].template, self._site.phone(phone, vendor, base, asked_at))

    def _is_phone(self, scope: Scope, source: str) -> bool:
        """No page in a browser on this network, which somebody elsewhere has made (see `http.guard`)."""
        try:
            host = self._guard.check_host([value.decode("latin-1") for value in _values(scope, b"host")])
        except ProblemError as error:
            self._note(f"{error.detail.replace('http.hosts', 'provisioning.host')}", source)
            return False
        asker = self._guard.asker(
            host, _header(scope, b"origin") or None, _header(scope, b"sec-fetch-site") or None
        )
        return asker is Asker.PROGRAM

    def _wanted(
        self, name: str, secret: str | None, source: str, connection: Any
    ) -> tuple[ProvisionedPhone, Via] | None:
        """Whose file it is, and by what it is asked for; None if that is nothing."""
        if not name or len(name) > MAX_NAME:
            return None
        if secret is not None:
            phone = self._phones.of_path(secret)
            return None if phone is None or not self._has(phone, name) else (phone, Via.PATH)
        shown = mac_of(connection.transport.get_extra_info("ssl_object"))
        if shown is not None and (phone := self._phones.of_mac(shown)) is not None and self._has(phone, name):
            return phone, Via.CERTIFICATE
        if self._is_slowed(source):
            return None
        for mac in self._models.macs_in(name):
            phone = self._phones.of_mac(mac)
            if phone is not None and self._phones.is_open(phone) and self._has(phone, name):
                return phone, Via.NAME
        phone = self._phones.fetching(source)
        return (phone, Via.NAME) if phone is not None and self._has(phone, name) else None

    def _has(self, phone: ProvisionedPhone, name: str) -> bool:
        """Does such a phone ask for a file of this name, and not of another phone?"""
        if name == AUTHORITY:
            return self._site.settings.authority is not None
        try:
            found = self._models.find(phone.model)[0].asked_for(name)
        except PhoneError:
            return False  # a vendor of the site's folder that is there no more
        return found is not None and found[1] in (None, phone.mac)

    def _is_slowed(self, source: str) -> bool:
        return self._misses.wait(self._places.of(source), self._clock()) > 0

    def _nothing(self, source: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        self._misses.failed(self._places.of(source), self._clock())
        return 404, [], b""


def _asked(connection: Any) -> str:
    """The address of this machine to which the phone has made the connection: it reaches that one."""
    address: str = connection.transport.get_extra_info("sockname")[0]
    return address


def _base(scope: Scope, phone: ProvisionedPhone) -> str:
    """Where this phone's files are: at the host that it has asked, on its secret path."""
    return f"{scope['scheme']}://{_header(scope, b'host')}/p/{path_of(phone)}/"


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for value in _values(scope, name)), "")


async def _answer(
    send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"", *, length: int = 0
) -> None:
    size = [] if status == 304 else [(b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *size]})
    await send({"type": "http.response.body", "body": body})
