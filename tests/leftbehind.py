"""What a test may leave behind in its process: those after it would fail, or pass, by chance.

What belongs to the process as a whole is compared before and after each test (`changed`). The logs are put
back without a word (`logs_as_before`): a program that runs on sets them, and tests run it in their process.
"""

import gc
import locale
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

SIGNALS = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD") if (number := getattr(signal, name, None))
)

OF_PYTEST = "PYTEST_CURRENT_TEST"
"""pytest changes this variable itself, at each step of a test."""


@contextmanager
def as_it_was() -> Iterator[None]:
    """The process, around a test. Raises `AssertionError`, which names what is otherwise than before."""
    before = of_the_process()
    with logs_as_before():
        yield
    left = changed(before)
    assert not left, f"left behind in the process: {'; '.join(left)}"


def of_the_process() -> dict[str, object]:
    """What each test finds as the one before left it, by its name."""
    return {
        "os.environ": {name: value for name, value in os.environ.items() if name != OF_PYTEST},
        "the working folder": _folder(),
        "the umask": _umask(),
        "handlers of signals": {number.name: _handler(number) for number in SIGNALS},
        "sys.excepthook": _excepthook(),
        "threading.excepthook": threading.excepthook,
        "sys.stdout and sys.stderr of Python": (sys.__stdout__, sys.__stderr__),
        "the switch interval": sys.getswitchinterval(),
        "the recursion limit": sys.getrecursionlimit(),
        "the garbage collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "the locale": locale.setlocale(locale.LC_ALL),
        "the time zone": time.tzname,
        "the default timeout of sockets": socket.getdefaulttimeout(),
        "sys.path": list(sys.path),
    }


def changed(before: dict[str, object]) -> list[str]:
    """What is otherwise now than it was, each in a line."""
    now = of_the_process()
    return [f"{name} was {_part(was, now[name])}" for name, was in before.items() if was != now[name]]


def _part(was: object, now: object) -> str:
    if isinstance(was, dict) and isinstance(now, dict):
        names = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
        return ", and ".join(f"{name}={was.get(name)!r}, is {now.get(name)!r}" for name in names)
    return f"{was!r}, is {now!r}"


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return "none: it was removed"


def _handler(number: signal.Signals) -> object:
    """A function that somebody has set; asyncio gives a signal back to the system, whoever had it before."""
    handler = signal.getsignal(number)
    if not callable(handler) or handler is signal.default_int_handler:
        return None
    return None if handler.__module__.endswith("conftest") else handler


def _excepthook() -> object:
    """pytest-qt has its own within each step of a test."""
    hook = sys.excepthook
    function = hook.func if isinstance(hook, partial) else hook
    return sys.__excepthook__ if function.__module__.startswith("pytestqt.") else hook


def _umask() -> str:
    """Asking the system by os.umask would change it for a moment, for all threads."""
    try:
        with open("/proc/self/status", "rb") as status:
            return next((line.decode() for line in status if line.startswith(b"Umask:")), "")
    except OSError:
        return ""


@contextmanager
def logs_as_before() -> Iterator[None]:
    """Level, handlers and switches of every log are afterwards what they were.

    A log of Offhook's that nobody had asked for before has no level of its own afterwards, unless it is that
    of a module, which may have set it when it was imported.
    """
    known = {log: (log.level, log.propagate, log.disabled, log.handlers[:]) for log in _logs()}
    off = logging.root.manager.disable
    try:
        yield
    finally:
        if logging.root.manager.disable != off:
            logging.disable(off)
        for log in _logs():
            if log in known:
                level, log.propagate, log.disabled, handlers = known[log]
                if log.handlers != handlers:
                    log.handlers[:] = handlers
            elif _is_only_a_name(log.name):
                level, log.propagate, log.disabled = logging.NOTSET, True, False
            else:
                continue
            if log.level != level:
                log.setLevel(level)


def _is_only_a_name(name: str) -> bool:
    """Is it of a package, or of nothing that was imported?"""
    module = sys.modules.get(name)
    return name.partition(".")[0] == "offhook" and (module is None or hasattr(module, "__path__"))


def _logs() -> list[logging.Logger]:
    return [logging.root, *(log for log in _named() if isinstance(log, logging.Logger))]


def _named() -> list[logging.Logger | logging.PlaceHolder]:
    return list(logging.root.manager.loggerDict.values())
