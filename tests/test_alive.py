"""Looking for what is still there."""

from __future__ import annotations

import weakref

from tests.alive import alive


class Kept:
    pass


class Derived(Kept):
    pass


def test_objects_of_a_type_and_of_those_derived_from_it_are_found() -> None:
    kept, derived = Kept(), Derived()
    found = alive(Kept)
    assert kept in found
    assert derived in found


def test_a_proxy_whose_object_is_gone_does_not_end_the_search() -> None:
    gone = Kept()
    proxy = weakref.proxy(gone)
    del gone
    assert alive(Kept) == []
    assert type(proxy) is weakref.ProxyType
