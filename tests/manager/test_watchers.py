from offhook.manager.watchers import Watchers


def test_watchers_of_one_terminal_and_of_all_hear_of_it_once() -> None:
    watchers: Watchers[str] = Watchers()
    watchers.add("4000", "kim")
    watchers.add("*", "root")
    watchers.add("4000", "root")
    assert sorted(watchers.of("4000")) == ["kim", "root"]
    assert list(watchers.of("4001")) == ["root"]
    watchers.discard("4000", "kim")
    watchers.discard("*", "root")
    watchers.discard("4002", "nobody")
    assert list(watchers.of("4000")) == ["root"]
    assert list(watchers.of("4001")) == []
