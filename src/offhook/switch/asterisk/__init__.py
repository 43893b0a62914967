"""The driver for Asterisk 18 and later, by way of its manager interface (AMI)."""

from offhook.switch.asterisk.switch import AsteriskSwitch

__all__ = ["AsteriskSwitch"]
