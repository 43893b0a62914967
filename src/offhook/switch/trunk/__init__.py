"""Trunks: how a switch of ours calls the world outside, by the account of a SIP provider, and is called."""

from offhook.switch.trunk.trunks import Trunks

__all__ = ["Trunks"]
