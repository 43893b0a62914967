"""Switches: what really makes calls. `base` is the contract, `registry` knows the drivers by name."""
