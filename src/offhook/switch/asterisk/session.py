"""An AMI session without I/O: banner, login, actions and their answers, events."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count

from offhook.errors import PeerError
from offhook.switch.asterisk.ami import Message, Reader, encode

Fields = list[tuple[str, str]]
Answer = Callable[["Reply"], None]

MAX_WAITING = 20_000
"""Actions that were sent and not answered yet: ten times the calls that may be live."""

MAX_ITEMS = 100_000
"""Items of one list: Asterisk has far fewer channels and devices."""


class Reply:
    """The reply to an action: its response, and the items of the list that followed, if one did."""

    def __init__(self, response: Message, items: list[Message]) -> None:
        self.response, self.items = response, items

    @property
    def good(self) -> bool:
        """Was it carried out?"""
        return self.response.get("response") in ("Success", "Pong", "Goodbye")

    @property
    def text(self) -> str:
        """Asterisk's message, for a person."""
        return self.response.get("message")


class LoginRefused(PeerError):
    """Asterisk does not take user and secret."""


class AmiSession:
    """Hand it what comes by `receive`, and send what `outgoing` returns; `on_event` gets each event.

    Logs in by itself, with the MD5 challenge. Where Asterisk offers none the secret goes in the clear if
    `clear` allows it (over TLS, or on this machine). `on_ready` is called once.
    """

    def __init__(
        self,
        user: str,
        secret: str,
        *,
        clear: bool,
        on_ready: Callable[[], None],
        on_event: Callable[[Message], None],
    ) -> None:
        self._user, self._secret, self._clear = user, secret, clear
        self._on_ready, self._on_event = on_ready, on_event
        self._reader = Reader()
        self._out: list[bytes] = []
        self._numbers = count(1)
        self._waiting: dict[str, Answer] = {}
        self._lists: dict[str, tuple[Message, list[Message]]] = {}
        self._greeted = False
        self.ready = False

    @property
    def version(self) -> str:
        """Of AMI, like `11.0.0`; "" before the banner."""
        return self._reader.banner.rpartition("/")[2]

    def outgoing(self) -> bytes:
        """What is to be sent now."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    def act(self, action: str, fields: Fields, answer: Answer) -> None:
        """Send an action; `answer` gets its reply. Raises `ValueError` for a line break in a value."""
        if len(self._waiting) >= MAX_WAITING:
            raise PeerError(f"Asterisk leaves more than {MAX_WAITING} actions without an answer")
        number = str(next(self._numbers))
        self._out.append(encode(action, [("ActionID", number), *fields]))
        self._waiting[number] = answer

    def receive(self, data: bytes) -> None:
        """Process bytes from Asterisk. Raises `PeerError`, also `LoginRefused`."""
        messages = self._reader.feed(data)
        if self._reader.banner and not self._greeted:
            self._greeted = True
            self.act("Challenge", [("AuthType", "MD5")], self._challenged)
        for message in messages:
            self._dispatch(message)

    def _dispatch(self, message: Message) -> None:
        number = message.get("actionid")
        if not message.event:
            self._respond(number, message)
        elif number in self._lists:
            self._listed(number, message)
        else:
            self._on_event(message)

    def _respond(self, number: str, message: Message) -> None:
        if message.get("eventlist").lower() == "start" and number in self._waiting:
            self._lists[number] = (message, [])
        elif (answer := self._waiting.pop(number, None)) is not None:
            answer(Reply(message, []))

    def _listed(self, number: str, message: Message) -> None:
        response, items = self._lists[number]
        if message.get("eventlist").lower() == "complete":
            del self._lists[number]
            self._waiting.pop(number)(Reply(response, items))
        elif len(items) >= MAX_ITEMS:
            raise PeerError(f"Asterisk sent a list of more than {MAX_ITEMS} items")
        else:
            items.append(message)

    # Login

    def _challenged(self, reply: Reply) -> None:
        challenge = reply.response.get("challenge")
        login: Fields = [("Username", self._user)]
        if challenge:
            key = hashlib.md5(f"{challenge}{self._secret}".encode(), usedforsecurity=False).hexdigest()
            login += [("AuthType", "MD5"), ("Key", key)]
        elif self._clear:
            login += [("Secret", self._secret)]
        else:
            raise PeerError(
                "Asterisk offers no MD5 challenge, and the secret is not sent in the clear; use TLS"
            )
        self.act("Login", [*login, ("Events", "call")], self._logged_in)

    def _logged_in(self, reply: Reply) -> None:
        if not reply.good:
            raise LoginRefused(f"Asterisk refused the login of {self._user}: {reply.text}")
        self.ready = True
        self._on_ready()
