"""What a switch keeps for the next one, in memory."""

from collections.abc import Collection, Mapping

from offhook.errors import UnavailableError


class Memory:
    """Texts in memory; `written` counts those that were, `refused` the attempts of those who may not."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.written = self.refused = 0
        self.away = False

    def read(self) -> Mapping[str, str]:
        if self.away:
            raise UnavailableError("away")
        return dict(self.texts)

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        if self.away:
            raise UnavailableError("away")
        self.written += len(changed)
        self.texts.update(changed)
        for name in removed:
            self.texts.pop(name, None)


class Awaited:
    """`CallTexts` of such texts."""

    def __init__(self, texts: Memory) -> None:
        self._texts = texts

    async def read(self) -> Mapping[str, str]:
        return self._texts.read()

    async def write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
        self._texts.write(changed, gone)
