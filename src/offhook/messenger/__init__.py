"""The Smart Messenger: takes Dial and Drop from any front door, hands call states to whoever watches."""

from offhook.messenger.link import Link, ManagerClient
from offhook.messenger.messenger import Messenger

__all__ = ["Link", "ManagerClient", "Messenger"]
