"""`offhook service` on Windows: the Call Manager as a service in an account of its own.

What the service manager starts is `offhook service run`, this very program: it tells truly when all is up, is
asked to end in order, and one that crashes is started again.
"""

import asyncio
import logging
import os
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offhook.cli.common import FAILED, LOG_FORMAT, OK, complain, read_config
from offhook.config import FILE_NAME, site_folder
from offhook.errors import OffhookError

if TYPE_CHECKING:
    from offhook.windows.serviceprocess import ServiceProcess

DESCRIPTION: Final = (
    "Connects telephones, and programs that dial with them. It runs for everybody, whoever is logged in."
)

LOG_BYTES: Final = 5_000_000
LOG_FILES: Final = 5
"""Of the log: some weeks of an office, and never more than 25 MB, whatever strangers send."""

NOT_CONFIGURED: Final = 1
"""The service's own code for a configuration that cannot be used: it is not started again for it."""

EVENTS: Final = r"SYSTEM\CurrentControlSet\Services\EventLog\Application"
MESSAGES: Final = r"System32\EventCreate.exe"
"""Windows' own program whose messages are the text alone."""


def _folder() -> Path:
    folder = site_folder()
    assert folder is not None, "on Windows only"
    return folder


def _file(options: Namespace) -> Path:
    """The service's configuration: the one that is named, else the site's, never a person's own."""
    given: Path | None = options.config
    return given.absolute() if given is not None else _folder() / FILE_NAME


def _log_file() -> Path:
    return _folder() / "log" / "offhook.log"


def _command(file: Path) -> list[str]:
    from offhook.cli.restart import own_command

    command = own_command()
    without_console = Path(command[0]).with_name("pythonw.exe")
    if Path(command[0]).name == "python.exe" and without_console.exists():
        command[0] = str(without_console)
    return [*command, "service", "run", "--config", str(file)]


def install(options: Namespace) -> int:
    """Make the service, and start it unless told not to. Raises `TelephonyError`, `ConfigError`."""
    from offhook.windows import servicefolder
    from offhook.windows.ownservice import ACCOUNT, NAME, OwnService, quoted, service_sid
    from offhook.windows.registry import WinRegistry
    from offhook.windows.serviceprocess import SOURCE

    file = _file(options)
    command = quoted(_command(file))
    if options.print:
        print(f"service: {NAME}\naccount: {ACCOUNT}\ncommand: {command}\nfolder: {_folder()}")
        return OK
    starts = not options.no_start
    if starts and not file.exists():
        raise OffhookError(
            f"there is no {file} yet", f'make it: offhook init --no-start --config "{file}"; then repeat this'
        )
    if file.exists():
        _check(file)
    service = OwnService()
    if starts and service.state() not in ("", "stopped"):
        service.stop()
    servicefolder.make(_folder(), service_sid())
    for refused in service.install(command, DESCRIPTION):
        complain(f"this Windows does not let a service have {refused}")
    root = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
    WinRegistry().write(
        rf"{EVENTS}\{SOURCE}", {"EventMessageFile": str(root / MESSAGES), "TypesSupported": 7}
    )
    print(f"the service {NAME} was made; it uses {file}")
    if starts:
        return start(options)
    print("it starts with the computer, or now by: offhook service start")
    return OK


def remove(_options: Namespace) -> int:
    """Stop it and remove it. Raises `TelephonyError`."""
    from offhook.windows.ownservice import NAME, OwnService
    from offhook.windows.registry import WinRegistry
    from offhook.windows.serviceprocess import SOURCE

    if not OwnService().remove():
        raise OffhookError(f"there is no service {NAME}")
    WinRegistry().delete(rf"{EVENTS}\{SOURCE}")
    print(f"the service {NAME} was removed; {_folder()} is as it was")
    return OK


def start(_options: Namespace) -> int:
    """Start it, and wait until it runs. Raises `TelephonyError`."""
    from offhook.windows.ownservice import OwnService

    OwnService().start()
    print(f"it runs, and starts with the computer. Its log: {_log_file()}")
    return OK


def stop(_options: Namespace) -> int:
    """Stop it, and wait until it has ended. Raises `TelephonyError`."""
    from offhook.windows.ownservice import OwnService

    service = OwnService()
    if not service.state():
        raise OffhookError("it is not installed; see: offhook service install")
    service.stop()
    print("it is stopped, and starts again with the computer")
    return OK


def status(_options: Namespace) -> int:
    """How it is."""
    from offhook.windows.ownservice import OwnService

    state = OwnService().state()
    if not state:
        print("not installed; see: offhook service install")
        return FAILED
    print(f"installed, {'it runs' if state == 'running' else state}. Its log: {_log_file()}")
    return OK if state == "running" else FAILED


def serve(options: Namespace) -> int:
    """What the service manager starts. Raises `TelephonyError` if it was not the service manager."""
    from offhook.windows.ownservice import NAME
    from offhook.windows.serviceprocess import ERROR, INFORMATION, ServiceProcess, report

    process = ServiceProcess(NAME)
    process.connect()
    try:
        _serve(options, process)
    except OffhookError as error:
        logging.getLogger("offhook").error("%s", error)
        report(ERROR, f"Offhook cannot run: {error}")
        process.stopped(NOT_CONFIGURED)
        return FAILED
    except BaseException:
        # Without a word to the service manager it has crashed, and is started again.
        logging.getLogger("offhook").critical("crashed", exc_info=True)
        report(ERROR, f"Offhook has crashed, and is started again.\n\n{traceback.format_exc()}")
        raise
    report(INFORMATION, "Offhook has stopped.")
    process.stopped()
    return OK


def _serve(options: Namespace, process: "ServiceProcess") -> None:
    from offhook.assembly.run import System
    from offhook.assembly.run import run as run_assembly
    from offhook.assembly.startable import check_settings
    from offhook.windows.serviceprocess import INFORMATION, report

    _log_to_file()
    config = read_config(options, secrets=True)
    check_settings(config, None)
    logging.getLogger().setLevel(config.log.level.upper())
    for warning in config.warnings:
        logging.getLogger("offhook.config").warning("%s", warning)

    async def beside(system: System) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        process.running(lambda: loop.call_soon_threadsafe(ended.set))
        report(INFORMATION, f"Offhook runs: Call Manager at {system.sscp_url}, configuration {config.file}.")
        await ended.wait()
        signal.raise_signal(signal.SIGTERM)

    run_assembly(config, beside=beside)


def _log_to_file() -> None:
    file = _log_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, handlers=[kept], force=True)
    if sys.stderr is None:  # what Python itself has to say goes nowhere without a console
        logging.captureWarnings(True)


def _check(file: Path) -> None:
    from offhook.assembly.startable import check_settings
    from offhook.config import load

    check_settings(load(file, secrets=True), None)


ACTIONS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "install": install,
    "remove": remove,
    "start": start,
    "stop": stop,
    "status": status,
    "run": serve,
}
