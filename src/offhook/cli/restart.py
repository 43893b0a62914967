"""The command line that starts this program anew, for autostart, links and the elevated copy of itself."""

import sys
from argparse import Namespace
from pathlib import Path

from offhook.cli.common import config_file
from offhook.config import LAUNCHERS, user_file


def with_config(options: Namespace) -> list[str]:
    """The configuration that is used, for a command that starts this program anew from anywhere."""
    file = config_file(options)
    return [] if file is None or file == user_file() else ["--config", str(file.absolute())]


def own_command() -> list[str]:
    """What starts this program anew."""
    python = Path(sys.executable)
    if python.name in LAUNCHERS:
        # Autostart, links and the elevated copy need no console.
        return [str(python.with_name(LAUNCHERS[-1]))]
    script = Path(sys.argv[0])
    if script.name.startswith("offhook") and script.suffix != ".py":
        return [str(script.absolute())]
    return [sys.executable, "-m", "offhook"]
