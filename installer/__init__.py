"""Builds the Windows installer on Linux: `python -m installer`, or `make installer`."""
