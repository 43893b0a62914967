"""How often a test does what takes long and rarely tells anything new: more often with OFFHOOK_LONG=1.

The gate's numbers show each fault that comes every time; the large ones are for faults that come now and
then.
"""

import os

LONG = os.environ.get("OFFHOOK_LONG", "") not in ("", "0")


def times(gate: int, long: int) -> int:
    """The one that is asked for."""
    return long if LONG else gate
