"""Forwardings in a table that another telephone system of the cluster uses as well."""

from collections.abc import Collection, Mapping

from offhook.switch.b2bua.forwardings import KeptForwarding
from offhook.switch.b2bua.forwardingtexts import TextForwardings

QUIET = KeptForwarding((), True)


class Table:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def read(self) -> Mapping[str, str]:
        return dict(self.texts)

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        self.texts.update(changed)
        for one in removed:
            del self.texts[one]


def test_what_is_another_telephone_systems_is_neither_read_nor_removed() -> None:
    table = Table()
    TextForwardings(table, {"5000"}).write({"5000": QUIET})
    seoul = TextForwardings(table, {"4000", "4001"})
    assert seoul.read() == {}
    seoul.write({"4000": QUIET})
    seoul.write({})
    assert TextForwardings(table).read() == {"5000": QUIET}
