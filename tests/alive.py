"""What objects there are, for tests of what must be freed."""

from __future__ import annotations

import gc
from collections.abc import Callable


def alive(*kinds: type) -> list[object]:
    """All objects of these types.

    The type is asked of the object itself: `isinstance` also asks for `__class__`, and that of a weak proxy
    whose object is gone raises ReferenceError. Anybody's library may have left one.

    It is asked what it inherits from, and not by `issubclass`: compiled, abstract classes of one base share
    what `ABCMeta` remembers of such questions, and one gets the answer for another.
    """
    return [one for one in gc.get_objects() if not set(kinds).isdisjoint(type(one).__mro__)]


def newer(*kinds: type) -> Callable[[], list[object]]:
    """Asks for all of these types that have come since now: another test may have left some."""
    # They are kept, so that no new one comes to be where one of them was, and is taken for it.
    before = {id(one): one for one in alive(*kinds)}
    return lambda: [one for one in alive(*kinds) if id(one) not in before]
