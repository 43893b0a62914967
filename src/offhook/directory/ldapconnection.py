"""A connection to an LDAP server (RFC 4511): encryption, bind, search by pages.

sansldap encodes and decodes the messages, without I/O; asyncio streams and Python's TLS are here. Filters are
built as values, never as text, so that typed text cannot inject a part of one.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import sansldap
from sansldap import LDAPFilter, LDAPResultCode, SearchScope

from offhook.common.aborting import abort
from offhook.common.connecting import connect_error_text
from offhook.common.privatefile import real_file
from offhook.config import DirectorySourceSettings
from offhook.directory.ldapwire import Entry, entry_name, messages, read_entry
from offhook.errors import UnavailableError

MAX_MESSAGE = 8 << 20
"""Bytes of one message: an entry with a photograph. With a longer one the connection is closed."""

READ_SLICE = 4096
"""Bytes parsed at a time: some ten entries, about a millisecond of the event loop."""

CLOSE_S = 1.0
"""How long the server may take to close the connection."""

REFUSED_BINDS = (LDAPResultCode.INVALID_CREDENTIALS, LDAPResultCode.INAPPROPRIATE_AUTHENTICATION)
"""Results for a wrong password, a blocked account, and an entry without a password."""


CUT_SHORT = (
    LDAPResultCode.SIZE_LIMIT_EXCEEDED,
    LDAPResultCode.TIME_LIMIT_EXCEEDED,
    LDAPResultCode.ADMIN_LIMIT_EXCEEDED,
    LDAPResultCode.REFERRAL,
)
"""Results after only a part of the entries has come (RFC 4511 section 4.5.2, appendix A)."""


class BindRefusedError(UnavailableError):
    """The server rejects this name with this password."""


M = TypeVar("M", bound=sansldap.LDAPMessage)


def contains(attribute: str, text: str) -> LDAPFilter:
    """`(attribute=*text*)`; special characters in the text need no escaping."""
    return sansldap.FilterSubstrings(attribute, None, [text.encode("utf-8", "replace")], None)


def parse_filter(text: str) -> LDAPFilter:
    """Parse a filter in its text form (RFC 4515). Raises `ValueError`."""
    return LDAPFilter.from_string(text)


class LdapConnection:
    """A bound connection. Made by `connect`."""

    def __init__(
        self, server: DirectorySourceSettings, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._session = sansldap.LDAPClient()
        self._waiting: list[sansldap.LDAPMessage | Entry] = []
        self._search_id = 0
        self._buffer = bytearray()
        self._unencrypted: asyncio.StreamWriter | None = None
        self.cut_short: sansldap.LDAPResult | None = None
        self.references = 0
        self.broken = 0

    async def search(
        self,
        base: str,
        filter: LDAPFilter,
        attributes: Sequence[str],
        *,
        scope: SearchScope = SearchScope.SUBTREE,
        page: int = 0,
        limit: int = 0,
    ) -> AsyncIterator[Entry]:
        """The entries, by pages if the server supports it (RFC 2696), at most `limit` (0: all).

        If the server ends the search early, `cut_short` is its result. References to other servers (RFC 4511
        section 4.5.3) are counted in `references` and not followed. Entries with a name that is not UTF-8 are
        skipped and counted in `broken`.
        """
        cookie, came = b"", False
        while True:
            paging = [sansldap.PagedResultControl(critical=False, size=page, cookie=cookie)] if page else []
            self._search_id = self._session.search_request(
                base, scope, filter=filter, attributes=list(attributes), size_limit=limit, controls=[*paging]
            )
            await self._send()
            while True:
                message = await self._next()
                if isinstance(message, Entry | sansldap.SearchResultEntry):
                    came = True
                    yield message if isinstance(message, Entry) else _entry(message)
                elif isinstance(message, sansldap.SearchResultReference):
                    self.references += 1
                elif isinstance(message, sansldap.SearchResultDone):
                    break
            code = message.result.result_code
            if came and code in CUT_SHORT and not (limit and code is LDAPResultCode.SIZE_LIMIT_EXCEEDED):
                # The entries so far are right; only the rest is missing.
                self.cut_short = message.result
                return
            if not (limit and code is LDAPResultCode.SIZE_LIMIT_EXCEEDED):
                self._check(message.result, "search")
            cookie = next(
                (one.cookie for one in message.controls if isinstance(one, sansldap.PagedResultControl)), b""
            )
            if not cookie:
                return

    async def start_tls(self) -> None:
        """Switch to TLS (RFC 4511 section 4.14). Bytes that came unencrypted
        are discarded: they may be injected."""
        self._session.extended_request(sansldap.ExtendedOperations.LDAP_START_TLS.value)
        await self._send()
        answer = await self._expect(sansldap.ExtendedResponse)
        self._check(answer.result, "encryption (StartTLS)")
        if self._waiting or self._buffer:
            raise self._error("sent something between its answer to StartTLS and the encryption")
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport = await loop.start_tls(
            self._writer.transport, protocol, tls_context(self._server), server_hostname=self._server.host
        )
        if transport is None:
            raise self._error("went away during encryption")
        protocol.connection_made(transport)
        # Keep the old writer as long as the new one: when it is collected, it closes the connection.
        self._unencrypted = self._writer
        self._reader, self._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
        self._session = sansldap.LDAPClient()

    async def bind(self, user: str, password: str) -> None:
        """Log in with name and password, or anonymously if both are empty (RFC 4513 section 5.1).

        A name without a password is refused here, because many servers take it for an anonymous login.
        """
        if user and not password:
            raise self._error("was not asked: a user without a password would be let in as nobody")
        self._session.bind_simple(user, password)
        await self._send()
        answer = await self._expect(sansldap.BindResponse)
        what = f"login of {user}" if user else "anonymous login"
        if answer.result.result_code in REFUSED_BINDS:
            refused = self._refused(answer.result, what)
            raise BindRefusedError(refused.what, refused.fix)
        self._check(answer.result, what)

    async def close(self) -> None:
        """Unbind and close, without waiting long for the server."""
        if self._session.state is not sansldap.SessionState.CLOSED:
            self._session.unbind()
            self._writer.write(self._session.data_to_send())
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            abort(self._writer.transport)

    async def _send(self) -> None:
        self._writer.write(self._session.data_to_send())
        async with asyncio.timeout(self._server.timeout_s):
            await self._writer.drain()

    async def _expect(self, kind: type[M]) -> M:
        message = await self._next()
        if not isinstance(message, kind):
            raise self._error(f"answered with {type(message).__name__}")
        return message

    async def _next(self) -> sansldap.LDAPMessage | Entry:
        """The next message. Yields to the event loop between slices, however fast the server sends."""
        taken = 0
        while not self._waiting:
            async with asyncio.timeout(self._server.timeout_s):
                data = await self._reader.read(READ_SLICE)
            if not data:
                raise self._error("closed the connection")
            taken += len(data)
            if taken > MAX_MESSAGE:
                raise self._error(f"sends a message of more than {MAX_MESSAGE} bytes")
            self._buffer += data
            self._waiting = [one for whole in messages(self._buffer) for one in self._received(whole)]
            self._waiting.reverse()
            await asyncio.sleep(0)
        return self._waiting.pop()

    def _received(self, whole: bytes) -> Sequence[sansldap.LDAPMessage | Entry]:
        if (entry := read_entry(whole, self._search_id)) is not None:
            return [entry]
        try:
            entry_name(whole).decode()
        except UnicodeDecodeError:
            self.broken += 1
            return []
        return self._session.receive(whole)

    def _check(self, result: sansldap.LDAPResult, what: str) -> None:
        if result.result_code is not LDAPResultCode.SUCCESS:
            raise self._refused(result, what)

    def _refused(self, result: sansldap.LDAPResult, what: str) -> UnavailableError:
        code = result.result_code
        detail = f": {result.diagnostics_message}" if result.diagnostics_message.isprintable() else ""
        hint = hint_for(code)
        return self._error(f"refuses the {what} ({in_words(code)}{detail[:200].rstrip(': ')})", hint)

    def _error(self, what: str, fix: str = "") -> UnavailableError:
        return UnavailableError(f"the LDAP server {self._server.place} {what}", fix)


_SIZE_HINT = (
    "raise the limit of this user there (OpenLDAP: limits dn.exact=... size=unlimited "
    "size.prtotal=unlimited), or set a narrower base or filter"
)
"""The limit applies to a paged search as a whole: a smaller page_size
does not help (slapd.conf(5), limits)."""

_HINTS = {
    LDAPResultCode.INVALID_CREDENTIALS: "check user and password_file",
    LDAPResultCode.INVALID_DN_SYNTAX: "check user and base; a name there is like cn=reader,dc=example,dc=com",
    LDAPResultCode.NO_SUCH_OBJECT: "check base, and that this user may read it",
    LDAPResultCode.SIZE_LIMIT_EXCEEDED: _SIZE_HINT,
    LDAPResultCode.TIME_LIMIT_EXCEEDED: "raise the time limit there, or set a narrower base or filter",
    LDAPResultCode.ADMIN_LIMIT_EXCEEDED: _SIZE_HINT,
    LDAPResultCode.STRONG_AUTH_REQUIRED: "set start_tls = true, or an ldaps:// url",
    LDAPResultCode.CONFIDENTIALITY_REQUIRED: "set start_tls = true, or an ldaps:// url",
    LDAPResultCode.INSUFFICIENT_ACCESS_RIGHTS: "set user and password_file of one who may read it",
    LDAPResultCode.OPERATIONS_ERROR: "Active Directory says so to who is not logged in: set user",
    LDAPResultCode.PROTOCOL_ERROR: "it may not know StartTLS; take an ldaps:// url",
}


def hint_for(code: LDAPResultCode) -> str:
    """What to do about this result."""
    return _HINTS.get(code, "ask its administrator")


def in_words(code: LDAPResultCode) -> str:
    """The result as text: `size limit exceeded`."""
    return code.name.lower().replace("_", " ")


@asynccontextmanager
async def connect(server: DirectorySourceSettings) -> AsyncIterator[LdapConnection]:
    """Connect, encrypt as configured, and bind. Every failure raises `UnavailableError`."""
    try:
        async with asyncio.timeout(server.timeout_s):
            tls = tls_context(server) if server.security == "tls" else None
            reader, writer = await asyncio.open_connection(server.host, server.port, ssl=tls)
        connection = LdapConnection(server, reader, writer)
        try:
            await _log_in(connection, server)
            yield connection
        finally:
            await connection.close()
    except TimeoutError:
        what, fix = f"does not answer within {server.timeout_s:g} s", "check url and firewall"
    except ssl.SSLCertVerificationError as error:
        what = f"has a certificate that is not trusted ({error.verify_message})"
        fix = "check host name and ca_file"
    except ssl.SSLError as error:
        what = f"cannot be encrypted ({error.reason or error})"
        fix = "check the port, and start_tls against ldaps://"
    except OSError as error:
        what, fix = f"cannot be reached ({connect_error_text(error)})", "check that it runs, and url"
    except sansldap.LDAPError as error:
        what, fix = f"breaks the protocol ({error})", "check that url names an LDAP server"
    else:
        return
    raise UnavailableError(f"the LDAP server {server.place} {what}", fix)


async def _log_in(connection: LdapConnection, server: DirectorySourceSettings) -> None:
    if server.security == "start_tls":
        async with asyncio.timeout(server.timeout_s):
            await connection.start_tls()
    await connection.bind(server.user, server.password)


def tls_context(server: DirectorySourceSettings) -> ssl.SSLContext:
    """TLS settings; the certificate and its host name are always verified. Raises `OSError`."""
    return ssl.create_default_context(cafile=server.ca_file and real_file(server.ca_file))


def _entry(message: sansldap.SearchResultEntry) -> Entry:
    entry = Entry(message.object_name, {})
    for attribute in message.attributes:
        entry.add(attribute.name, attribute.values)
    return entry
