"""Two embedded switches of a cluster, Seoul's and Busan's, as each knows the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from offhook.call import Call
from offhook.switch.base import Door, SecureDoor
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.site import NAMES, Site

PARTS = {"seoul": ("4000", "4001"), "busan": ("4002", "4003")}


class Others:
    """What the cluster tells one of them of the other."""

    def __init__(self, pair: Pair, part: str) -> None:
        self._pair, self._part = pair, part

    def has(self, terminal: str) -> bool:
        return terminal not in PARTS[self._part] and any(terminal in some for some in PARTS.values())

    def name(self, terminal: str) -> str:
        return NAMES[terminal]

    def door(self, terminal: str) -> Door | None:
        there = next(part for part, some in PARTS.items() if terminal in some)
        return None if there in self._pair.away else self._pair.switch(there).door

    def calls(self, terminal: str) -> Collection[Call]:
        return ()

    def hosts(self) -> Collection[str]:
        return ["127.0.0.1"]

    def keys(self) -> Mapping[str, str]:
        doors = {part: self._pair.switch(part).door for part in PARTS if part != self._part}
        return {part: door.key for part, door in doors.items() if door and part not in self._pair.away}

    def secure_doors(self) -> Collection[SecureDoor]:
        return self._pair.secure_doors()


class Pair:
    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.away: set[str] = set()

    @property
    def seoul(self) -> Site:
        return self.sites["seoul"]

    @property
    def busan(self) -> Site:
        return self.sites["busan"]

    def switch(self, part: str) -> EmbeddedSwitch:
        switch = self.sites[part].switch
        assert isinstance(switch, EmbeddedSwitch)
        return switch

    def secure_doors(self) -> list[SecureDoor]:
        doors = [self.switch(part).door for part in self.sites]
        return [door.secure for door in doors if door is not None and door.secure is not None]
