"""What goes out to the clients of a server: answers to their commands, and events to those who watch."""

from collections.abc import Callable, Mapping

from offhook.call import Terminal, TrunkState
from offhook.common.aborting import abort
from offhook.manager.news import asked_for
from offhook.manager.service import ManagerEvent
from offhook.manager.watched import watched
from offhook.manager.watchers import Watchers
from offhook.sscp.connection import call_event, phones_event, terminal_event, trunk_event
from offhook.sscp.frames import framed
from offhook.sscp.listing import Listing
from offhook.sscp.older import older_call
from offhook.sscp.session import Session
from offhook.sscp.wire import Wire

MAX_UNSENT = 256 * 1024
"""Bytes of events that wait for one client: some four hundred. A client that far behind is cut off; it comes
back and takes a snapshot. What it asked for is not counted, but until that is read it is answered nothing
more."""

MANY = 100
"""Who watches more terminals than this serves or shows a site: what happens there at one moment goes out
together. To people it goes at once."""

UNSENT_A_WATCH = 2048
"""So much more for each terminal that it watches: some three events of each."""


class Outgoing:
    """Writes without waiting, to the open sessions of `connections`. `note` logs who was cut off."""

    def __init__(
        self, connections: Mapping[Session, Wire], listing: Listing, note: Callable[[str, str], None]
    ) -> None:
        self.watchers: Watchers[Session] = Watchers()
        self._connections, self._listing, self._note = connections, listing, note
        self._answers: dict[Session, int] = {}

    def read(self, session: Session) -> None:
        """The client has read its last answer, or the session is over."""
        self._answers.pop(session, None)

    def answer(self, session: Session) -> None:
        """Write what the session has for its client. What it asked for does not count as unread events."""
        outbox, session.protocol.outbox = session.protocol.outbox, []
        connection = self._connections.get(session)
        if outbox and connection is not None:
            for message in outbox:
                connection.write(framed(message))
            self._answers[session] = connection.transport.get_write_buffer_size()

    def on_event(self, event: ManagerEvent) -> None:
        """Tell those who watch, each kind of them as it may know and can read it."""
        if isinstance(event, Terminal):
            self._listing.forget()
        terminal = event.id if isinstance(event, Terminal) else event.call.terminal
        kinds: dict[tuple[bool, bool], list[Session]] = {}
        for session in self.watchers.of(terminal):
            kinds.setdefault((session.uses(terminal), session.older), []).append(session)
        for (uses, older), sessions in kinds.items():
            message = _encoded(event if uses else watched(event), older=older)
            asked = asked_for(event)
            free = [session for session in sessions if not session.holds(terminal, message, asked=asked)]
            self.write(free, message)

    def on_trunk(self, trunk: TrunkState) -> None:
        """Tell those who have asked to be told of trunks."""
        watching = [session for session in self._connections if session.watches_trunks]
        if watching:
            self.write(watching, trunk_event(trunk))

    def on_phones(self) -> None:
        """Tell those who have asked to be told of changes of the phones that fetch their configuration."""
        watching = [session for session in self._connections if session.watches_phones]
        if watching:
            self.write(watching, phones_event())

    def write(self, sessions: list[Session], message: bytes) -> None:
        """Write a message. A client that is too far behind is disconnected instead."""
        frame = b""
        for session in sessions:
            connection = self._connections.get(session)  # a command may outlive its session
            if connection is None or connection.transport.is_closing():
                continue
            unsent = connection.transport.get_write_buffer_size() - self._answers.get(session, 0)
            if unsent > MAX_UNSENT and unsent > MAX_UNSENT + UNSENT_A_WATCH * session.watches:
                self._note("cut off a session: it does not read what it asked for", session.source)
                abort(connection.transport)
                continue
            frame = frame or framed(message)
            if session.watches > MANY:
                connection.write_joined(frame)
            else:
                connection.write(frame)


def _encoded(event: ManagerEvent, *, older: bool) -> bytes:
    """The event, once for all watchers of a kind."""
    if isinstance(event, Terminal):
        return terminal_event(event, older=older)
    return call_event(event.seq, older_call(event.call) if older else event.call)
