"""`[switch.asterisk]`: an Asterisk that is there already, by way of its manager interface (AMI)."""

import re
from pathlib import Path

from offhook.config.codes import Codes, CodesKind
from offhook.config.kinds import File, Flag, Names, Secret, Text, Whole
from offhook.config.sections.driver import DriverSettings
from offhook.config.setting import section, setting
from offhook.config.table import Table

KEYS = ("do_not_disturb_key", "forward_always_key", "forward_busy_key", "forward_no_answer_key")
"""The settings that are keys of Asterisk's database. The dialplan has to obey them."""

CODED = {
    "do-not-disturb": "do_not_disturb_key",
    "forward-always": "forward_always_key",
    "forward-busy": "forward_busy_key",
    "forward-no-answer": "forward_no_answer_key",
}
"""What can be set by a code, and the key by which it is seen."""

PORT, TLS_PORT = 5038, 5039
"""Where AMI listens unless manager.conf says otherwise."""

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}"
_USER = r"[^\s\[\]:;,]{1,64}"
_CONTEXT = r"[A-Za-z0-9_.-]{1,79}"
_KEY = re.compile(r"[A-Za-z0-9_/-]{1,60}/[A-Za-z0-9_-]{0,20}\{terminal\}[A-Za-z0-9_/-]{0,20}")
_CHANNEL = re.compile(r"[A-Za-z0-9]{2,20}/[A-Za-z0-9_.@+-]{0,40}\{terminal\}[A-Za-z0-9_.@+-]{0,40}")


@section
class AsteriskSettings(DriverSettings):
    """An Asterisk that is there already, by way of its manager interface (AMI)."""

    needs_passwords = False  # they are Asterisk's affair: calls are made by AMI

    user: str = setting(
        "",
        Text(_USER, "the name of an account in manager.conf"),
        "the account in manager.conf",
        missing=("is missing", "set it to the account in manager.conf"),
    )
    secret: str = setting(
        "",
        Secret(inline=True),
        "the account's secret; it stays on the Call Manager's machine",
        missing=("is missing", "write the secret of manager.conf into a file, name it here"),
    )
    context: str = setting(
        "",
        Text(_CONTEXT, 'a context of the dialplan, like "from-internal"'),
        "the context of the dialplan in which calls begin",
        missing=("is missing", "set it to the dialplan's context in which the phones' calls begin"),
    )
    host: str = setting(
        "127.0.0.1", Text(_HOST, 'a host, like "pbx.example" or "192.0.2.5"'), "where AMI listens"
    )
    port: int = setting(0, Whole(0, 65535), "AMI's port", shown=f"{PORT}, with TLS {TLS_PORT}")
    tls: bool = setting(False, Flag(), "AMI over TLS (`tlsenable`)")
    ca_file: Path | None = setting(
        None, File(), "PEM file of the authority that signed AMI's certificate", shown="the system's"
    )
    channel: str = setting("PJSIP/{terminal}", Text(), "what rings a terminal's phone")
    auto_answer: bool = setting(
        True,
        Flag(),
        "ask the own phone to answer by itself (`Call-Info`, `Alert-Info`; PJSIP only)",
    )

    external_contexts: tuple[str, ...] = setting(
        (), Names(), "contexts of the dialplan in which calls of the trunks begin: these come from outside"
    )
    parking_lot: str = setting(
        "default", Text(_CONTEXT, "a parking lot of res_parking.conf"), "where calls are parked"
    )
    do_not_disturb_key: str = setting(
        "", Text(), "key of Asterisk's database that keeps a phone from ringing, like `DND/{terminal}`"
    )
    forward_always_key: str = setting(
        "", Text(), "key with the number to which all calls are forwarded, like `CF/{terminal}`"
    )
    forward_busy_key: str = setting("", Text(), "the same while the phone is in use, like `CFB/{terminal}`")
    forward_no_answer_key: str = setting(
        "", Text(), "the same for calls that nobody answers, like `CFU/{terminal}`"
    )

    codes: Codes = setting(
        (),
        CodesKind(),
        "what is dialled in `context`, as by the phone, to set what a key shows; else the key is written",
        shown="none",
    )

    ping_s: float = 10.0
    """After so long without a word Asterisk is asked for one, and after as long again it counts as lost."""

    lost_s: float = 60.0
    """Calls outlive a lost connection for so long."""

    settle_s: float = 1.0
    """A dialplan that neither calls anybody nor hangs up is asked after so long what it does."""

    max_calls: int = 2_000

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if not _CHANNEL.fullmatch(self.channel):
            raise table.error(
                "channel",
                f"{self.channel!r} is not a way to a phone",
                'write it like "PJSIP/{terminal}", {terminal} being the terminal\'s id',
            )
        if self.ca_file is not None and not self.tls:
            raise table.error("ca_file", "is set while tls is not", "set tls = true")

        for name in KEYS:
            key = getattr(self, name)
            if key and not _KEY.fullmatch(key):
                raise table.error(
                    name,
                    f"{key!r} is not a key of the database",
                    'write family and key like "DND/{terminal}", {terminal} being the terminal\'s id',
                )

        for name, _ in self.codes:
            what = name.removesuffix("-off")
            if what not in CODED:
                raise table.error("codes", f"has {name}", f"leave it out; here there are {', '.join(CODED)}")
            if not getattr(self, CODED[what]):
                fix = "name the key in which the dialplan keeps it"
                raise table.error("codes", f"has {name} without {CODED[what]}", fix)

    @property
    def answers_by_itself(self) -> bool:
        """Are phones asked to answer by themselves? Only PJSIP has a way to."""
        return self.auto_answer and self.channel.upper().startswith("PJSIP/")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of AMI."""
        return self.host, self.port or (TLS_PORT if self.tls else PORT)

    def device(self, terminal: str) -> str:
        """Asterisk's name of a terminal's phone, like `PJSIP/4000`."""
        return self.channel.replace("{terminal}", terminal)
