"""Provisioning: desk phones that fetch their configuration, and are terminals of the switch by it."""
