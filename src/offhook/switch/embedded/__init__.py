"""The embedded SIP switch: phones register here, nothing else is to be installed."""

from offhook.switch.embedded.switch import EmbeddedSwitch

__all__ = ["EmbeddedSwitch"]
