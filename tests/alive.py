"""What objects there are, for tests of what must be freed."""

from __future__ import annotations

import gc


def alive(*kinds: type) -> list[object]:
    """All objects of these types.

    The type is asked of the object itself: `isinstance` also asks for `__class__`, and that of a weak proxy
    whose object is gone raises ReferenceError. Anybody's library may have left one.

    It is asked what it inherits from, and not by `issubclass`: compiled, abstract classes of one base share
    what `ABCMeta` remembers of such questions, and one gets the answer for another.
    """
    return [one for one in gc.get_objects() if not set(kinds).isdisjoint(type(one).__mro__)]
