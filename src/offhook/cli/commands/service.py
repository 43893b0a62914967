"""`offhook service`."""

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from offhook.cli.common import FAILED, OK, add_config, complain, config_file, read_config
from offhook.cli.units import NAME
from offhook.errors import OffhookError

SUMMARY = """Have systemd, or Windows' service manager, run offhook up from the start of the machine on, so
that phones do not depend on anybody's terminal or window. As root, and on Windows, it becomes a service of
the system, for an account of its own that may do and see as little as possible; else one of your own, which
needs no administrator. `install` may be repeated, after an update or with another configuration."""

EXAMPLES = """\
  offhook service install
  sudo offhook service install --account offhook --config /etc/offhook/offhook.toml
  offhook service install --print
  offhook service status
  offhook service remove"""

RUNNING = Path("/run/systemd/system")
"""Is there while systemd runs the system (sd_booted(3))."""

SYSTEM_UNITS = Path("/etc/systemd/system")

ACTIONS = ("install", "remove", "start", "stop", "status")


class ServiceError(OffhookError):
    """A service that cannot be installed or removed like this."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(ACTIONS))
    install = actions.add_parser("install", help="make the service, start it, and have it start always")
    install.add_argument("--account", metavar="NAME", default="", help="as root: the account it runs as")
    install.add_argument("--print", action="store_true", help="print what is made, and change nothing")
    install.add_argument("--no-start", action="store_true", help="do not start it now")
    add_config(install)
    actions.add_parser(
        "remove", aliases=["uninstall"], help="stop it and remove it; configuration and state are kept"
    )
    actions.add_parser("start", help="start it now")
    actions.add_parser("stop", help="stop it, until it is started or the machine is")
    actions.add_parser("status", help="is it installed, and does it run?")
    if sys.platform == "win32":
        add_config(actions.add_parser("run"))  # by the service manager alone


def run(options: Namespace) -> int:
    """Raises `ServiceError`, `ConfigError`, on Windows `TelephonyError`."""
    action = "remove" if options.action == "uninstall" else options.action
    if sys.platform == "win32":
        from offhook.cli import windowsservice

        return windowsservice.ACTIONS[action](options)
    if sys.platform != "linux":
        raise ServiceError("services need systemd, which Linux has, or Windows")
    return {
        "install": _install,
        "remove": _remove,
        "start": _start,
        "stop": _stop,
        "status": _status,
    }[action](options)


def _install(options: Namespace) -> int:
    text, file = _unit(options), _file()
    if options.print:
        print(text, end="")
        return OK
    try:
        if _root():
            _make_state(options)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)
    except OSError as error:
        raise ServiceError(f"{error.filename or file} cannot be written ({error.strerror})") from None
    print(f"{file} was written")
    if not RUNNING.is_dir():
        complain(f"systemd does not run here; where it does: {' '.join(_systemctl('enable', '--now', NAME))}")
        return FAILED
    for command in (_systemctl("daemon-reload"), _systemctl("enable", NAME)):
        _call(command)
    if not options.no_start:
        _call(_systemctl("restart", NAME))
    if not _root() and subprocess.run(["loginctl", "enable-linger"], check=False).returncode:
        complain("it ends when you log out; an administrator changes that: loginctl enable-linger USER")
    now = "it starts" if options.no_start else "it runs, and starts"
    print(f"{now} with the machine. Its log: {_journal()}")
    return OK


def _remove(_options: Namespace) -> int:
    file = _file()
    if not file.exists():
        raise ServiceError(f"there is no service {file}")
    if RUNNING.is_dir():
        _call(_systemctl("disable", "--now", NAME))
    try:
        file.unlink()
    except OSError as error:
        raise ServiceError(f"{file} cannot be removed ({error.strerror})") from None
    if RUNNING.is_dir():
        _call(_systemctl("daemon-reload"))
    print(f"{file} was removed; configuration and state folder are as they were")
    return OK


def _start(_options: Namespace) -> int:
    _check_installed()
    _call(_systemctl("start", NAME))
    print(f"it runs. Its log: {_journal()}")
    return OK


def _stop(_options: Namespace) -> int:
    _check_installed()
    _call(_systemctl("stop", NAME))
    print("it is stopped, and starts again with the machine")
    return OK


def _check_installed() -> None:
    if not _file().exists():
        raise ServiceError("it is not installed; see: offhook service install")


def _status(_options: Namespace) -> int:
    file = _file()
    if not file.exists():
        print(f"not installed ({file}); see: offhook service install")
        return FAILED
    if not RUNNING.is_dir():
        print(f"installed ({file}); systemd does not run here")
        return FAILED
    told = subprocess.run(_systemctl("is-active", NAME), check=False, capture_output=True, text=True)
    state = told.stdout.strip() or "unknown"
    print(f"installed ({file}), {'it runs' if state == 'active' else state}. Its log: {_journal()}")
    return OK if state == "active" else FAILED


def _unit(options: Namespace) -> str:
    from offhook.cli.restart import own_command
    from offhook.cli.units import PRIVILEGED_PORTS, Account, unit

    file = config_file(options)
    if file is None or not file.exists():
        raise ServiceError("there is no configuration yet; make one: offhook init --no-start")
    config, file = read_config(options), file.absolute()
    command = [*own_command(), "up", "--config", str(file)]
    if not _root():
        if options.account:
            raise ServiceError("a service for another account needs root: sudo offhook service install ...")
        return unit(command)
    _check_account(options.account, file)
    places = [Path(one).absolute() for one in (command[0], sys.prefix, file)]
    if any(place.is_relative_to("/root") for place in places):
        raise ServiceError(
            "the account cannot read /root; install Offhook elsewhere: python3 -m venv /opt/offhook, then "
            "/opt/offhook/bin/pip install ., and put the configuration into /etc/offhook"
        )
    if not _names_state(file):
        raise config.error(
            "state.dir", "is not set", 'a service needs a folder of its account\'s, like "/var/lib/offhook"'
        )
    doors = (config.tsp, config.sscp, config.http, config.metrics)
    registrars = (system.switch.chosen.registrar for system in config.systems)
    ports = (*registrars, *(door.listen for door in doors))
    low = any(one is not None and 0 < one.port < PRIVILEGED_PORTS for one in ports)
    at_home = any(place.is_relative_to("/home") for place in places)
    return unit(command, Account(options.account, config.state.dir.absolute(), at_home, low))


def _check_account(name: str, file: Path) -> None:
    if sys.platform == "win32":
        return
    import pwd

    try:
        account = pwd.getpwnam(name)
    except KeyError:
        what = f"there is no account {name}" if name else "say as which account it runs by --account"
        raise ServiceError(
            f"{what}; make one: adduser --system --group --home /var/lib/offhook offhook"
        ) from None
    if account.pw_uid == 0:
        raise ServiceError("Offhook is not run as root; name another account by --account")
    if file.stat().st_uid != account.pw_uid:
        raise ServiceError(f"{file} is not the account's, which has to read it: chown {name} {file}")


def _make_state(options: Namespace) -> None:
    """The account's state folder: systemd starts nothing whose folder is not there. Raises `OSError`."""
    folder = read_config(options).state.dir
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        shutil.chown(folder, options.account)


def _names_state(file: Path) -> bool:
    import tomllib

    return "dir" in tomllib.loads(file.read_text(encoding="utf-8-sig")).get("state", {})


def _root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _file() -> Path:
    if _root():
        return SYSTEM_UNITS / NAME
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "systemd" / "user" / NAME


def _systemctl(*arguments: str) -> list[str]:
    return ["systemctl", *(() if _root() else ("--user",)), *arguments]


def _journal() -> str:
    return f"journalctl {'' if _root() else '--user '}-u {NAME.removesuffix('.service')}"


def _call(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be run ({error.strerror})") from None
    if done.returncode:
        raise ServiceError(f"{' '.join(command)} failed: {' '.join(done.stderr.split())}")
