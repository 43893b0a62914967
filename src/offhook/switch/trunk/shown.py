"""Which number of an account is shown for a phone: its own, that of its group, or the account's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offhook.config import GroupSettings, TerminalSettings, TrunkSettings
from offhook.config.sections.group import EVERY


class ShownNumbers:
    """Of the first group in the file that the phone is in and whose number the account has."""

    def __init__(self, terminals: Mapping[str, TerminalSettings], groups: Sequence[GroupSettings]) -> None:
        self._numbers = {
            one.id: tuple(
                filter(
                    None,
                    (one.number, *(group.number for group in groups if {one.id, EVERY} & {*group.terminals})),
                )
            )
            for one in terminals.values()
        }

    def of(self, terminal: str, trunk: TrunkSettings) -> str:
        """The number, with `+` and its country; only one of the account's, "" if it has none."""
        numbers = self._numbers.get(terminal, ())
        return next((number for number in numbers if trunk.has(number)), trunk.shown_number)
