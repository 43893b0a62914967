"""`[switch.asterisk]`: an Asterisk that is there already, by way of its manager interface."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from offhook.config.model import AsteriskConfig
from offhook.config.table import Table

CheckFile = Callable[[Table, str, Path | None], None]
ReadSecret = Callable[[Path, str], str]

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}"
_USER = r"[^\s\[\]:;,]{1,64}"
_CONTEXT = r"[A-Za-z0-9_.-]{1,79}"
_CHANNEL = re.compile(r"[A-Za-z0-9]{2,20}/[A-Za-z0-9_.@+-]{0,40}\{terminal\}[A-Za-z0-9_.@+-]{0,40}")


def read_asterisk(
    table: Table, *, chosen: bool, check_file: CheckFile, secret: ReadSecret | None
) -> AsteriskConfig:
    """The section; `chosen`: it is the driver that is used. `secret` reads the secret.

    Raises `ConfigError`.
    """
    default = AsteriskConfig()
    secret_file = table.file("secret_file")
    asterisk = AsteriskConfig(
        host=table.text("host", default.host, _HOST, 'a host, like "pbx.example" or "192.0.2.5"'),
        port=table.whole("port", default.port, 0, 65535),
        tls=table.flag("tls", default.tls),
        ca_file=table.file("ca_file"),
        user=table.text("user", "", _USER, "the name of an account in manager.conf"),
        secret=table.secret("secret"),
        context=table.text("context", "", _CONTEXT, 'a context of the dialplan, like "from-internal"'),
        channel=table.text("channel", default.channel),
        auto_answer=table.flag("auto_answer", default.auto_answer),
    )
    table.finish()
    check_file(table, "ca_file", asterisk.ca_file)
    if not _CHANNEL.fullmatch(asterisk.channel):
        raise table.error(
            "channel",
            f"{asterisk.channel!r} is no way to a phone",
            'write it like "PJSIP/{terminal}", {terminal} being the terminal\'s id',
        )
    if asterisk.secret and secret_file is not None:
        raise table.error("secret_file", "is set as well as secret", "keep one of them")
    if asterisk.ca_file is not None and not asterisk.tls:
        raise table.error("ca_file", "is set while tls is not", "set tls = true")
    if chosen:
        _check_complete(table, asterisk, secret_file)
    if secret_file is not None and secret is not None:
        return replace(asterisk, secret=secret(secret_file, table.key("secret_file")))
    return asterisk


def _check_complete(table: Table, asterisk: AsteriskConfig, secret_file: Path | None) -> None:
    if not asterisk.user:
        raise table.error("user", "is missing", "set it to the account in manager.conf")
    if not asterisk.secret and secret_file is None:
        raise table.error(
            "secret_file", "is missing", "write the secret of manager.conf into a file, name it here"
        )
    if not asterisk.context:
        raise table.error(
            "context", "is missing", "set it to the dialplan's context in which the phones' calls begin"
        )
