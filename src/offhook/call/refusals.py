"""How each door tells why something was refused: one line for each `Refusal`, so that none is forgotten.

The word is the same everywhere, `Refusal.value`: the code of an SSCP error, and the reason of a TSP session's
Fail or result.
"""

from dataclasses import dataclass

from offhook.errors import CallError, Refusal

FAILED = 1
UNREACHABLE = 3


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a refusal is shown: `step` is what the command line says to do next where the
    error does not, `exit_code` its exit code.

    `older`: what a peer is told that was made before there was this refusal; None, the refusal itself.
    """

    step: str
    exit_code: int = FAILED
    older: Refusal | None = None


PRESENTATIONS: dict[Refusal, Presentation] = {
    Refusal.NOT_AUTHENTICATED: Presentation("check user and password, for a TSP session tsp.token_file"),
    Refusal.NOT_ALLOWED: Presentation(
        "this phone may not be used from here, or the dial rules deny the number"
    ),
    Refusal.NO_SUCH_TERMINAL: Presentation("see: offhook terminal list"),
    Refusal.TERMINAL_UNAVAILABLE: Presentation("your own phone is not registered, see: offhook check"),
    Refusal.TERMINAL_BUSY: Presentation("end the call that your phone has, see: offhook calls"),
    Refusal.INVALID_ADDRESS: Presentation("see how it is read: offhook number"),
    Refusal.NO_SUCH_CALL: Presentation("see: offhook calls"),
    Refusal.NOT_SUPPORTED: Presentation("what can be done: offhook calls --json", older=Refusal.NOT_ALLOWED),
    Refusal.NOT_POSSIBLE_NOW: Presentation(
        "what can be done now: offhook calls --json", older=Refusal.FAILURE
    ),
    Refusal.BAD_REQUEST: Presentation("see the command's --help"),
    Refusal.OVERLOADED: Presentation("try again later"),
    Refusal.UNAVAILABLE: Presentation("see: offhook check", UNREACHABLE),
    Refusal.FAILURE: Presentation("see the log of offhook up, and: offhook check"),
}


def with_step(error: CallError) -> str:
    """What it says, and what to do next, unless it says that itself, behind a semicolon and a space.

    A semicolon alone may be one of an address that it repeats (RFC 3261 §19.1.1).
    """
    words = str(error)
    return words if "; " in words else f"{words}; {PRESENTATIONS[error.refusal].step}"


def older(refusal: Refusal) -> Refusal:
    """The nearest one that a peer knows which was made before there was whole call control."""
    return PRESENTATIONS[refusal].older or refusal
