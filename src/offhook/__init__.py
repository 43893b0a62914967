"""Offhook: open click-to-dial, from any TAPI application to the desk phone."""

__version__ = "0.1.0"
