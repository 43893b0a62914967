"""Remembers which call each `dial_id` began, so that a repeated dial is not carried out twice.

What is said here of dials holds of all commands that begin a call: `Consult`, `Pickup` and `Unpark` too.
"""

from collections import OrderedDict
from dataclasses import dataclass

from offhook.call import Call, Consult, Dial, Pickup, Unpark
from offhook.errors import CallError, Refusal

MAX_OF_USER = 2048
"""How many dials of one user are remembered: twice what a client can have in progress."""

MAX_DIALS = 50_000
"""How many dials of all users are remembered, some 20 MiB: five for each terminal of the largest site."""


def withdrawn() -> CallError:
    """The answer to a dial that was withdrawn."""
    return CallError(Refusal.BAD_REQUEST, "this dial was withdrawn; give a dial_id of its own to each dial")


def what_for(command: Dial | Consult | Pickup | Unpark) -> tuple[str, str]:
    """The terminal, or of a consultation the call, and the address: what makes two dials the same."""
    match command:
        case Dial(terminal=terminal, address=address):
            return terminal, address
        case Consult(call=call, address=address):
            return call, f"{command.name} {address}"
        case Pickup(terminal=terminal, target=target):
            return terminal, f"{command.name} {target}"
        case Unpark(terminal=terminal, slot=slot):
            return terminal, f"{command.name} {slot}"


@dataclass(slots=True)
class Dialled:
    """The outcome of a dial. `call` is its call, after its end with its last value.

    None: the switch has not returned yet, or the dial was withdrawn before it arrived.
    """

    terminal: str
    address: str
    call: Call | None
    withdrawn: bool = False


class Dials:
    """The latest dials with a `dial_id`. Each user has a separate set of ids."""

    def __init__(self) -> None:
        self._dials: OrderedDict[tuple[str, str], Dialled] = OrderedDict()
        self._of_user: dict[str, OrderedDict[str, None]] = {}
        self._by_call: dict[str, Dialled] = {}

    def get(self, user: str, dial_id: str) -> Dialled | None:
        """The dial with this id."""
        return self._dials.get((user, dial_id))

    def call_of(self, user: str, dial: Dial | Consult | Pickup | Unpark) -> Call | None:
        """The call that an earlier dial with this id began; None if this dial is the first with it.

        Raises `CallError` if the earlier one was withdrawn, is still in progress or was another dial.
        """
        dialled = self.get(user, dial.dial_id)
        if dialled is None:
            return None
        if dialled.withdrawn:
            raise withdrawn()
        if (dialled.terminal, dialled.address) != what_for(dial):
            raise CallError(
                Refusal.BAD_REQUEST,
                "dial_id is that of another terminal's or address's dial; give one of its own to each dial",
            )
        if dialled.call is None:
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {dialled.terminal} is dialling this already; wait for its call",
            )
        return dialled.call

    def put(self, user: str, dial_id: str, dialled: Dialled) -> None:
        """Remember a dial, and forget the oldest ones above the limits."""
        self._dials[user, dial_id] = dialled
        own = self._of_user.setdefault(user, OrderedDict())
        own[dial_id] = None
        if dialled.call is not None:
            self._by_call[dialled.call.id] = dialled
        if len(own) > MAX_OF_USER:
            self._forget(user, next(iter(own)))
        elif len(self._dials) > MAX_DIALS:
            self._forget(*next(iter(self._dials)))

    def began(self, user: str, dial_id: str, call: Call) -> Dialled:
        """The dial has begun this call."""
        dialled = self._dials.get((user, dial_id))
        if dialled is None:  # forgotten meanwhile, above the limit
            return Dialled(call.terminal, "", call)
        dialled.call = call
        self._by_call[call.id] = dialled
        return dialled

    def failed(self, user: str, dial_id: str) -> None:
        """The dial failed. The client may repeat it with the same id, unless it was withdrawn."""
        dialled = self._dials.get((user, dial_id))
        if dialled is not None and not dialled.withdrawn:
            self._forget(user, dial_id)

    def over(self, call: Call) -> None:
        """A call has ended; it may be one without a `dial_id`."""
        dialled = self._by_call.pop(call.id, None)
        if dialled is not None:
            dialled.call = call

    def _forget(self, user: str, dial_id: str) -> None:
        dialled = self._dials.pop((user, dial_id))
        if dialled.call is not None:
            self._by_call.pop(dialled.call.id, None)
        own = self._of_user[user]
        del own[dial_id]
        if not own:
            del self._of_user[user]
