"""The messages of SSCP version 1: frozen values, the same on both ends.

One JSON object a WebSocket message, its kind in `type`. Commands carry an `id` that the client chooses; each
gets one `reply` with that id. Unknown members are ignored, so that either end may be newer. `Call`, `Party`
and `Terminal` are written with the member names of the call model and the wire names of its enums.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Union, cast

import msgspec
from msgspec import Meta, Struct, field

from offhook.call import Call, Command, Features, NodeState, Result, Terminal, TrunkState
from offhook.call.provisioned import PhoneAction, PhoneState, PhoneVendor
from offhook.errors import CallError, Refusal
from offhook.sscp.commands import MESSAGE_TYPES, Perform, from_message, result_member, to_message
from offhook.sscp.fields import CommandId, Key, Name, Secret
from offhook.sscp.rows import FirstTerminal, Row

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
"""Terminals in one page of `terminals`, at most and as our client asks for them: 100 KB, in a millisecond.
Phones in one page of `phones` as our client asks for them."""

MAX_LET_IN = 86_400
"""Seconds for which a phone is let in."""

MAX_KNOWN = 64
"""Names in what a client says it knows."""

MAX_WATCH = 500
"""Terminals in one `watch`: with ids as long as they may be it still fits `MAX_MESSAGE`."""

WATCH_MANY = "watch-many"
WITHDRAW = "withdraw"
PAGING = "paging"
CALL_CONTROL = "call-control"
WATCHED = "watched"
MISSED = "missed"
BEGIN_ONCE = "begin-once"
TRUNKS = "trunks"
PHONES = "phones"
NODES = "nodes"
PHONE_CHANGES = "phone-changes"
FEATURES = (
    *(WATCH_MANY, WITHDRAW, PAGING, CALL_CONTROL, WATCHED, MISSED, BEGIN_ONCE, TRUNKS, PHONES),
    *(PHONE_CHANGES, NODES),
)
"""What a server knows beyond the first SSCP 1, told at the login.

`watch` of many terminals; `withdraw` and `dial_id`; `terminals` page by page; every other command but `dial`
and `drop`; terminals that may be watched and not used; missed calls; `dial_id` of every command that begins a
call; `trunks`; `phones`, `phone-models` and `phone`; `watch` of `phones`; `nodes`.
"""

KNOWS = (CALL_CONTROL,)
"""What a client knows beyond the first SSCP 1, told at the login: new causes and codes, and `sets`."""


class Login(Struct, tag="login", frozen=True, omit_defaults=True):
    """The first command of a session: a user with password, or a token alone.

    `keep` asks for a token in the reply, to log in with after a break without the password. `progress` asks
    for `queued` messages while the password waits to be verified. `knows` is what the client knows beyond the
    first SSCP 1 (`KNOWS`); a server tells one that says nothing only what that had.
    """

    id: CommandId
    user: Name = ""
    password: Secret = ""
    token: Secret = ""
    keep: bool = False
    progress: bool = False
    knows: Annotated[list[Key], Meta(max_length=MAX_KNOWN)] = []

    def __repr__(self) -> str:
        return f"Login(id={self.id}, user={self.user!r})"


class Calls(Struct, tag="calls", frozen=True, omit_defaults=True):
    """The live calls of one terminal, or without it of all that the user may use."""

    id: CommandId
    terminal: Key | None = None


class History(Struct, tag="history", frozen=True, omit_defaults=True):
    """Calls from the call log, live and over, newest first.

    Of one terminal or all that the user may use; begun before `before` (seconds since the epoch) when
    given; or the one call with the id `call`; or those that were `missed`.
    """

    id: CommandId
    terminal: Key | None = None
    call: Key | None = None
    before: float | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_HISTORY)] = 50
    missed: bool = False


class Terminals(Struct, tag="terminals", frozen=True, omit_defaults=True):
    """The terminals that the user may use, in the order of the configuration; `watched`: and may watch.

    With `limit` so many of them at most, from the one behind `after` on: page by page until fewer come.
    """

    id: CommandId
    after: Key | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] | None = None
    watched: bool = False


class Trunks(Struct, tag="trunks", frozen=True, omit_defaults=True):
    """The trunks, for administrators, in the order of the configuration; `watch`: and be told of changes."""

    id: CommandId
    watch: bool = False


class Nodes(Struct, tag="nodes", frozen=True):
    """How the Call Managers are that are one, for administrators; a single one is one node."""

    id: CommandId


class Phones(Struct, tag="phones", frozen=True, omit_defaults=True):
    """Phones that fetch their configuration, for administrators, by MAC address: at most `limit` of them from
    the one behind `after` on, page by page until fewer come; `watch`: and be told that they have changed."""

    id: CommandId
    after: Key = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE)] = PAGE
    watch: bool = False


class PhoneModels(Struct, tag="phone-models", frozen=True):
    """The models that such a phone may be, for administrators."""

    id: CommandId


class Phone(Struct, tag="phone", frozen=True, omit_defaults=True):
    """Do something about such a phone, for administrators: the members of a `PhoneOrder`."""

    id: CommandId
    action: PhoneAction
    mac: Key
    model: Key = ""
    terminal: Key = ""
    seconds: Annotated[int, Meta(ge=0, le=MAX_LET_IN)] = 0


class Watch(Struct, tag="watch", frozen=True, omit_defaults=True):
    """Be told of the terminal's calls and service from now on; the reply has its state of this moment.

    `*` watches every terminal, for those who may watch them all. Instead of `terminal`, `terminals` names
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


Request = (
    Login
    | Logout
    | Calls
    | History
    | Terminals
    | Trunks
    | Nodes
    | Phones
    | PhoneModels
    | Phone
    | Watch
    | Unwatch
    | Perform
)
"""What a client asks of the server; `Perform` is a command for calls."""


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
    """Who logged in, and what for: the terminals that it may use, and those that it may watch besides."""

    name: str
    administrator: bool
    terminals: list[str]
    watches: list[str] = []


class Reply(Struct, tag="reply", frozen=True, omit_defaults=True):
    """The answer to the command with this id; `error` when it was refused, else what was asked for.

    login: `user`, `features`, `spread_s` and, with `keep`, `token`. dial: `call`. withdraw: `calls`. calls:
    `snapshots`. watch: `snapshots`, `terminals` with `sets`, and for several `refused`. history: `calls`.
    terminals: `terminals` with `sets`. trunks: `trunks`. nodes: `nodes`. phones: `phones`, and `unreadable`
    with the first page. phone-models: `models`. phone: the phone as `phones` and, where it was asked for, its
    secret `address`. park: `slot`. The others: nothing more. The id is null when the command was so broken
    that it had none.
    """

    id: int | None
    error: Error | None = None
    user: UserInfo | None = None
    token: str | None = None
    call: Call | None = None
    calls: Sequence[Call] | None = None
    slot: str | None = None
    snapshots: list[Snapshot] | None = None
    terminals: list[Row] | None = None
    refused: list[Refused] | None = None
    features: list[str] | None = None
    sets: list[Features] | None = None
    trunks: list[TrunkState] | None = None
    nodes: list[NodeState] | None = None
    phones: Sequence[PhoneState] | None = None
    unreadable: Sequence[str] | None = None
    models: Sequence[PhoneVendor] | None = None
    address: str | None = None
    spread_s: float = 0.0

    def __repr__(self) -> str:
        return f"Reply(id={self.id}, error={self.error})"


class Queued(Struct, tag="queued", frozen=True):
    """The login with this id waits for its password to be verified: its `place` in the queue (1 is next), and
    about how many seconds are left. Only for logins that asked for it, every few seconds."""

    id: int
    place: int
    wait_s: float


class Listed(Struct, tag="reply", frozen=True, omit_defaults=True):
    """A `Reply` to `terminals` as it is written, with what was encoded before."""

    id: int
    terminals: msgspec.Raw
    sets: msgspec.Raw | None = None


class CallChange(Struct, tag="call", frozen=True):
    """A call as it now is; `seq` counts its terminal's events by one, so that a gap is noticed."""

    seq: int
    call: Call


class TerminalChange(Struct, tag="terminal", frozen=True):
    """A terminal as it now is."""

    terminal: Terminal


class TrunkChange(Struct, tag="trunk", frozen=True):
    """A trunk as it now is, for those who have asked for them with `watch`."""

    trunk: TrunkState


class PhonesChange(Struct, tag="phones-changed", frozen=True):
    """Something of the phones that fetch their configuration has changed, for those who have asked for them
    with `watch`. What it is they learn by asking again."""


class FirstTerminalChange(Struct, tag="terminal", frozen=True):
    """The same for a client that knows only the first SSCP 1."""

    terminal: FirstTerminal


ServerMessage = Reply | Queued | CallChange | TerminalChange | TrunkChange | PhonesChange
Message = Request | ServerMessage | Listed | FirstTerminalChange

ASKED = (Login, Logout, Calls, History, Terminals, Trunks, Nodes, Phones, PhoneModels, Phone, Watch, Unwatch)
"""Every `Request` but those that are commands for calls."""

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Union[(*ASKED, *MESSAGE_TYPES)])
_server_messages: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


class _Numbered(Struct):
    id: CommandId | None = field(default=None)


_numbered = msgspec.json.Decoder(_Numbered)

UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises: not JSON or not our types; not UTF-8; nested without end."""


def encode(message: Message) -> bytes:
    """The message as UTF-8 JSON."""
    return _encoder.encode(to_message(message) if type(message) is Perform else message)


def encode_part(value: object) -> msgspec.Raw:
    """What is to be written into many a message."""
    return msgspec.Raw(_encoder.encode(value))


def decode_request(data: str | bytes) -> Request:
    """A message to the server. Raises one of `UNREADABLE`; its text names the member at fault."""
    message = _requests.decode(data)
    found: Request = from_message(message) or message
    return found


def decode_server_message(data: str | bytes) -> ServerMessage:
    """A message to the client. Raises one of `UNREADABLE`; its text names the member at fault."""
    return _server_messages.decode(data)


def id_of(data: str | bytes) -> int | None:
    """The command's id, if at least that can be read."""
    try:
        return _numbered.decode(data).id
    except UNREADABLE:
        return None


def answer(asked: Perform, result: Any) -> Reply:
    """The reply with the result of a command."""
    member = result_member(asked.command)
    return Reply(asked.id, **{member: result}) if member else Reply(asked.id)


def result_of(command: Command[Result], reply: Reply) -> Result:
    """The result that the reply has. Raises `CallError` when it lacks it."""
    member = result_member(command)
    result = getattr(reply, member) if member else None
    if member and result is None:
        raise CallError(
            Refusal.FAILURE, f"the Call Manager's reply to {command.name} lacks {member}; update it"
        )
    return cast("Result", result)


def refusal(command_id: int | None, error: CallError) -> Reply:
    """The reply that refuses a command."""
    return Reply(command_id, error=Error(error.refusal, str(error), error.retry_s))
