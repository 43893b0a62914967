"""What a peer of the TSP session did, for the audit log."""

from dataclasses import dataclass
from typing import Final

from offhook.tsp.messages import Dial, Drop, Login

OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class Act:
    """What a peer did. `event`: login, dial or drop; `result`: "ok" or the refusal."""

    event: str
    peer: str
    result: str
    terminal: str = ""
    number: str = ""
    call: str = ""


def act_of(action: Dial | Drop | Login, peer: str, terminal: str | None, result: str, call: str = "") -> Act:
    """The act that an Action of this peer was, in a session of this terminal."""
    match action:
        case Dial(address):
            return Act("dial", peer, result, terminal or "", number=address, call=call)
        case Drop(which):
            return Act("drop", peer, result, terminal or "", call=which)
        case Login(named):
            return Act("login", peer, result, named or terminal or "")
