"""No core dumps: passwords and tokens are in memory, and a dump would be a copy of them on some disk."""

import ctypes
import logging
import sys

logger = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4
"""prctl(2): whether a core is dumped, and who else may read the memory."""


def switch_off(*, private: bool) -> None:
    """Write no core dump when this process crashes. To be called once by each long-running program.

    `private`, on Linux: no other process of the account may look into the memory either, and no crash handler
    that does not mind the limit. A program with a window must not ask for it: desktop portals look into
    /proc to see who asks them, and refuse whom they cannot look at. On Windows nothing is done: a dump is
    written there only where an administrator has set it up.
    """
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if private and sys.platform == "linux":
        try:
            refused = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        except (OSError, AttributeError):
            refused = -1
        if refused:
            logger.warning(
                "the memory of this process cannot be kept from core dumps; only their limit is set"
            )
