"""What happens to calls and terminals as lines of the log, where programs collect it.

People read the call log instead, and lines for each call would hide what they look for. Who calls whom is
left out: logs are read by more people; the call log and the audit log have it, by the call's id.
"""

import logging

from offhook.call import CallState, Terminal
from offhook.common.jsonlog import event
from offhook.manager.calls import NumberedCall
from offhook.manager.news import LOGGED_STATES, ManagerEvent

logger = logging.getLogger(__name__)


class EventLog:
    """A listener of the Call Manager.

    It tells the beginning, the answer and the end of each call, and each terminal that comes into service or
    goes.
    """

    def __init__(self) -> None:
        self._states: dict[str, CallState] = {}
        self._in_service: dict[str, bool] = {}

    def __call__(self, news: ManagerEvent) -> None:
        """Something has changed."""
        if isinstance(news, NumberedCall):
            self._call(news)
        else:
            self._terminal(news)

    def _call(self, news: NumberedCall) -> None:
        call = news.call
        before = self._states.get(call.id)
        if before is call.state or (before is not None and call.state not in LOGGED_STATES):
            return
        self._states[call.id] = call.state
        what = "begins" if before is None else "is answered"
        if call.state is CallState.ON_HOOK:
            del self._states[call.id]
            what = "ends"
        talked = None
        if call.ended is not None and call.connected is not None:
            talked = round(call.ended - call.connected, 3)
        logger.info(
            "call %s %s",
            call.id,
            what,
            extra=event(
                event="call",
                terminal=call.terminal,
                direction=call.direction.value,
                state=call.state.value,
                cause=None if call.cause is None else call.cause.value,
                talked_s=talked,
                external=call.external,
            ),
        )

    def _terminal(self, terminal: Terminal) -> None:
        if self._in_service.get(terminal.id) is terminal.in_service:
            return
        self._in_service[terminal.id] = terminal.in_service
        logger.info(
            "terminal %s is %s",
            terminal.id,
            "in service" if terminal.in_service else "out of service",
            extra=event(event="terminal", in_service=terminal.in_service, problem=terminal.problem or None),
        )
