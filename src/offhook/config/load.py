"""Finds the configuration and puts its sources together: file, environment, command line, group policy."""

import copy
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from offhook.common.privatefile import read_file
from offhook.config.model import ENVIRONMENT, Config
from offhook.config.policies import AUTOSTART, LINKS_DIAL, ORIGIN, Policies, Understood, Values, understand
from offhook.config.read import read
from offhook.config.table import Source
from offhook.config.tomltext import tables, value
from offhook.errors import ConfigError

FILE_NAME = "offhook.toml"

LAUNCHERS = ("offhook.exe", "offhook-messenger.exe")
"""What an installed Offhook on Windows is started by; its Python takes them for itself."""

MAX_FILE = 4 << 20
"""Bytes of a configuration: room for some 40,000 terminals; a wrongly named huge file is refused."""


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file: the given one, $OFFHOOK_CONFIG, ./offhook.toml, the user's own, the one that was installed
    for everybody; None when there is none."""
    if path is not None:
        return path
    if environ.get("OFFHOOK_CONFIG"):
        return Path(environ["OFFHOOK_CONFIG"])
    here = Path(FILE_NAME)
    if here.exists():
        return here
    own = user_file()
    if own.exists():
        return own
    installed = installed_file()
    return installed if installed is not None and installed.exists() else None


def installed_file() -> Path | None:
    """The first settings of everybody on a Windows where Offhook was installed: beside the folder of the
    program, where only administrators write. None elsewhere."""
    program = Path(sys.executable)
    return program.parent.parent / FILE_NAME if program.name in LAUNCHERS else None


def user_file() -> Path:
    """Where a user's own configuration is looked for."""
    from platformdirs import user_config_path

    return user_config_path("offhook", appauthor=False) / FILE_NAME


def load(
    path: Path | str | None = None,
    overrides: Mapping[str, str] | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    secrets: bool = True,
    policies: Values | None = None,
) -> Config:
    """The whole configuration, checked. Without a file the built-in values hold.

    `overrides` are dotted keys and their values as text, from the command line. `policies` are group policy's
    values by name; one that cannot be used is left out, and told as a warning. With `secrets` False the
    files that hold passwords and certificates are left alone: a program that only dials need not be able
    to read them. Raises `ConfigError`.
    """
    file = find(None if path is None else Path(path), environ)
    data = {} if file is None else _parse(file)
    origins: dict[str, tuple[str, str]] = {}
    for variable, key in ENVIRONMENT.items():
        if environ.get(variable):
            _put(data, key, environ[variable], origins, ("environment", variable))
    for key, text in (overrides or {}).items():
        _put(data, key, text, origins, ("command line", key))
    label = "" if file is None else str(file)
    base = Path.cwd() if file is None else Path(os.path.abspath(file)).parent

    def of(data: dict[str, Any], origins: Mapping[str, tuple[str, str]]) -> Config:
        return read(data, Source(label or "built-in settings", base, origins, secrets=secrets), file)

    if not policies:
        return of(data, origins)
    return _with_policies(of, data, origins, understand(policies, environ))


def _with_policies(
    of: Callable[[dict[str, Any], Mapping[str, tuple[str, str]]], Config],
    data: dict[str, Any],
    origins: Mapping[str, tuple[str, str]],
    understood: Understood,
) -> Config:
    """Raises `ConfigError` only for what is wrong without any policy."""
    while True:
        changed, whose = copy.deepcopy(data), dict(origins)
        try:
            for key, (name, value) in understood.texts.items():
                _put_policy(changed, key, value, whose, (ORIGIN, name))
            config = of(changed, whose)
            break
        except ConfigError as error:
            if not understood.texts:
                raise
            blamed = [
                key
                for key, (name, _) in understood.texts.items()
                if (ORIGIN, name) == (error.file, error.key)
            ]
            if blamed:
                understood.drop(blamed, error.what, error.fix)
                continue
            of(copy.deepcopy(data), origins)
            # It is wrong only together with what policy sets, like one of two that belong together.
            section = error.key.rpartition(".")[0]
            beside = [key for key in understood.texts if key.rpartition(".")[0] == section]
            understood.drop(beside or list(understood.texts), f"{error.key} {error.what}", error.fix)
    return replace(
        config,
        policies=Policies(
            {key: name for key, (name, _) in understood.texts.items()},
            understood.switches.get(LINKS_DIAL.name),
            understood.switches.get(AUTOSTART.name),
        ),
        warnings=(*config.warnings, *understood.findings),
    )


def _parse(file: Path) -> dict[str, Any]:
    """Raises `ConfigError` for a file that is not there, not readable or not TOML."""
    name = str(file)
    try:
        raw = _read(file)
    except FileNotFoundError:
        raise ConfigError(
            name, "", "there is no such file", "create it, or name another with --config"
        ) from None
    except IsADirectoryError:
        raise ConfigError(name, "", "is a folder", f"name the file in it, like {FILE_NAME}") from None
    except OSError as error:
        raise ConfigError(
            name, "", f"cannot be read ({error.strerror})", "let this user read it, or name another"
        ) from None
    if len(raw) > MAX_FILE:
        raise ConfigError(name, "", f"has more than {MAX_FILE} bytes", "name the configuration file")
    return _tables(raw, name)


def check_text(text: str, file: Path) -> Config:
    """The configuration that this would be, were it written to `file`. Raises `ConfigError`."""
    source = Source(str(file), Path(os.path.abspath(file)).parent, {}, secrets=False)
    return read(_tables(text.encode(), str(file)), source, None)


def _read(file: Path) -> bytes:
    """Raises `OSError`, also for a pipe that lies about as a file does: nobody may ever write to it.

    What is handed over as `/dev/stdin` or `/dev/fd/63` (`--config <(...)`) has a program that writes to it.
    """
    if not str(file).startswith("/dev/"):
        return read_file(file, MAX_FILE + 1)
    with file.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def _tables(raw: bytes, name: str) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(name, "", "is not UTF-8 text", "save it as UTF-8") from None
    return tables(text, name)


def _put(
    data: dict[str, Any],
    key: str,
    text: str,
    origins: dict[str, tuple[str, str]],
    origin: tuple[str, str],
) -> None:
    """Set a dotted key. The text is a TOML value (8, true, [4]) or else stands for itself."""
    table, name = _table_of(data, key, origin)
    table[name] = _value(text)
    origins[key] = origin


def _put_policy(
    data: dict[str, Any],
    key: str,
    text: str | None,
    origins: dict[str, tuple[str, str]],
    origin: tuple[str, str],
) -> None:
    """The same for a text that stands for itself; with None the key is taken out."""
    table, name = _table_of(data, key, origin)
    if text is None:
        table.pop(name, None)
    else:
        table[name] = text
    origins[key] = origin


def _table_of(data: dict[str, Any], key: str, origin: tuple[str, str]) -> tuple[dict[str, Any], str]:
    *tables, name = key.split(".")
    for table in tables:
        within = data.setdefault(table, {})
        if not isinstance(within, dict):
            raise ConfigError(*origin, f"{table} is not a table", "take a key like tsp.listen")
        data = within
    return data, name


def _value(text: str) -> object:
    if text[:1] in "\"'[{" or text in ("true", "false") or (text.isascii() and text.isdigit()):
        try:
            return value(text)
        except ValueError:
            return text
    return text
