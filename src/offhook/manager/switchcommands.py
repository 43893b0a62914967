"""Has the switch carry out commands that have been checked, and keeps a new call's events in order."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any, cast

from offhook.call import BEGIN_A_CALL, Call, Command, Dial, Result
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.manager.news import News
from offhook.switch.base import Switch

logger = logging.getLogger(__name__)

RESTART_S = 5.0
"""After so long who was refused because of a restart may try again: it takes some seconds."""


class SwitchCommands:
    """`for_help` says of a number whether it is one for help, which is dialled during a restart too."""

    def __init__(self, switch: Switch, news: News, for_help: Callable[[str], bool]) -> None:
        self._switch, self._news, self._for_help = switch, news, for_help
        self.timed: Callable[[Command[Any], float], None] | None = None
        """Hears how many seconds the switch took for each command, whether it was done or failed."""
        self.draining = False
        """Are no new calls begun, because of a restart?"""

    async def perform(self, terminal: str, command: Command[Result]) -> Result:
        """Have a command for the terminal carried out. Raises `CallError` and nothing else.

        The events of a call that it begins are held back until the switch has returned that call, so that the
        call's beginning is its first event.
        """
        if not isinstance(command, BEGIN_A_CALL):
            return await self._at_switch(command)
        if self.draining and not (isinstance(command, Dial) and self._for_help(command.address)):
            raise CallError(
                Refusal.UNAVAILABLE,
                "the Call Manager is being restarted, and begins no new calls; try again in a moment",
                retry_s=RESTART_S,
            )
        if self._news.beginning(terminal):
            raise CallError(
                Refusal.TERMINAL_BUSY, f"terminal {terminal} is just beginning a call; try again in a moment"
            )
        self._news.hold_back(terminal)
        try:
            call = cast("Call", await self._at_switch(command))
            self._news.apply(call)
            return cast("Result", self._news.calls.get(call.id) or call)
        finally:
            self._news.let_go(terminal)

    async def _at_switch(self, command: Command[Result]) -> Result:
        begun = perf_counter()
        try:
            return await self._switch.perform(command)
        except UnavailableError as error:
            raise CallError(Refusal.UNAVAILABLE, str(error)) from error
        except CallError:
            raise
        except Exception as error:
            logger.exception("the switch failed: %s", command)
            raise CallError(
                Refusal.FAILURE,
                "the switch failed; try again, and if it stays so see the Call Manager's log",
            ) from error
        finally:
            if self.timed is not None:
                self.timed(command, perf_counter() - begun)
