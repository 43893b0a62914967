"""What a peer of the TSP session did, for the audit log."""

from dataclasses import dataclass
from typing import Final

from offhook.tsp.messages import Dial, Drop, Login

OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What a peer did. `event`: login, dial or drop; `result`: "ok" or the refusal."""

    event: str
    peer: str
    result: str
    terminal: str = ""
    number: str = ""
    call: str = ""


def record_of(
    action: Dial | Drop | Login, peer: str, terminal: str | None, result: str, call: str = ""
) -> AuditRecord:
    """The record of an Action of this peer, in a session of this terminal."""
    match action:
        case Dial(address):
            return AuditRecord("dial", peer, result, terminal or "", number=address, call=call)
        case Drop(which):
            return AuditRecord("drop", peer, result, terminal or "", call=which)
        case Login(named):
            return AuditRecord("login", peer, result, named or terminal or "")
