"""How each door tells why something was refused: one line for each `Refusal`, so that none is forgotten.

The word is the same everywhere, `Refusal.value`: the code of an SSCP error, and the reason of a TSP session's
Fail or result.
"""

from dataclasses import dataclass

from offhook.errors import Refusal

FAILED = 1
UNREACHABLE = 3


@dataclass(frozen=True, slots=True)
class Told:
    """`step` is what the command line says to do next, `exit_code` how it ends.

    `older`: what a peer is told that was made before there was this refusal; None, the refusal itself.
    """

    step: str
    exit_code: int = FAILED
    older: Refusal | None = None


TOLD: dict[Refusal, Told] = {
    Refusal.NOT_AUTHENTICATED: Told("check user and password, for a TSP session tsp.token_file"),
    Refusal.NOT_ALLOWED: Told("this phone may not be used from here, or the dial rules deny the number"),
    Refusal.NO_SUCH_TERMINAL: Told("see: offhook terminal list"),
    Refusal.TERMINAL_UNAVAILABLE: Told("your own phone is not registered, see: offhook check"),
    Refusal.TERMINAL_BUSY: Told("end the call that your phone has, see: offhook calls"),
    Refusal.INVALID_ADDRESS: Told("see how it is read: offhook number"),
    Refusal.NO_SUCH_CALL: Told("see: offhook calls"),
    Refusal.NOT_SUPPORTED: Told("what can be done: offhook calls --json", older=Refusal.NOT_ALLOWED),
    Refusal.NOT_POSSIBLE_NOW: Told("what can be done now: offhook calls --json", older=Refusal.FAILURE),
    Refusal.BAD_REQUEST: Told("see the command's --help"),
    Refusal.OVERLOADED: Told("try again later"),
    Refusal.UNAVAILABLE: Told("see: offhook check", UNREACHABLE),
    Refusal.FAILURE: Told("see the log of offhook up, and: offhook check"),
}


def older(refusal: Refusal) -> Refusal:
    """The nearest one that a peer knows which was made before there was whole call control."""
    return TOLD[refusal].older or refusal
