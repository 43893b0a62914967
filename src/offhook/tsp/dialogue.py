"""What a session speaks after its Login: version 1 and 2 (`actions`), or version 3 (`callcontrol`)."""

import logging
from collections.abc import Coroutine, Iterable
from typing import Any, Protocol

from offhook.call import CallState, Command, commands
from offhook.errors import CallError, Refusal
from offhook.tsp.auditrecord import OK
from offhook.tsp.backend import Backend
from offhook.tsp.messages import Dial, Drop, Notify, Response
from offhook.tsp.messages3 import BadRequest, Notify3, Request, Result

logger = logging.getLogger(__name__)


class Port(Protocol):
    """What a dialogue needs of its session."""

    @property
    def ended(self) -> bool:
        """Is nobody there any more to hear an answer?"""
        ...

    def answer(self, message: Response | Result) -> None:
        """Write the answer to what was asked."""
        ...

    def tell(self, messages: Iterable[Notify | Notify3]) -> None:
        """Write what has happened."""
        ...

    def note(self, command: Command[Any], result: str, call: str = "") -> None:
        """Write into the audit log what was asked and what came of it."""
        ...

    def worked(self) -> None:
        """What `Dialogue.perform` returned is done."""
        ...


class Dialogue(Protocol):
    """One session's conversation about the calls of one terminal."""

    overlapping: bool
    """May one thing be asked for before the one before is answered?"""

    @property
    def open(self) -> int:
        """How many such things are still to be answered."""
        ...

    def begin(self) -> None:
        """Tell how things are, and from now on how they change."""
        ...

    def perform(self, asked: Dial | Drop | Request | BadRequest) -> Coroutine[Any, Any, None] | None:
        """What there is to do, if it is not answered yet. The session runs it."""
        ...

    def end(self) -> None:
        """Tell nothing more."""
        ...


def refusal_of(error: Exception) -> CallError:
    """The refusal that an exception of the backend amounts to."""
    if isinstance(error, CallError):
        return error
    logger.error("a command failed for no foreseen reason", exc_info=error)
    return CallError(Refusal.FAILURE, "the Smart Messenger failed; see its log, then try again")


async def withdraw(port: Port, backend: Backend, terminal: str, call_id: str) -> None:
    """The session ended before the answer to its dial, so for the peer the dial failed: drop its call.

    Only while the terminal is still ringing. Once somebody has lifted the phone, the call goes on; and a call
    that the peer knows never ends with the session.
    """
    call = next((call for call in backend.live(terminal) if call.id == call_id), None)
    if call is not None and call.state is not CallState.OFF_HOOK:
        return
    command = commands.Drop(call_id, terminal)
    try:
        await backend.perform(command)
    except Exception as error:
        logger.info("call %s cannot be taken back: %s", call_id, refusal_of(error).refusal.value)
    else:
        port.note(command, OK)
