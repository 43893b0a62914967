"""The Smart Messenger's call control, with the Call Manager played by the test."""

import asyncio
from dataclasses import replace

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    Command,
    Dial,
    Direction,
    Drop,
    Party,
    Result,
    Terminal,
    advance,
    changed,
)
from offhook.common.tally import SHOWN
from offhook.errors import CallError, Refusal
from offhook.messenger import Messenger
from tests.messenger.helpers import PlayedLink, a_call, digits, unavailable
from tests.waiting import until


def a_messenger(link: PlayedLink) -> Messenger:
    messenger = Messenger(digits, default_terminal="4000")
    messenger.attach(link)
    return messenger


async def test_a_dial_is_normalised_and_asked_of_the_call_manager() -> None:
    link = PlayedLink()
    assert await a_messenger(link).perform(Dial("4000", "40-01")) == a_call("c1")
    assert link.asked == [("watch", "4000"), ("dial", "4000", "4001")]


async def test_an_address_without_a_digit_is_refused_before_anybody_is_asked() -> None:
    link = PlayedLink()
    with pytest.raises(CallError) as caught:
        await a_messenger(link).perform(Dial("4000", "--"))
    assert (caught.value.refusal, link.asked) == (Refusal.INVALID_ADDRESS, [])


async def test_rule_8_a_dial_without_the_call_manager_fails_at_once() -> None:
    link = PlayedLink(connected=False)
    with pytest.raises(CallError) as caught:
        await a_messenger(link).perform(Dial("4000", "4001"))
    assert (caught.value.refusal, link.asked) == (Refusal.UNAVAILABLE, [])


async def test_watchers_hear_each_value_once_however_it_comes() -> None:
    messenger = a_messenger(PlayedLink())
    heard: list[CallState] = []
    messenger.watch("4000", lambda call: heard.append(call.state))
    messenger.on_call(a_call("c1"))
    await messenger.perform(Dial("4000", "4001"))
    messenger.on_call(a_call("c1"))
    messenger.on_call(a_call("c1", CallState.PROCEED))
    assert heard == [CallState.OFF_HOOK, CallState.PROCEED]


def test_the_window_hears_after_the_programs_however_early_it_began_to_listen() -> None:
    messenger = a_messenger(PlayedLink(connected=False))
    heard: list[str] = []
    end = messenger.watch("4000", lambda _call: heard.append("window"), last=True)
    messenger.watch("4000", lambda _call: heard.append("program"))
    messenger.on_call(a_call("c1"))
    end()
    messenger.on_call(a_call("c2"))
    assert heard == ["program", "window", "program"]


async def test_a_watcher_that_fails_harms_neither_the_others_nor_the_dial(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_told: object) -> None:
        raise ZeroDivisionError

    messenger = a_messenger(PlayedLink(snapshot=[a_call("old", CallState.CONNECTED)]))
    heard: list[str] = []
    links: list[bool] = []
    terminals: list[Terminal] = []
    messenger.watch("4000", fail)
    messenger.watch("4000", lambda call: heard.append(call.id))
    messenger.watch_link(fail)
    messenger.watch_link(links.append)
    messenger.watch_terminals(fail)
    messenger.watch_terminals(terminals.append)
    for _ in range(2):
        await messenger.perform(Dial("4000", "4001"))
    messenger.on_link(True)
    messenger.on_terminal(Terminal("4000"))
    assert (heard, links, len(terminals)) == (["old", "c1"], [True], 1)
    assert "ZeroDivisionError" in caplog.text


async def test_a_late_reply_does_not_bring_back_a_call_that_is_over() -> None:
    messenger = a_messenger(PlayedLink())
    messenger.on_call(a_call("c1"))
    messenger.on_call(advance(a_call("c1"), CallState.ON_HOOK, 2.0, Cause.BUSY))
    await messenger.perform(Dial("4000", "4001"))
    assert messenger.live("4000") == ()


async def test_calls_that_were_live_before_the_watch_are_told() -> None:
    messenger = a_messenger(PlayedLink(snapshot=[a_call("old", CallState.CONNECTED)]))
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    await asyncio.sleep(0)
    assert [call.id for call in heard] == ["old"]


async def test_after_unwatching_nothing_is_heard() -> None:
    messenger = a_messenger(PlayedLink())
    heard: list[Call] = []
    messenger.watch("4000", heard.append)()
    messenger.on_call(a_call("c1"))
    assert heard == []


@pytest.mark.parametrize("which", ["", "c1", "4001", "40-01", "(40)01"])
async def test_rule_5_drop_names_a_call_by_id_by_address_or_not_at_all(which: str) -> None:
    link = PlayedLink()
    messenger = a_messenger(link)
    await messenger.perform(Dial("4000", "(40)01"))
    await messenger.perform(Drop(which, "4000"))
    assert link.asked[-1] == ("drop", "c1")


async def test_an_empty_drop_means_the_newest_call_that_the_terminal_made() -> None:
    link = PlayedLink()
    messenger = a_messenger(link)
    for call in (a_call("old"), a_call("new"), replace(a_call("in"), direction=Direction.INBOUND)):
        messenger.on_call(call)
    await messenger.perform(Drop("", "4000"))
    assert link.asked[-1] == ("drop", "new")


@pytest.mark.parametrize("which", ["", "c9", "4002"])
async def test_dropping_what_is_not_there_is_refused(which: str) -> None:
    messenger = a_messenger(PlayedLink())
    if which:
        messenger.on_call(a_call("c1"))
    with pytest.raises(CallError) as caught:
        await messenger.perform(Drop(which, "4000"))
    assert caught.value.refusal is Refusal.NO_SUCH_CALL


async def test_rule_8_a_live_call_is_kept_while_the_call_manager_is_away() -> None:
    link = PlayedLink()
    messenger = a_messenger(link)
    messenger.on_call(a_call("c1", CallState.CONNECTED))
    link.connected = False
    messenger.on_link(False)
    assert [call.id for call in messenger.live("4000")] == ["c1"]


async def test_a_watch_that_began_without_the_call_manager_is_made_good() -> None:
    link = PlayedLink(connected=False, snapshot=[a_call("c1", CallState.RING_BACK)])
    messenger = a_messenger(link)
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    link.connected = True
    messenger.on_link(True)
    await asyncio.sleep(0)
    assert [call.state for call in heard] == [CallState.RING_BACK]


async def test_a_call_dialled_by_hand_to_the_number_of_a_failed_dial_is_told_and_left_alone() -> None:
    link = PlayedLink(answer=unavailable())
    messenger = a_messenger(link)
    heard: list[Call] = []
    messenger.watch("4000", heard.append)
    with pytest.raises(CallError):
        await messenger.perform(Dial("4000", "4001"))
    messenger.on_link(True)
    messenger.on_call(a_call("by-hand", CallState.CONNECTED))
    await asyncio.sleep(0)
    assert [call.id for call in heard] == ["by-hand"]
    assert ("drop", "by-hand") not in link.asked


async def test_what_cannot_be_watched_is_not_dialled() -> None:
    link = PlayedLink(unwatchable=CallError(Refusal.OVERLOADED, "too many terminals are watched"))
    messenger = a_messenger(link)
    with pytest.raises(CallError) as caught:
        await messenger.perform(Dial("4000", "4001"))
    assert caught.value.refusal is Refusal.OVERLOADED
    assert link.asked == [("watch", "4000")]
    link.unwatchable = None
    assert await messenger.perform(Dial("4000", "4001")) == a_call("c1")


@pytest.mark.parametrize("which", ["", "by-hand", "4001", "40-01"])
async def test_the_first_drop_finds_a_call_that_was_dialled_by_hand_before(which: str) -> None:
    link = PlayedLink(snapshot=[a_call("by-hand", CallState.CONNECTED)])
    await a_messenger(link).perform(Drop(which, "4000"))
    assert link.asked[-1] == ("drop", "by-hand")


async def test_a_drop_waits_for_a_watch_that_has_just_begun() -> None:
    link = PlayedLink(snapshot=[a_call("by-hand", CallState.CONNECTED)])
    link.gate.clear()
    messenger = a_messenger(link)
    messenger.watch("4000", lambda call: None)
    dropping = asyncio.ensure_future(messenger.perform(Drop("", "4000")))
    await asyncio.sleep(0)
    link.gate.set()
    await dropping
    assert link.asked == [("watch", "4000"), ("drop", "by-hand")]


async def test_after_a_break_a_drop_asks_what_was_dialled_by_hand_meanwhile() -> None:
    link = PlayedLink()
    messenger = a_messenger(link)
    messenger.on_link(True)
    await messenger.perform(Dial("4000", "4001"))
    messenger.on_link(False)
    messenger.on_link(True)
    link.snapshot = [a_call("by-hand", CallState.CONNECTED, "4002")]
    await messenger.perform(Drop("", "4000"))
    assert link.asked[-2:] == [("calls", "4000"), ("drop", "by-hand")]
    await messenger.perform(Drop("by-hand", "4000"))
    assert link.asked[-1] == link.asked[-2]


async def test_a_drop_without_the_call_manager_says_so_at_once() -> None:
    with pytest.raises(CallError) as caught:
        await a_messenger(PlayedLink(connected=False)).perform(Drop("", "4000"))
    assert caught.value.refusal is Refusal.UNAVAILABLE


async def test_a_name_that_becomes_known_is_told_in_the_same_state() -> None:
    messenger = a_messenger(PlayedLink())
    heard: list[Party] = []
    messenger.watch("4000", lambda call: heard.append(call.callee))
    messenger.on_call(a_call("c1"))
    messenger.on_call(a_call("c1", name="Lee Min-ho"))
    assert heard == [Party("", "4001"), Party("Lee Min-ho", "4001")]


def test_only_listed_terminals_may_be_used() -> None:
    messenger = Messenger(digits, terminals=["4000"])
    assert messenger.may_use("4000")
    assert not messenger.may_use("4999")


def parties(call: Call) -> tuple[str, str]:
    return call.caller.name, call.callee.name


async def test_the_directorys_name_is_told_after_the_call_itself() -> None:
    link = PlayedLink()
    messenger = Messenger(digits, name_of=lambda number: {"4001": "김철수"}.get(number, ""))
    messenger.attach(link)
    heard: list[tuple[str, str]] = []
    messenger.watch("4000", lambda call: heard.append(parties(call)))
    await messenger.perform(Dial("4000", "4001"))
    assert heard == [("Kim", "")]
    await asyncio.sleep(0)
    messenger.on_call(a_call("c1", CallState.PROCEED))
    messenger.on_call(a_call("c1", CallState.ON_HOOK))
    assert heard == [("Kim", ""), *[("Kim", "김철수")] * 3]


async def test_no_name_is_looked_for_while_the_dial_is_under_way() -> None:
    """The client hears of its call first, then of the name."""

    class EarlyLink(PlayedLink):
        async def perform(self, command: Command[Result]) -> Result:
            messenger.on_call(a_call("c1"))
            await asyncio.sleep(0.01)
            assert heard == [("Kim", "")]
            return await super().perform(command)

    messenger = Messenger(digits, name_of=lambda _: "김철수")
    messenger.attach(EarlyLink())
    heard: list[tuple[str, str]] = []
    messenger.watch("4000", lambda call: heard.append(parties(call)))
    await messenger.perform(Dial("4000", "4001"))
    await asyncio.sleep(0)
    assert heard == [("Kim", ""), ("Kim", "김철수")]


async def test_the_call_managers_name_counts_more_than_the_directorys() -> None:
    messenger = Messenger(digits, name_of=lambda _: "somebody else")
    messenger.attach(PlayedLink())
    messenger.on_call(a_call("c1", name="Lee"))
    await asyncio.sleep(0)
    assert [parties(call) for call in messenger.live("4000")] == [("Kim", "Lee")]


async def test_who_was_not_found_is_looked_for_again_when_the_call_goes_on() -> None:
    names: dict[str, str] = {}
    messenger = Messenger(digits, name_of=lambda number: names.get(number, ""))
    messenger.attach(PlayedLink())
    messenger.on_call(a_call("c1"))
    await asyncio.sleep(0)
    names["4001"] = "김철수"
    messenger.on_call(a_call("c1", CallState.PROCEED))
    await asyncio.sleep(0)
    assert [parties(call) for call in messenger.live("4000")] == [("Kim", "김철수")]


async def test_callers_are_named_too() -> None:
    messenger = Messenger(digits, name_of=lambda number: {"4001": "김철수"}.get(number, ""))
    messenger.attach(PlayedLink())
    call = a_call("c1")
    messenger.on_call(
        replace(call, direction=Direction.INBOUND, caller=Party("", "4001"), callee=call.caller)
    )
    await asyncio.sleep(0)
    assert [parties(call) for call in messenger.live("4000")] == [("김철수", "Kim")]


async def test_a_terminal_that_is_not_there_is_asked_for_no_longer_than_somebody_wants_it() -> None:
    link = PlayedLink(unwatchable=CallError(Refusal.NO_SUCH_TERMINAL, "there is no such terminal"))
    messenger = a_messenger(link)
    leave = messenger.watch("made-up", lambda _: None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    messenger.on_link(True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert link.asked == [("watch", "made-up")] * 2
    leave()
    messenger.on_link(True)
    await asyncio.sleep(0)
    assert len(link.asked) == 2


async def test_a_terminal_that_nobody_wants_any_more_is_not_watched_once_the_link_is_up() -> None:
    link = PlayedLink(connected=False)
    messenger = a_messenger(link)
    messenger.watch("4000", lambda _: None)()
    link.connected = True
    messenger.on_link(True)
    await asyncio.sleep(0)
    assert link.asked == []


async def test_terminals_that_clients_make_up_are_a_few_lines_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    link = PlayedLink(unwatchable=CallError(Refusal.NO_SUCH_TERMINAL, "there is no such terminal"))
    messenger = a_messenger(link)
    for number in range(50):
        messenger.watch(f"{number}-{'x' * 4000}", lambda _: None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(link.asked) == 50
    assert caplog.messages[0][:50] == f"from terminal 0-{'x' * 34}"
    assert len(caplog.messages) == SHOWN
    assert all(line.endswith("x: not watched (no-such-terminal)") for line in caplog.messages)
    assert max(map(len, caplog.messages)) < 200


async def test_a_name_from_the_directory_stays_in_later_values_and_keeps_none_of_them_away() -> None:
    messenger = Messenger(digits, name_of=lambda _: "김철수")
    messenger.attach(PlayedLink())
    heard: list[tuple[CallState, str]] = []
    messenger.watch("4000", lambda call: heard.append((call.state, call.callee.name)))
    first = a_call("c1")
    messenger.on_call(first)
    await asyncio.sleep(0)
    ringing = advance(first, CallState.RING_BACK, 2.0)
    messenger.on_call(ringing)
    messenger.on_call(first)  # late, and again
    messenger.on_call(changed(ringing, callee=Party("Lee", "4001")))
    await asyncio.sleep(0)
    states = [CallState.OFF_HOOK, CallState.OFF_HOOK, CallState.RING_BACK, CallState.RING_BACK]
    assert heard == list(zip(states, ["", "김철수", "김철수", "Lee"], strict=True))


async def test_a_line_is_known_when_the_call_manager_has_reported_it_and_tells_that_it_changes() -> None:
    messenger, heard = a_messenger(PlayedLink()), []
    assert messenger.line("4000") is None
    stop = messenger.watch_line("4000", lambda: heard.append(messenger.line("4000")))
    phone = Terminal("4000", "Kim", in_service=True)
    for value in (phone, phone, replace(phone, missed=1), Terminal("4001")):
        messenger.on_terminal(value)
    assert heard == [phone, replace(phone, missed=1)]
    stop()
    messenger.on_terminal(phone)
    assert (len(heard), messenger.line("4000")) == (2, phone)


async def test_a_line_tells_that_the_call_manager_came_and_went() -> None:
    link = PlayedLink(connected=False)
    messenger, heard = a_messenger(link), []
    messenger.watch_line("4000", lambda: heard.append(messenger.reachable))
    link.connected = True
    messenger.on_link(True)
    link.connected = False
    messenger.on_link(False)
    assert heard == [True, False]


async def test_all_calls_are_those_that_the_call_manager_has_in_this_session() -> None:
    link = PlayedLink(snapshot=[a_call("c1")])
    messenger = a_messenger(link)
    messenger.on_link(True)
    assert await messenger.all_calls("4000") == (a_call("c1"),)
    messenger.on_link(True)
    link.snapshot = [a_call("c2")]
    assert await messenger.all_calls("4000") == (a_call("c2"),)


async def test_terminals_that_nobody_watches_at_the_call_manager_are_forgotten_with_their_lines() -> None:
    messenger = a_messenger(PlayedLink(unwatchable=CallError(Refusal.NO_SUCH_TERMINAL, "ask for them")))
    stop = messenger.watch_line("invented", lambda: None)
    with pytest.raises(CallError):
        await messenger.all_calls("invented")
    stop()
    assert messenger._watches == {}


async def test_a_terminal_to_which_nobody_listens_is_forgotten_with_its_calls() -> None:
    link, messenger = PlayedLink(snapshot=[a_call("c1", CallState.RING_BACK)]), Messenger(str)
    messenger.attach(link)
    unwatch = messenger.watch("4000", lambda _call: None)
    await until(lambda: messenger.live("4000"))
    await asyncio.sleep(0)
    assert not messenger.forget("4000"), "somebody listens"
    unwatch()
    assert messenger.forget("4000")
    assert messenger.live("4000") == ()
    assert not messenger.forget("4000")
    messenger.watch("4000", lambda _call: None)
    await until(lambda: messenger.live("4000"))
    await messenger.stop()
