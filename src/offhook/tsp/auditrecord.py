"""What a peer of the TSP session did, for the audit log."""

from dataclasses import dataclass
from typing import Any, Final

from offhook.call import CallCommand, Command, commands

OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What a peer did. `event` is login, or the name of a command; `result`: "ok" or the refusal.

    `number` is what was called, or where calls are sent, or whence one was taken. Tones are never in it.
    """

    event: str
    peer: str
    result: str
    terminal: str = ""
    number: str = ""
    call: str = ""


def record_of(command: Command[Any], peer: str, terminal: str, result: str, call: str = "") -> AuditRecord:
    """The record of a command of this peer, in a session of this terminal; `call` is the one it began."""
    number = ""
    match command:
        case commands.Dial(address=address):
            number = address
        case (
            commands.Redirect(address=address)
            | commands.Transfer(address=address)
            | commands.Consult(address=address)
        ):
            number = address
        case commands.Pickup(target=where) | commands.Unpark(slot=where) | commands.Park(slot=where):
            number = where
        case commands.Forward(forwardings=forwardings):
            number = " ".join([f"{one.when.value}:{one.address}" for one in forwardings])
    if isinstance(command, CallCommand):
        call = command.call
    return AuditRecord(command.name, peer, result, terminal, number=number, call=call)
