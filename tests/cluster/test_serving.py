"""Commands of other nodes: carried out once, in the epoch that they are meant for, and taken back in time."""

import asyncio
from typing import Any

import msgspec

from offhook.call import Call, CallState, Command, Dial, Drop, Party
from offhook.cluster.messages import AskCommand
from offhook.cluster.serving import MAX_SERVED, Serving, ask_of
from offhook.errors import CallError, Refusal
from offhook.sscp.messages import Reply, decode_server_message

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("", "4000"), Party("", "4001"), 1.0)


class Owner:
    """A node that owns everything in epoch 7."""

    def __init__(self) -> None:
        self.done: list[Command[Any]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.serving = Serving(lambda _terminal: 7, self._carry_out)

    async def _carry_out(self, _terminal: str, command: Command[Any]) -> Any:
        await self.go.wait()
        self.done.append(command)
        return CALL if isinstance(command, Dial) else None

    async def ask(self, asked: AskCommand) -> Reply:
        reply = decode_server_message(await self.serving.serve(asked))
        assert isinstance(reply, Reply)
        return reply


def dial(ask: str = "a", epoch: int = 7) -> AskCommand:
    return ask_of(ask, "4000", epoch, Dial("4000", "4001"))


def refused(reply: Reply) -> Refusal | None:
    return None if reply.error is None else reply.error.code


async def test_a_command_is_carried_out_and_its_result_comes_back() -> None:
    owner = Owner()
    assert (await owner.ask(dial())).call == CALL
    assert owner.done == [Dial("4000", "4001")]


async def test_a_command_for_another_epoch_is_refused() -> None:
    owner = Owner()
    for epoch in (6, 8):
        assert refused(await owner.ask(dial(epoch=epoch))) is Refusal.UNAVAILABLE
    assert not owner.done


async def test_a_command_that_comes_twice_is_carried_out_once() -> None:
    owner = Owner()
    await owner.ask(dial())
    assert refused(await owner.ask(dial())) is Refusal.FAILURE
    assert len(owner.done) == 1


async def test_a_dial_for_which_nobody_waits_any_more_is_cleared_when_it_has_begun() -> None:
    owner = Owner()
    await owner.ask(dial())
    await owner.serving.forget("a")
    assert owner.done == [Dial("4000", "4001"), Drop("c1")]


async def test_a_dial_that_is_forgotten_while_it_begins_is_cleared() -> None:
    owner = Owner()
    owner.go.clear()
    asking = asyncio.create_task(owner.ask(dial()))
    await asyncio.sleep(0)
    await owner.serving.forget("a")
    owner.go.set()
    assert refused(await asking) is Refusal.FAILURE
    assert owner.done == [Dial("4000", "4001"), Drop("c1")]


async def test_a_dial_that_comes_after_it_was_forgotten_is_not_carried_out() -> None:
    owner = Owner()
    await owner.serving.forget("a")
    assert refused(await owner.ask(dial())) is Refusal.FAILURE
    assert not owner.done


async def test_what_the_switch_refuses_is_refused() -> None:
    async def refuses(_terminal: str, _command: Command[Any]) -> Any:
        raise CallError(Refusal.TERMINAL_BUSY, "busy")

    reply = decode_server_message(await Serving(lambda _t: 7, refuses).serve(dial()))
    assert isinstance(reply, Reply)
    assert refused(reply) is Refusal.TERMINAL_BUSY


async def test_what_is_no_command_is_refused() -> None:
    owner = Owner()
    for text in (b'{"type":"calls","id":1}', b'{"type":"from-the-future","id":1}', b"[]"):
        asked = AskCommand("a", "4000", 7, msgspec.Raw(text))
        assert refused(await owner.ask(asked)) is Refusal.BAD_REQUEST


async def test_commands_at_the_same_time_are_bounded() -> None:
    owner = Owner()
    owner.go.clear()
    asking = [asyncio.create_task(owner.ask(dial(str(number)))) for number in range(MAX_SERVED)]
    await asyncio.sleep(0)
    assert refused(await owner.ask(dial("more"))) is Refusal.OVERLOADED
    owner.go.set()
    assert all(refused(reply) is None for reply in await asyncio.gather(*asking))
