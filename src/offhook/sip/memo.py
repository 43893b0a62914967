"""What was read of texts that come again and again, by the text.

A phone says the same of itself in each of its messages, and so do all messages of a call of its two ends: of
what comes, only branches are new each time. A look into a dictionary is a tenth of reading a text anew; and a
text that is kept is one object, however many transactions have it.

The dictionaries are their readers' own and asked directly, as no function is as fast.
"""

from __future__ import annotations

from typing import TypeVar

MAX_TEXTS = 1024
"""Texts in one memo. When there are more, it is empty again: what comes often is soon back, and no order has
to be kept. A stranger who sends new texts all the time costs no more than without it."""

MAX_TEXT = 256
"""Characters of a text that is kept; a longer one is read each time."""

T = TypeVar("T")


def keep(memo: dict[str, T], text: str, read: T) -> T:
    """Keep what was read of a text; returns it."""
    if len(text) <= MAX_TEXT:
        if len(memo) >= MAX_TEXTS:
            memo.clear()
        memo[text] = read
    return read
