"""What a peer is told that was made before whole call control: of a cause that it does not know the nearest.

`offhook.call.refusals` has the same for refusals.
"""

from offhook.call.enums import Cause

OLDER_CAUSES = {
    Cause.ELSEWHERE: Cause.NORMAL,
    Cause.CANCELLED: Cause.DROPPED,
    Cause.FORWARDED: Cause.NORMAL,
    Cause.TRANSFERRED: Cause.NORMAL,
    Cause.PARKED: Cause.NORMAL,
}
"""For version 1 and 2 of the TSP session, and for the first SSCP 1."""
