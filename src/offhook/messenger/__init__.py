"""The Smart Messenger: takes commands from any interface, and tells who watches of calls."""

from offhook.messenger.link import Link, ManagerClient
from offhook.messenger.messenger import Messenger

__all__ = ["Link", "ManagerClient", "Messenger"]
