"""Group policy: what an administrator sets beats the file, the environment and the command line.

`POLICIES` is the one table: the values are read by it, and the templates for Windows' policy editor
(`installer/templates.py`) are made from it. Where the values come from is not known here: on Windows it is
the registry below `PLACE`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from offhook.common.finding import Finding, Level
from offhook.common.network import host_port

PLACE = r"Software\Policies\Offhook"
"""Below HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER; the computer's wins."""

ORIGIN = "group policy"
"""What an error names as the file of a setting that is set by one."""

MAX_TEXT = 2000
"""Characters of a value: an address or a name; more is no setting."""

PORT = 7701
"""Where a Call Manager listens, unless it is told otherwise."""

Values = Mapping[str, object]
"""Policies as they were found, by name: text, whole numbers, or what nobody expects."""


def server_url(server: str) -> str:
    """The address of the Call Manager on this host; HOST:PORT and whole addresses as well, and several of
    them with commas between them."""
    return ", ".join(_server_url(one.strip()) for one in server.split(","))


def _server_url(server: str) -> str:
    if "://" in server:
        return server
    host, colon, port = server.rpartition(":")
    if not colon or not port.isdecimal() or (":" in host and not host.endswith("]")):
        host, port = server, str(PORT)
    return f"wss://{host_port(host.strip('[]'), int(port))}"


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Policy:
    """A value of the registry. With `key` it sets this setting, to what `make` makes of the text.

    Without one it is a switch: REG_DWORD, 1 or 0.
    """

    name: str
    key: str = ""
    make: Callable[[str], str] = _as_it_is

    @property
    def is_switch(self) -> bool:
        """Is it on or off?"""
        return not self.key


SERVER = Policy("Server", "sscp.url", server_url)
USER = Policy("User", "sscp.user")
TERMINAL = Policy("Terminal", "tsp.terminal")
LINKS_DIAL = Policy("LinksDial")
AUTOSTART = Policy("Autostart")
UPDATES = Policy("Updates")
UPDATE_URL = Policy("UpdateUrl", "update.url")
UPDATE_KEY = Policy("UpdateKey", "update.public_key")

POLICIES = (SERVER, USER, TERMINAL, LINKS_DIAL, AUTOSTART, UPDATES, UPDATE_URL, UPDATE_KEY)


@dataclass(frozen=True)
class Policies:
    """Those in force. `settings` has the policy's name by the setting's dotted key; the others are None where
    the person decides."""

    settings: Mapping[str, str] = field(default_factory=dict)
    links_dial: bool | None = None
    """Do links dial without asking?"""
    autostart: bool | None = None
    """Does the window start with the session?"""


@dataclass
class Understood:
    """Values that are what their policies may be, and what was wrong with the others."""

    texts: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Policy and new value by the setting's dotted key; None: not even what the file says."""
    switches: dict[str, bool] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def drop(self, keys: list[str], problem: str, fix: str) -> None:
        """Do without the policies of these settings, and tell."""
        names = sorted({self.texts.pop(key)[0] for key in keys})
        self.findings.append(_unused(", ".join(names), problem, fix))


def understand(found: Values, environ: Mapping[str, str]) -> Understood:
    """What the values say. `%NAME%` in a text is the variable of the person's environment."""
    understood = Understood()
    known = {one.name.casefold(): one for one in POLICIES}
    for name, value in sorted(found.items()):
        one = known.get(name.casefold())
        try:
            if one is None:
                raise _WrongError("is not a policy of this version", "remove it, or install a newer Offhook")
            if one.is_switch:
                understood.switches[one.name] = _switch(value)
            elif text := _text(value, environ):
                understood.texts[one.key] = (one.name, one.make(text))
        except _WrongError as wrong:
            understood.findings.append(_unused(name, wrong.what, wrong.fix))
    if understood.switches.get(UPDATES.name) is False:
        for each in (UPDATE_URL, UPDATE_KEY):
            understood.texts[each.key] = (UPDATES.name, None)
    return understood


class _WrongError(Exception):
    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix


def _unused(names: str, what: str, fix: str) -> Finding:
    shown = names if names.isprintable() else repr(names)
    return Finding(ORIGIN, f"{shown[:80]} is not used: {what}", fix, Level.FAIL)


def _switch(value: object) -> bool:
    if value not in (0, 1) or not isinstance(value, int):
        raise _WrongError(f"it is {_short(value)}", "make it a REG_DWORD, 1 or 0")
    return value == 1


def _text(value: object, environ: Mapping[str, str]) -> str:
    if not isinstance(value, str):
        raise _WrongError(f"it is {_short(value)}", "make it a REG_SZ, a text")
    variables = {name.casefold(): text for name, text in environ.items()}

    def of(match: re.Match[str]) -> str:
        name = match[1]
        if name.casefold() not in variables:
            raise _WrongError(f"there is no variable %{name}%", "write it like %USERNAME%")
        return variables[name.casefold()]

    text = re.sub("%([^%]+)%", of, value.strip())
    if len(text) > MAX_TEXT or not text.isprintable():
        raise _WrongError(f"{_short(text)} is no value", f"take at most {MAX_TEXT} printable characters")
    return text


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
