"""What the driver is told: its terminals, where Asterisk is, how long phones may ring."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from offhook.errors import ConfigError

PORT, TLS_PORT = 5038, 5039
"""Where AMI listens unless manager.conf says otherwise."""


@dataclass(frozen=True, slots=True)
class AsteriskTerminal:
    """A phone of Asterisk's: its extension and the name to show."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """Times are seconds. `port` 0 is Asterisk's usual one.

    `channel` is what rings a terminal's phone, `{terminal}` standing for its id; `context` is where in the
    dialplan its calls begin. `no_answer_s`: how long the called phone may ring; `terminal_answer_s`: the
    user's own. `ping_s`: after so long without a word Asterisk is asked for one, and after as long again
    the connection counts as lost. `lost_s`: calls outlive a lost connection for so long. `settle_s`: when
    the dialplan neither calls anybody nor hangs up, it is asked after so long what it does.
    """

    user: str
    secret: str = field(repr=False)
    context: str
    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    ca_file: Path | None = None
    channel: str = "PJSIP/{terminal}"
    auto_answer: bool = True
    no_answer_s: float = 60.0
    terminal_answer_s: float = 30.0
    ping_s: float = 10.0
    lost_s: float = 60.0
    settle_s: float = 1.0
    max_calls: int = 2_000

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of AMI."""
        return self.host, self.port or (TLS_PORT if self.tls else PORT)

    def device(self, terminal: str) -> str:
        """Asterisk's name of a terminal's phone, like `PJSIP/4000`."""
        return self.channel.replace("{terminal}", terminal)


def config_error(key: str, what: str, fix: str) -> ConfigError:
    """A setting of `[switch.asterisk]` that Asterisk does not take."""
    return ConfigError("configuration", f"switch.asterisk.{key}", what, fix)
