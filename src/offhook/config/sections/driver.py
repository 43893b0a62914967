"""What the section of every driver has."""

from pathlib import Path
from typing import ClassVar

from offhook.config.listen import Listen
from offhook.config.setting import section

NO_ANSWER_S, TERMINAL_ANSWER_S = 60.0, 30.0
"""How long the called phone may ring, some ten times, and how long the user's own, who sits beside it."""

RECALL_S = 30.0
"""How long the target of a transfer rings before who has transferred is rung again: some six rings."""


@section(kw_only=True)
class DriverSettings:
    """What every driver is told besides its own settings, and what must be known of it."""

    needs_passwords: ClassVar[bool] = True
    """Does it use the passwords of the terminals?"""

    no_answer_s: float = NO_ANSWER_S
    """From `[switch]`, as all fields here."""

    terminal_answer_s: float = TERMINAL_ANSWER_S

    @property
    def registrar(self) -> Listen | None:
        """Where phones register; None where they do so at a PBX."""
        return None

    @property
    def phone_certificate(self) -> tuple[Path, Path | None] | None:
        """The files of the certificate and the key that phones are shown over TLS, if there is any."""
        return None
