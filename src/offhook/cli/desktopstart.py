"""Starts the window, or has the one that runs do what is wanted. Qt is imported once it is known to work."""

import logging
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from offhook.assembly.startable import check_settings
from offhook.cli.common import FAILED, LOG_FORMAT, OK, complain, config_file, read_config
from offhook.cli.restart import with_config
from offhook.common import coredumps
from offhook.common.privatefile import read_file, write_private
from offhook.config import installed_file, user_file
from offhook.errors import ConfigError

END_S = 10.0
"""How long a program that was asked to end may take: it says goodbye to the Call Manager first."""


def start(options: Namespace, wanted: list[str]) -> int:
    """Have the instance that runs do what is wanted, or become it.

    Without a configuration the window asks how to begin, with a broken one what to do. Raises `ConfigError`,
    where there can be no window, or nobody asked for one.
    """
    problem = _problem(options)
    if problem is not None and "--hidden" in wanted:
        raise problem
    try:
        instance = _handed_over(options, wanted)
    except ConfigError as error:
        raise problem or error from None
    if instance is None:
        return OK
    logging.basicConfig(
        level=logging.WARNING if problem else read_config(options).log.level, format=LOG_FORMAT
    )
    logging.getLogger("websockets").setLevel(logging.INFO)
    coredumps.switch_off(private=False)
    from offhook.cli.desktopround import Desktop
    from offhook.desktop.bridge import run as run_desktop
    from offhook.desktop.preferences import Preferences

    desktop = Desktop(options, _file(options), instance, _problem, _listen, Preferences())
    return run_desktop(lambda application: desktop.run(application, wanted))


def _problem(options: Namespace) -> ConfigError | None:
    """Why the window cannot start with this configuration."""
    try:
        check_settings(read_config(options, secrets=True))
    except ConfigError as error:
        return error
    return None


def _handed_over(options: Namespace, wanted: list[str]) -> str | None:
    """The address to become, None when an instance that runs does what is wanted. Raises `ConfigError`."""
    from offhook.desktop.display import broken_import, check_display, check_qt

    check_qt()
    try:
        import offhook.desktop.pythonimports  # before all else of Qt
        from offhook.desktop.singleinstance import address, hand_over
    except ImportError as error:
        check_display()  # who has no display needs no libraries
        raise broken_import(error) from error
    instance = address(str(_file(options).absolute()))
    if hand_over([one for one in wanted if one != "--hidden"] or ["show"], instance):
        return None
    check_display()
    try:
        import offhook.desktop.bridge  # noqa: F401  # whether it can be
    except ImportError as error:
        raise broken_import(error) from error
    return instance


def end(options: Namespace) -> int:
    """End the instance that runs, and wait until it has ended. Done as well if there is none."""
    from offhook.desktop.singleinstance import address, hand_over, wait_for_end

    instance = address(str(_file_to_be(options).absolute()))
    if hand_over(["end"], instance) and not wait_for_end(instance, END_S):
        complain("the Smart Messenger does not end; end it by its menu, then repeat this")
        return FAILED
    return OK


def end_everybody(options: Namespace) -> int:
    """End those of all sessions of this Windows; names those that do not end."""
    if sys.platform != "win32":
        complain("--everybody is for Windows: a setup there replaces the program of all")
        return FAILED
    from offhook.windows.ending import end_everybody

    # A setup runs the new program, which is beside the one that is to be replaced.
    left = end_everybody(Path(sys.executable).parents[1] / "app", restart=options.again)
    for one in left:
        complain(f"{one} runs still; end it, then repeat this")
    return FAILED if left else OK


def _listen(options: Namespace, end: Callable[[], None]) -> None:
    """Windows' setup may have this instance end, and be started again when it has replaced the program."""
    if sys.platform != "win32":
        return
    from offhook.windows.ending import listen

    def again() -> None:
        waiter = Path(sys.executable).parents[1] / "offhook-again.exe"
        with suppress(OSError):  # without, it starts at the next login
            # In a folder that no setup replaces.
            subprocess.Popen(
                [str(waiter), "messenger", "--hidden", "--again", *with_config(options)],
                cwd=waiter.anchor,
                close_fds=True,
            )

    listen(end, again)


def _file(options: Namespace) -> Path:
    """The configuration that the window changes: the user's own, at first a copy of what was installed for
    everybody."""
    found, file = config_file(options), _file_to_be(options)
    if found is not None and found != file:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, read_file(found).decode("utf-8-sig"))
    return file


def _file_to_be(options: Namespace) -> Path:
    """The same, whether it is there yet or not."""
    found = config_file(options)
    return user_file() if found is None or found == installed_file() else found
