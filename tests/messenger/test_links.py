"""The contract of the Smart Messenger's way to the Call Manager, over each of its ways."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import Call, Dial, Drop
from offhook.errors import CallError, Refusal
from offhook.manager.locallink import LocalLink
from offhook.manager.replyfirst import ReplyFirst
from offhook.sscp.client import Credentials, SscpClient
from tests.messenger.linkcontract import LinkContract, Way
from tests.sscp.helpers import Heard, a_site
from tests.waiting import ONE_STEP_S


class TestOverSscp(LinkContract):
    @pytest.fixture
    async def way(self, tmp_path: Path) -> AsyncIterator[Way]:
        heard = Heard()
        async with a_site(tmp_path) as site:
            client = SscpClient(
                site.url,
                Credentials("root", "toor"),
                on_call=lambda call: way.on_call(call),
                on_terminal=heard.on_terminal,
                on_link=heard.on_link,
                on_trunk=heard.on_trunk,
            )
            way = Way(site.switch, site.manager, client, heard, [])
            await client.start()
            await client.connected_once(ONE_STEP_S)
            yield way
            await client.stop()


class TestInOneProcess(LinkContract):
    @pytest.fixture
    async def way(self, tmp_path: Path) -> AsyncIterator[Way]:
        heard = Heard()
        async with a_site(tmp_path) as site:
            link = LocalLink(
                site.manager,
                on_call=lambda call: way.on_call(call),
                on_terminal=heard.on_terminal,
                on_link=heard.on_link,
                on_trunk=heard.on_trunk,
            )
            way = Way(site.switch, site.manager, link, heard, [])
            await link.start()
            yield way
            await link.stop()

    async def test_there_is_no_login_to_end(self, way: Way) -> None:
        with pytest.raises(CallError) as caught:
            await way.link.logout()
        assert caught.value.refusal is Refusal.BAD_REQUEST

    async def test_a_call_in_which_somebody_was_told_is_told_to_all(self, way: Way) -> None:
        """What a listener raises is no affair of the switch."""
        others: list[Call] = []
        second = LocalLink(way.manager, on_call=others.append)
        await second.start()
        await second.watch("*")
        await way.link.watch("*")
        call = way.switch.ring_in("4000", "4001")
        assert [one.id for one in others] == [call.id] == [one.id for one in way.heard.calls]
        await second.stop()

    async def test_it_hears_before_those_that_were_told_already(self, way: Way) -> None:
        """The program at the phone that rings does not wait for all who watch it over the network."""
        order: list[str] = []
        way.manager.subscribe(lambda _event: order.append("over the network"))
        second = LocalLink(way.manager, on_call=lambda _call: order.append("here"))
        await second.start()
        await second.watch("*")
        way.switch.ring_in("4000", "4001")
        assert order[:2] == ["here", "over the network"]
        await second.stop()

    async def test_a_call_that_comes_in_does_not_wait_until_another_one_has_begun(self, way: Way) -> None:
        await way.link.watch("*")
        way.switch.slow_reply = asyncio.Event()
        dialling = asyncio.ensure_future(way.ask(Dial("4000", "4001")))
        await way.all_told()
        call = way.switch.ring_in("4000", "4009")
        assert way.of(call.id) == ["RING_BACK"]
        assert not dialling.done()
        way.switch.slow_reply.set()
        await dialling

    async def test_many_commands_in_one_turn_cost_each_the_same(
        self, way: Way, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is told meanwhile is looked at a few times, not once for each of the commands."""
        looked = 0

        def holds(held: ReplyFirst[object], terminal: str, event: object, *, asked: bool) -> bool:
            nonlocal looked
            looked += 1
            return as_it_is(held, terminal, event, asked=asked)

        as_it_is = ReplyFirst[object].holds
        monkeypatch.setattr(ReplyFirst, "holds", holds)
        await way.link.watch("*")
        for _ in range(100):
            call = await way.ask(Dial("4000", "4001"))
            await way.ask(Drop(call.id))
        await way.all_told()
        assert [way.of(one) for one in {told[2] for told in way.told if told[0] == "reply"}] == [
            ["reply", "reply", "ON_HOOK"]
        ] * 100
        assert looked < 1000

    async def test_who_dials_without_a_pause_holds_up_nobody_elses_events(self, way: Way) -> None:
        """Each command holds back events for a turn of the loop, and the next one not those of the last."""
        await way.link.watch("*")
        rung: list[str] = []
        held_up: list[int] = []

        async def without_a_pause(terminal: str) -> None:
            for turn in range(50):
                call = await way.link.perform(Dial(terminal, "0301234"))
                await way.link.perform(Drop(call.id))
                if turn == 10 and not rung:
                    rung.append(way.switch.ring_in("4002", "4001").id)
                if rung and rung[0] not in [one.id for one in way.heard.calls]:
                    held_up.append(turn)
                await asyncio.sleep(0)

        await asyncio.gather(*(without_a_pause(terminal) for terminal in ("4000", "4001")))
        assert rung[0] in [one.id for one in way.heard.calls]
        assert max(held_up, default=0) <= 12
