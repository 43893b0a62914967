"""The tree of errors. The class says who has to act.

    OffhookError
    ├── ConfigError        ours to fix: the configuration (names file, key and fix)
    ├── AddressError       theirs: nothing in it can be dialled
    ├── CallError          theirs: a request that cannot be carried out; carries a Refusal
    ├── UserError          theirs: a user cannot be added or changed as asked
    ├── PhoneError         theirs: a phone cannot be provisioned as asked
    ├── TransitionError    ours: a call was moved backwards
    ├── PeerError          theirs: a peer broke its protocol (names the peer and what it did)
    └── UnavailableError   nobody's: a part cannot be reached just now; try again later

Every message says what to do next.
"""

from enum import Enum


class OffhookError(Exception):
    """Base of all errors that Offhook raises on purpose: `what` is wrong and, if it is known, the `fix`."""

    def __init__(self, what: str = "", fix: str = "") -> None:
        super().__init__(f"{what}; {fix}" if fix else what)
        self.what, self.fix = what, fix


class ConfigError(OffhookError):
    """A wrong key, type or value, or a file that cannot be read: `file: key: what. fix`; "" is left out."""

    def __init__(self, file: str, key: str, what: str, fix: str) -> None:
        where = "".join(f"{part}: " for part in (file, key) if part)
        super().__init__(f"{where}{what}" + (f". {fix}" if fix else ""))
        self.file, self.key, self.what, self.fix = file, key, what, fix


class AddressError(OffhookError):
    """A text that cannot be dialled as a number."""


class Refusal(Enum):
    """Why a request was refused; the value is the error code of the SSCP session."""

    NOT_AUTHENTICATED = "not-authenticated"
    NOT_ALLOWED = "not-allowed"
    NO_SUCH_TERMINAL = "no-such-terminal"
    TERMINAL_UNAVAILABLE = "terminal-unavailable"
    TERMINAL_BUSY = "terminal-busy"
    INVALID_ADDRESS = "invalid-address"
    NO_SUCH_CALL = "no-such-call"
    NOT_SUPPORTED = "not-supported"
    """This telephone system, or this phone, cannot do that at all."""
    NOT_POSSIBLE_NOW = "not-possible-now"
    """It can, but not in the present state of the call or terminal."""
    BAD_REQUEST = "bad-request"
    OVERLOADED = "overloaded"
    UNAVAILABLE = "unavailable"
    FAILURE = "failure"

    @classmethod
    def _missing_(cls, _value: object) -> "Refusal":
        """A newer peer has more of them."""
        return cls.FAILURE


class CallError(OffhookError):
    """A login, command or watch that was refused; nothing was started.

    `retry_s`: after how many seconds a new attempt makes sense, if that is known.
    """

    def __init__(self, refusal: Refusal, message: str, *, retry_s: float | None = None) -> None:
        self.refusal, self.retry_s = refusal, retry_s
        super().__init__(message)


class UserError(OffhookError):
    """A user that cannot be added or changed as asked; nothing was changed."""


class PhoneError(OffhookError):
    """A phone that cannot be provisioned, or its provisioning changed, as asked; nothing was changed."""


class TransitionError(OffhookError):
    """A call was asked to change to a state that cannot follow its current one."""


class PeerError(OffhookError):
    """A peer broke its protocol."""


class UnavailableError(OffhookError):
    """A part of the chain cannot be reached just now."""
