"""`offhook update`."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import FAILED, OK, add_config, complain, read_config
from offhook.errors import ConfigError
from offhook.windows.setup import start_setup

if TYPE_CHECKING:
    from offhook.update import Offer, Updates

SUMMARY = """Look for a newer Offhook in the signed list that `[update]` of the configuration names. Nothing
but that list is fetched until you say yes to `--install`, which is for Windows."""

EXAMPLES = """\
  offhook update
  offhook update --install"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="only look, which is what happens without an option"
    )
    what.add_argument("--install", action="store_true", help="ask, then fetch the setup and start it")
    parser.add_argument("--yes", action="store_true", help="do not ask before it is fetched")
    add_config(parser)


def run(options: Namespace) -> int:
    """Raises `ConfigError`, `UnavailableError`, `UpdateError`."""
    from offhook import __version__
    from offhook.cli.updates import updates

    config = read_config(options)
    found = updates(config)
    if found is None:
        raise ConfigError(
            config.file or "configuration",
            "update.url",
            "is not set, so nobody looks for updates",
            "Set it and public_key, as who publishes them tells you",
        )
    offer = asyncio.run(found.look())
    if offer is None:
        print(f"Offhook {__version__} is the newest")
        return OK
    print(f"Offhook {offer.version} is available; this is {__version__}")
    print(f"what is new: {offer.notes}")
    return install(found, offer, sure=options.yes) if options.install else OK


def install(
    updates: "Updates", offer: "Offer", *, sure: bool, start: Callable[[Path, str], bool] = start_setup
) -> int:
    """Ask, fetch the setup and start it. Raises `UnavailableError`, `UpdateError`, `SetupChangedError`."""
    if offer.download is None:
        complain("the setup is not for this computer: install it as you have installed this one")
        return FAILED
    if not sure and not _agreed(offer.download.size):
        complain("nothing was fetched")
        return FAILED
    file = asyncio.run(updates.download(offer))
    try:
        started = start(file, offer.download.sha256)
    except OSError as error:
        complain(f"{file} cannot be read ({error.strerror})")
        return FAILED
    if not started:
        complain("Windows did not start the setup: an administrator has to agree")
        return FAILED
    print("the setup has started; go on in its window")
    return OK


def _agreed(size: int) -> bool:
    if not sys.stdin.isatty():
        complain("nobody can be asked here: give --yes")
        return False
    return input(f"Fetch {size / 1e6:.0f} MB and install? Type yes: ").strip().lower() == "yes"
