"""Disables core dumps: they would write passwords and tokens to a disk."""

import logging
import sys

logger = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4
"""prctl(2): whether a core is dumped, and whether other processes may read the memory."""


def switch_off(*, private: bool) -> None:
    """Disable core dumps of this process. To be called once by each long-running program.

    `private` (Linux): also keep other processes of the account, and crash handlers that ignore the limit,
    from reading the memory. A program with a window must not use it: desktop portals identify their clients
    by /proc, and refuse those that they cannot read. Does nothing on Windows, where a dump is written only if
    an administrator has set that up.
    """
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if private and sys.platform == "linux":
        import ctypes  # a window, which is not private, does without

        try:
            refused = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        except (OSError, AttributeError):
            refused = -1
        if refused:
            logger.warning(
                "the memory of this process cannot be kept from core dumps; only their limit is set"
            )
