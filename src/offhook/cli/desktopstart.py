"""Starts the window, or has the one that runs do what is wanted. Qt is imported once it is known to work."""

import logging
from argparse import Namespace

from offhook.assembly.startable import check_settings
from offhook.cli.common import LOG_FORMAT, OK, config_file, read_config
from offhook.common import coredumps
from offhook.config import user_file


def start(options: Namespace, wanted: list[str]) -> int:
    """Have the instance that runs do what is wanted, or become it. Raises `ConfigError`."""
    check_settings(read_config(options, secrets=True))
    from offhook.desktop.display import broken_import, check_display, check_qt

    check_qt()
    try:
        from offhook.desktop.singleinstance import address, hand_over
    except ImportError as error:
        check_display()  # who has no display needs no libraries
        raise broken_import(error) from error
    file = config_file(options) or user_file()
    instance = address(str(file.absolute()))
    if hand_over([one for one in wanted if one != "--hidden"] or ["show"], instance):
        return OK
    check_display()
    try:
        from offhook.desktop.bridge import run as run_desktop
    except ImportError as error:
        raise broken_import(error) from error
    logging.basicConfig(level=read_config(options).log.level, format=LOG_FORMAT)
    logging.getLogger("websockets").setLevel(logging.INFO)
    coredumps.switch_off(private=False)
    from offhook.cli.desktopprogram import program
    from offhook.desktop.app import App
    from offhook.desktop.preferences import Preferences

    made = program(options, file, instance)
    return run_desktop(lambda application: App(application, made, Preferences()).run(wanted))
