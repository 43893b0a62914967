"""The embedded SIP switch: phones register here, nothing else is to be installed."""

from offhook.switch.embedded.settings import EmbeddedSettings, SipTerminal
from offhook.switch.embedded.switch import EmbeddedSwitch

__all__ = ["EmbeddedSettings", "EmbeddedSwitch", "SipTerminal"]
