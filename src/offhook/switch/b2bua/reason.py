"""Why a phone is told to ring no more: the Reason of a CANCEL (RFC 3326)."""

from __future__ import annotations

import re
from collections.abc import Iterable

ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
"""Somebody has dealt with the call. Phones that know it do not count the call as missed."""

_COMPLETED = re.compile(r"\s*SIP\s*;(?:[^\"]*;)?\s*cause\s*=\s*200\b", re.IGNORECASE)


def says_elsewhere(reasons: Iterable[str]) -> bool:
    """Does one of the reasons say that the call has been answered somewhere else?"""
    return any(_COMPLETED.match(reason) for reason in reasons)
