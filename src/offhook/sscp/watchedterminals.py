"""The terminals that a client watches, and their calls: events change them, and gaps are asked for."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from offhook.call import Call, Terminal
from offhook.sscp.asking import terminals_in
from offhook.sscp.channel import RequestChannel
from offhook.sscp.messages import (
    EVERY_TERMINAL,
    MAX_WATCH,
    WATCH_MANY,
    CallChange,
    Calls,
    Error,
    History,
    Reply,
)
from offhook.sscp.replica import CallReplica, Resync
from offhook.sscp.watchqueue import watch_command

logger = logging.getLogger(__name__)


class WatchedTerminals:
    """Outlives the sessions: what was watched in one is watched in the next.

    `on_call` and `on_terminal` get what is new of them; they must not raise.
    """

    def __init__(self, on_call: Callable[[Call], None], on_terminal: Callable[[Terminal], None]) -> None:
        self._on_call, self._on_terminal = on_call, on_terminal
        self._replica = CallReplica()
        self._watches: dict[str, bool] = {}
        """Each terminal that was asked for, or `*`, and whether the server lets us watch it."""

    def new_session(self) -> None:
        """A session has begun: the numbers of events start anew."""
        self._replica.new_session()

    def watch_again(self, channel: RequestChannel) -> None:
        """Ask in a new session to watch what was watched before."""
        every = [one for one in self._watches if one == EVERY_TERMINAL]
        named = [one for one in self._watches if one != EVERY_TERMINAL]
        for some in [*_parts(every, 1), *_parts(named, MAX_WATCH if WATCH_MANY in channel.features else 1)]:
            channel.tell(partial(watch_command, some))

    def unwatch(self, terminal: str) -> None:
        """Tell nothing more of the terminal."""
        self._watches.pop(terminal, None)
        for call in self._unwatched_calls():
            self._replica.forget(call, time.time())

    def hide(self, call_id: str) -> None:
        """Tell nothing of this call from now on."""
        self._replica.hide(call_id)

    def shown(self, calls: Iterable[Call]) -> list[Call]:
        """Those of these calls that are not hidden."""
        return self._replica.shown(calls)

    def on_reply(self, call: Call) -> None:
        """The caller of a command has got this call in the reply, so `on_call` does not hear of it."""
        if self._watching(call.terminal):
            self._replica.apply(call)

    def on_watched(
        self, channel: RequestChannel, terminals: Sequence[str], reply: Reply, *, heard: bool
    ) -> None:
        """The reply to a request to watch; `heard`: its caller has got the calls, and `on_call` does not."""
        refused = {one.terminal: Error(one.code, one.message) for one in reply.refused or ()}
        if reply.error is not None:
            refused = dict.fromkeys(terminals, reply.error)
        self._lose({one: error for one, error in refused.items() if self._watches.get(one)})
        watched = [one for one in terminals if one not in refused]
        if not watched:
            return
        self._watches.update(dict.fromkeys(watched, True))
        self._resynchronise(channel, self._replica.snapshot(watched, reply.snapshots or ()), tell=not heard)
        for one in terminals_in(reply):
            self._on_terminal(one)

    def on_snapshot(self, channel: RequestChannel, terminal: str, reply: Reply) -> None:
        """The reply to what was asked after a gap."""
        self._resynchronise(channel, self._replica.snapshot(terminal, reply.snapshots or ()), tell=True)

    def on_logged(self, call_id: str, reply: Reply) -> None:
        """What the call log says of a call that is gone."""
        self._tell(self._replica.ended(call_id, reply.calls or (), time.time()))

    def on_change(self, channel: RequestChannel, change: CallChange) -> None:
        """The event of a call. If events before it are missing, the terminal's calls are asked for."""
        seq, call = change.seq, change.call
        if not self._watching(call.terminal):
            return
        news, gap = self._replica.event(seq, call)
        self._tell(news)
        if gap:
            logger.warning("events of terminal %s are missing; asking for its calls", call.terminal)
            channel.tell(lambda number: Calls(number, call.terminal))

    def on_terminal(self, terminal: Terminal) -> None:
        """The event of a terminal."""
        if self._watching(terminal.id):
            self._on_terminal(terminal)

    def _lose(self, refused: dict[str, Error]) -> None:
        """These terminals may not be watched any more: as far as can be seen from here their calls are over.

        They are asked for again in the next session: a right that was taken from a user may be given back.
        """
        if not refused:
            return
        terminal, error = next(iter(refused.items()))
        more = f" and {len(refused) - 1} more are" if len(refused) > 1 else " is"
        logger.warning("terminal %s%s not watched any more: %s", terminal, more, error.message)
        self._watches.update(dict.fromkeys(refused, False))
        for call in self._unwatched_calls():
            self._tell(self._replica.forget(call, time.time()))

    def _unwatched_calls(self) -> list[Call]:
        return [call for call in self._replica.calls() if not self._watching(call.terminal)]

    def _resynchronise(self, channel: RequestChannel, found: Resync, *, tell: bool) -> None:
        for call in found.changed if tell else ():
            self._tell(call)
        for call in found.gone:
            channel.tell(partial(_end_of, call.id))

    def _watching(self, terminal: str) -> bool:
        return self._watches.get(terminal, False) or self._watches.get(EVERY_TERMINAL, False)

    def _tell(self, call: Call | None) -> None:
        if call is not None:
            self._on_call(call)


def _end_of(call_id: str, number: int) -> History:
    return History(number, call=call_id, limit=1)


def _parts(values: list[str], size: int) -> list[list[str]]:
    return [values[at : at + size] for at in range(0, len(values), size)]
