"""How expensive a password hash is: it protects a stolen users file, and
lengthens the morning's login queue."""

from argon2 import PasswordHasher

from offhook.errors import UserError

COSTS = {
    "high": (3, 64 * 1024, 4),
    "medium": (1, 46 * 1024, 1),
    "low": (2, 19 * 1024, 1),
}
"""Argon2id's passes, memory (KiB) and lanes. "high" is the second recommendation of RFC 9106 §4; the others
are those of OWASP's Password Storage Cheat Sheet, some 4 and 12 times cheaper."""

DEFAULT = "high"


def password_hasher(cost: str = DEFAULT) -> PasswordHasher:
    """A hasher of this cost. Hashes of another cost are still verified, and replaced at the next login."""
    try:
        passes, memory, lanes = COSTS[cost]
    except KeyError:
        raise UserError(f"{cost!r} is not a cost of passwords; take one of: {', '.join(COSTS)}") from None
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)
