"""The messages of SSCP version 1: frozen values, the same on both ends.

One JSON object a WebSocket message, its kind in `type`. Commands carry an `id` that the client chooses; each
gets one `reply` with that id. Unknown members are ignored, so that either end may be newer. `Call`, `Party`
and `Terminal` are written with the member names of the call model and the wire names of its enums.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from offhook.call import Call, Terminal
from offhook.errors import CallError, Refusal

SUBPROTOCOL = "sscp.v1"

EVERY_TERMINAL = "*"
"""In `watch`, `unwatch` and in a user's rights: every terminal."""

MAX_MESSAGE = 64 * 1024
"""Bytes of one message to the server. The largest lawful command stays under 8 KiB."""

MAX_REPLY = 16 * 1024 * 1024
"""Bytes of one message to the client: a snapshot of 10,000 terminals with a live call each fits in."""

MAX_HISTORY = 500
"""Calls in one reply to `history`; ask for older ones with `before`."""

MAX_PAGE = 10_000
PAGE = 1000
"""Terminals in one page of `terminals`, at most and as our client asks for them: 80 KB, in a millisecond."""

MAX_WATCH = 500
"""Terminals in one `watch`: with ids as long as they may be it still fits `MAX_MESSAGE`."""

MAX_WITHDRAWN = 100
"""Dials in one `withdraw`: each may clear a call, and all of them in one turn of the server's loop."""

WATCH_MANY = "watch-many"
WITHDRAW = "withdraw"
PAGING = "paging"
FEATURES = (WATCH_MANY, WITHDRAW, PAGING)
"""What a server knows beyond the first SSCP 1, told at the login.

`watch` of many terminals; `withdraw` and `dial_id`; `terminals` page by page.
"""

CommandId = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""What JavaScript can count to without losing precision."""

Name = Annotated[str, Meta(max_length=128)]
Key = Annotated[str, Meta(max_length=64)]
Secret = Annotated[str, Meta(max_length=1024)]
Dialled = Annotated[str, Meta(max_length=256)]


class Login(Struct, tag="login", frozen=True, omit_defaults=True):
    """The first command of a session: a user with password, or a token alone.

    `keep` asks for a token in the reply, to log in with after a break without the password. `progress` asks
    for `queued` messages while the password waits to be verified.
    """

    id: CommandId
    user: Name = ""
    password: Secret = ""
    token: Secret = ""
    keep: bool = False
    progress: bool = False

    def __repr__(self) -> str:
        return f"Login(id={self.id}, user={self.user!r})"


class Dial(Struct, tag="dial", frozen=True, omit_defaults=True):
    """Begin a call of `terminal` to `address`; the reply has the call as it was taken on.

    `dial_id` is the client's own name for this dial, never used for another: said again it begins no
    second call, and `withdraw` takes it back. Empty: the dial has none.
    """

    id: CommandId
    terminal: Key
    address: Dialled
    dial_id: Key = ""


class Withdraw(Struct, tag="withdraw", frozen=True):
    """Take back dials whose reply never came: a call that one of them began is cleared.

    One that has not arrived yet is refused when it does. The reply has the calls that are being cleared.
    """

    id: CommandId
    dial_ids: Annotated[list[Key], Meta(max_length=MAX_WITHDRAWN)]


class Drop(Struct, tag="drop", frozen=True):
    """Begin to clear the call with the id `call`."""

    id: CommandId
    call: Key


class Calls(Struct, tag="calls", frozen=True, omit_defaults=True):
    """The live calls of one terminal, or without it of all that the user may use."""

    id: CommandId
    terminal: Key | None = None


class History(Struct, tag="history", frozen=True, omit_defaults=True):
    """Calls from the call log, live and over, newest first.

    Of one terminal or all that the user may use; begun before `before` (seconds since the epoch) when
    given; or the one call with the id `call`.
    """

    id: CommandId
    terminal: Key | None = None
    call: Key | None = None
    before: float | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_HISTORY)] = 50


class Terminals(Struct, tag="terminals", frozen=True, omit_defaults=True):
    """The terminals that the user may use, in the order of the configuration.

    With `limit` so many of them at most, from the one behind `after` on: page by page until fewer come.
    """

    id: CommandId
    after: Key | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] | None = None


class Watch(Struct, tag="watch", frozen=True, omit_defaults=True):
    """Be told of the terminal's calls and service from now on; the reply has its state of this moment.

    `*` watches every terminal, for those who may use them all. Instead of `terminal`, `terminals` names
    several at once; which of them are not watched, and why, is in the reply's `refused`.
    """

    id: CommandId
    terminal: Key = ""
    terminals: Annotated[list[Key], Meta(max_length=MAX_WATCH)] = []


class Unwatch(Struct, tag="unwatch", frozen=True):
    """Be told no more of the terminal. `*` ends only the watch of every terminal."""

    id: CommandId
    terminal: Key


class Logout(Struct, tag="logout", frozen=True, omit_defaults=True):
    """End this token; without one every token and session of the user, this one included."""

    id: CommandId
    token: Secret = ""

    def __repr__(self) -> str:
        return f"Logout(id={self.id})"


Command = Login | Logout | Dial | Withdraw | Drop | Calls | History | Terminals | Watch | Unwatch


class Error(Struct, frozen=True, omit_defaults=True):
    """Why a command was refused, and in `message` what to do next.

    `retry_s`: seconds after which it is worth trying again. Each client is told another time.
    """

    code: Refusal
    message: str
    retry_s: float | None = None


class Refused(Struct, frozen=True):
    """Why one of several terminals is not watched."""

    terminal: str
    code: Refusal
    message: str


class Snapshot(Struct, frozen=True):
    """A terminal's live calls, oldest first, as they are after the event number `seq` of that terminal."""

    terminal: str
    seq: int
    calls: list[Call]


class UserInfo(Struct, frozen=True):
    """Who logged in, and what for."""

    name: str
    administrator: bool
    terminals: list[str]


class Reply(Struct, tag="reply", frozen=True, omit_defaults=True):
    """The answer to the command with this id; `error` when it was refused, else what was asked for.

    login: `user`, `features` and, with `keep`, `token`. dial: `call`. withdraw: `calls`. calls:
    `snapshots`. watch: `snapshots`, `terminals` and, for several, `refused`. history: `calls`. terminals:
    `terminals`. drop, unwatch, logout: nothing more. The id is null when the command was so broken that it
    had none.
    """

    id: int | None
    error: Error | None = None
    user: UserInfo | None = None
    token: str | None = None
    call: Call | None = None
    calls: list[Call] | None = None
    snapshots: list[Snapshot] | None = None
    terminals: list[Terminal] | None = None
    refused: list[Refused] | None = None
    features: list[str] | None = None

    def __repr__(self) -> str:
        return f"Reply(id={self.id}, error={self.error})"


class Queued(Struct, tag="queued", frozen=True):
    """The login with this id waits for its password to be verified: its `place` in the queue (1 is next), and
    about how many seconds are left. Only for logins that asked for it, every few seconds."""

    id: int
    place: int
    wait_s: float


class Listed(Struct, tag="reply", frozen=True):
    """A `Reply` to `terminals` as it is written, with what was encoded before."""

    id: int
    terminals: msgspec.Raw


class CallChange(Struct, tag="call", frozen=True):
    """A call as it now is; `seq` counts its terminal's events by one, so that a gap is noticed."""

    seq: int
    call: Call


class TerminalChange(Struct, tag="terminal", frozen=True):
    """A terminal as it now is."""

    terminal: Terminal


ServerMessage = Reply | Queued | CallChange | TerminalChange
Message = Command | ServerMessage | Listed

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_server_messages: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


class _Numbered(Struct):
    id: CommandId | None = field(default=None)


_numbered = msgspec.json.Decoder(_Numbered)

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises: not JSON or not our types; not UTF-8; nested without end."""


def encode(message: Message) -> bytes:
    """The message as UTF-8 JSON."""
    return _encoder.encode(message)


def encode_terminals(terminals: list[Terminal]) -> msgspec.Raw:
    """A list of terminals, to be written into many a `Listed`."""
    return msgspec.Raw(_encoder.encode(terminals))


def decode_command(data: str | bytes) -> Command:
    """A message to the server. Raises one of `UNREADABLE`; its text names the member at fault."""
    return _commands.decode(data)


def decode_server_message(data: str | bytes) -> ServerMessage:
    """A message to the client. Raises one of `UNREADABLE`; its text names the member at fault."""
    return _server_messages.decode(data)


def id_of(data: str | bytes) -> int | None:
    """The command's id, if at least that can be read."""
    try:
        return _numbered.decode(data).id
    except UNREADABLE:
        return None


def refusal(command_id: int | None, error: CallError) -> Reply:
    """The reply that refuses a command."""
    return Reply(command_id, error=Error(error.refusal, str(error), error.retry_s))
