"""Several media engines in their order: a call is given to the first that answers, and stays with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from offhook.switch.media.engine import Answer, Command, Engine, problem

logger = logging.getLogger(__name__)

OnTaken = Callable[[Engine | None, Answer | None], None]
"""Gets the engine that has done it and its answer; None for both if none has."""


class Engines:
    """An engine that does not answer gets no new calls until it answers a ping again."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.all = list(engines)

    def start(self) -> None:
        """Begin to ping the engines."""
        for engine in self.all:
            engine.start()

    def stop(self) -> None:
        """Stop pinging."""
        for engine in self.all:
            engine.stop()

    def others(self, engine: Engine) -> bool:
        """Is there another engine that answers?"""
        return any(one.up for one in self.all if one is not engine)

    def offer(self, command: Command, first: Engine | None, done: OnTaken) -> None:
        """Have an engine relay the media: `first` if it has the call already, else the first that answers."""
        well = [engine for engine in self.all if engine.up is not False]
        self._try(command, sorted(well, key=lambda engine: engine is not first), first, done)

    def _try(self, command: Command, engines: Sequence[Engine], first: Engine | None, done: OnTaken) -> None:
        if not engines:
            done(None, None)
            return
        engine = engines[0]

        def answered(answer: Answer | None) -> None:
            why = problem(answer)
            if not why:
                done(engine, answer)
                return
            if answer is not None:
                logger.warning("media engine %s refuses a call: %s", engine.name, why)
            elif engine is not first:  # it may only have been slow
                engine.ask({"command": "delete", "call-id": command["call-id"]}, lambda _answer: None)
            self._try(command, engines[1:], first, done)

        engine.ask(command, answered)
