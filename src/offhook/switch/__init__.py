"""Switches: what really makes calls.

`base` is the contract; each folder is a driver, or what drivers share. Drivers do not know each other.
"""
