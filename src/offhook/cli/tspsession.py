"""A TSP session on a blocking socket: the shortest way from the command line to the Smart Messenger."""

import select
import socket
from argparse import Namespace
from collections import deque
from types import TracebackType
from typing import Self

from offhook.call.refusals import PRESENTATIONS
from offhook.config import Config, read_secret
from offhook.errors import CallError, ConfigError, PeerError, Refusal, UnavailableError
from offhook.tsp.connection import ProtocolError, Role, TspConnection
from offhook.tsp.messages import Dial, Drop, Fail, Login, Notify, Response, Success

CONNECT_LIMIT_S = 5.0
RESPONSE_LIMIT_S = 15.0
"""A Dial is answered once the Call Manager took it on; it gives up earlier than this by itself."""

MOST_NAMED = 8
"""Phones that are named where another one was asked for."""

RECEIVE = 4096


class TspSession:
    """One session. A context manager; leaving it ends the session, not its calls."""

    def __init__(self, connection: socket.socket, place: str) -> None:
        self._socket, self._place = connection, place
        self._connection = TspConnection(Role.CLIENT)
        self._responses: deque[Response] = deque()
        self._notifies: deque[Notify] = deque()
        self.earlier: frozenset[str] = frozenset()
        """The ids of the calls that were told of before the newest Response."""

    @classmethod
    def open(cls, config: Config, terminal: str = "") -> Self:
        """Connect and log in, for this terminal or the Smart Messenger's default one.

        Where no token is required and no terminal asked for, one that knows no Login will do as well.
        Raises `UnavailableError`, `CallError`, and `ConfigError` when a required token cannot be read.
        """
        place = config.tsp.listen.here
        needed = config.tsp.require_token
        token, unreadable = _token(config)
        try:
            connection = socket.create_connection((place.host, place.port), CONNECT_LIMIT_S)
        except OSError as error:
            raise UnavailableError(
                f"no Smart Messenger at {place} ({error.strerror or error})",
                "start it with: offhook up",
            ) from None
        session = cls(connection, str(place))
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if needed and unreadable is not None:
                raise unreadable
            refused = session.ask(Login(terminal, token))
            if isinstance(refused, Fail) and terminal:
                _check_known(config, terminal)
            if isinstance(refused, Fail) and (terminal or needed):
                raise refusal(
                    refused, f"the login for {f'terminal {terminal}' if terminal else 'your phone'}"
                )
        except BaseException:
            connection.close()
            raise
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, action: Dial | Drop | Login) -> Response:
        """Send an Action; its Response. Raises `UnavailableError` when none comes."""
        try:
            self._socket.sendall(self._connection.send(action))
        except OSError as error:
            raise self._ended(error.strerror) from None
        while not self._responses:
            self._read(RESPONSE_LIMIT_S)
        return self._responses.popleft()

    def quiet_for(self, limit_s: float) -> bool:
        """Is nothing told for so long?"""
        return not self._notifies and not select.select([self._socket], [], [], limit_s)[0]

    def notify(self, limit_s: float | None = None) -> Notify:
        """The next Notify. Raises `UnavailableError` when the session ends before, or after `limit_s`."""
        while not self._notifies:
            self._read(limit_s)
        return self._notifies.popleft()

    def _read(self, limit_s: float | None) -> None:
        self._socket.settimeout(limit_s)
        try:
            data = self._socket.recv(RECEIVE)
        except TimeoutError:
            raise UnavailableError(
                f"the Smart Messenger at {self._place} does not answer",
                "is it one? See: offhook check",
            ) from None
        except OSError as error:
            raise self._ended(error.strerror) from None
        if not data:
            raise self._ended(None)
        for event in self._connection.receive(data):
            match event:
                case Success() | Fail():
                    self._responses.append(event)
                    self.earlier |= {notify.call_id for notify in self._notifies}
                case ProtocolError(fault):
                    raise PeerError(f"{self._place} sent {fault.value}; is it a Smart Messenger?")
                case _ if isinstance(event, Notify):
                    self._notifies.append(event)

    def _ended(self, why: str | None) -> UnavailableError:
        reason = f" ({why})" if why else ""
        return UnavailableError(
            f"the Smart Messenger at {self._place} ended the session{reason}",
            "see: offhook check",
        )


def _check_known(config: Config, terminal: str) -> None:
    """Raises `CallError` for a phone that the configuration of this machine's switch has not."""
    known = [one.id for one in config.terminals]
    if known and not config.sscp.url and terminal not in known:
        more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
        raise CallError(
            Refusal.NO_SUCH_TERMINAL,
            f"there is no phone {terminal}; phones: {', '.join(known[:MOST_NAMED])}{more}",
        )


def refusal(response: Fail, what: str) -> CallError:
    """The error for a refused Action, with what to do next."""
    known = {one.value: one for one in Refusal}.get(response.reason or "", Refusal.FAILURE)
    if response.reason is None:
        return CallError(known, f"{what} was refused; the Smart Messenger's log says why")
    return CallError(known, f"{what} was refused ({response.reason}); {PRESENTATIONS[known].step}")


def refused(options: Namespace, response: Fail, what: str) -> CallError:
    """The same, with what the Call Manager knows of the reason where there can be several."""
    error = refusal(response, what)
    if error.refusal not in (Refusal.UNAVAILABLE, Refusal.TERMINAL_UNAVAILABLE):
        return error
    from offhook.cli.whynot import why_refused  # it takes its time, and nothing is dialled any more

    why = why_refused(options, error.refusal, options.terminal)
    return CallError(error.refusal, f"{what} was refused ({response.reason}); {why}") if why else error


def _token(config: Config) -> tuple[str, ConfigError | None]:
    try:
        return read_secret(config.tsp.token_file, "tsp.token_file"), None
    except ConfigError as error:
        return "", error
