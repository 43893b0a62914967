"""What a node could not write for the next owner, and has itself. No I/O."""

from collections.abc import Collection, Mapping


class Unwritten:
    """What a node could not write before its lease ended. It is good for as long as nobody else is the owner:
    NATS may only have been away, and then the same node goes on in the same epoch."""

    def __init__(self) -> None:
        self.changed: dict[str, str] = {}
        self.gone: set[str] = set()
        self._epoch = 0
        self._writes = 0
        self._last: dict[str, int] = {}

    def begin(self, epoch: int, names: Collection[str]) -> int:
        """A write of these names begins, in this epoch; returns what `end` is told."""
        self.keep_of(epoch)
        self._writes += 1
        self._last |= dict.fromkeys(names, self._writes)
        return self._writes

    def end(self, write: int, changed: Mapping[str, str], gone: Collection[str], *, written: bool) -> None:
        """It has ended. Names that a later one has, are that one's."""
        for name in [*changed, *gone]:
            if self._last.get(name) != write:
                continue
            self.changed.pop(name, None)
            self.gone.discard(name)
            if written:
                del self._last[name]
            elif name in changed:
                self.changed[name] = changed[name]
            else:
                self.gone.add(name)

    def keep_of(self, epoch: int) -> None:
        """What is of another epoch is over."""
        if epoch != self._epoch:
            self._epoch = epoch
            for one in (self.changed, self.gone, self._last):
                one.clear()
