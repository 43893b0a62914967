"""One rtpengine, sans-IO: commands of its ng protocol out, answers in, time by the timers that are handed in.

The protocol (docs/ng_control_protocol.md of rtpengine): a datagram is a cookie, a space and a bencoded
dictionary; the answer has the same cookie. A command that was lost is sent again with its cookie, and the
engine then repeats its answer instead of doing it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from offhook.sip.endpoint import Endpoint
from offhook.sip.timers import Timer
from offhook.sip.tokens import new_token
from offhook.switch.media.bencode import BencodeError, Value, Written, decode, encode

logger = logging.getLogger(__name__)

SEND_AGAIN_S = (0.1, 0.2, 0.4)
"""When a command is sent again, each time from the last one; the last of them is when it is given up. An
engine answers in less than a millisecond, and a caller waits for this: 0.7 s in all."""

PING_S = 5.0
"""How often an engine is asked whether it is there."""

MAX_OPEN = 1000
"""Commands that wait for an answer at a time: more than a second of the heaviest traffic. What is more is
refused at once, and the calls go on as they do without the engine."""

MAX_REASON = 100
"""Characters of an engine's own words that are logged."""

Command = Mapping[str, Written]
Answer = Mapping[bytes, Value]
OnAnswer = Callable[[Answer | None], None]
"""Gets the answer, None for none."""

UNKNOWN_CALL = "Unknown call-id"
"""What an engine says of a call that it does not have, because it has been started anew."""


class Engine:
    """`send` puts a datagram on its way to the engine. `up`: does it answer? None as long as that is open."""

    def __init__(self, name: str, endpoint: Endpoint, send: Callable[[bytes], None]) -> None:
        self.name, self._endpoint, self._send = name, endpoint, send
        self.up: bool | None = None
        self.on_up: Callable[[], None] = lambda: None
        """It is there (again)."""
        self._open: dict[bytes, _Open] = {}
        self._ping: Timer | None = None

    def start(self) -> None:
        """Ask it from now on whether it is there."""
        self._look(0.0)

    def stop(self) -> None:
        """Ask no more; whoever waits for an answer gets none."""
        if self._ping is not None:
            self._ping.cancel()
        for one in list(self._open.values()):
            self._done(one, None)

    def ask(self, command: Command, done: OnAnswer) -> None:
        """Send a command; `done` is called once, at once if too many are open."""
        if len(self._open) >= MAX_OPEN:
            done(None)
            return
        cookie = new_token().encode()
        one = _Open(cookie, cookie + b" " + encode(command), done)
        self._open[cookie] = one
        self._send_once(one)

    def receive(self, data: bytes) -> None:
        """A datagram of the engine. What fits to nothing is passed over."""
        cookie, _, rest = data.partition(b" ")
        one = self._open.get(cookie)
        if one is None:
            return
        try:
            answer = decode(rest)
        except BencodeError as error:
            logger.warning("media engine %s says what cannot be read: %s", self.name, error)
            return
        if isinstance(answer, dict):
            self._is_up(up=True)
            self._done(one, answer)

    def _look(self, _now: float) -> None:
        self._ping = self._endpoint.after(PING_S, self._look)
        self.ask({"command": "ping"}, lambda _answer: None)

    def _send_once(self, one: _Open) -> None:
        one.timer = self._endpoint.after(SEND_AGAIN_S[one.sent], lambda _now: self._again(one))
        one.sent += 1
        self._send(one.data)

    def _again(self, one: _Open) -> None:
        if one.sent < len(SEND_AGAIN_S):
            self._send_once(one)
            return
        self._is_up(up=False)
        self._done(one, None)

    def _done(self, one: _Open, answer: Answer | None) -> None:
        if self._open.pop(one.cookie, None) is None:
            return
        if one.timer is not None:
            one.timer.cancel()
        one.done(answer)

    def _is_up(self, *, up: bool) -> None:
        was, self.up = self.up, up
        if up and not was:
            logger.info("media engine %s answers", self.name)
            self.on_up()
        elif not up and was is not False:
            logger.warning(
                "media engine %s does not answer; look whether rtpengine runs there, and at its listen-ng",
                self.name,
            )


class _Open:
    """A command that waits for its answer."""

    __slots__ = ("cookie", "data", "done", "sent", "timer")

    def __init__(self, cookie: bytes, data: bytes, done: OnAnswer) -> None:
        self.cookie, self.data, self.done = cookie, data, done
        self.sent = 0
        self.timer: Timer | None = None


def problem(answer: Answer | None) -> str:
    """Why it was not done, in the engine's own words; "" if it was."""
    if answer is None:
        return "no answer"
    if answer.get(b"result") in (b"ok", b"pong"):
        return ""
    said = answer.get(b"error-reason") or answer.get(b"result")
    text = said.decode("utf-8", "replace")[:MAX_REASON] if isinstance(said, bytes) else ""
    return "".join(one for one in text if one.isprintable()) or "refused without a word"
