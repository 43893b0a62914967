"""Looking for a newer version: a list that its publisher has signed, then the setup, if a person says yes.

updates = Updates(config.update, config.state.dir)
offer = await updates.look()         what is newer, None if nothing is
file = await updates.download(offer) its setup, checked

The server is not trusted: it may be stopped, lie, or show old lists. Only the configured key counts.
"""

from offhook.update.manifest import Download, Manifest, Offer, UpdateError, read_manifest, write_manifest
from offhook.update.updates import Updates

__all__ = ["Download", "Manifest", "Offer", "UpdateError", "Updates", "read_manifest", "write_manifest"]
