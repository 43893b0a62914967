"""A command that has been added to `offhook.call.commands` is known everywhere on its way."""

from dataclasses import fields
from typing import Any

import pytest

from offhook.call import (
    CallCommand,
    Command,
    Drop,
    Feature,
    Forwarding,
    ForwardWhen,
    TerminalCommand,
    commands,
)
from offhook.manager.audit import Event
from offhook.sscp.commands import MESSAGES, Perform, to_message
from offhook.sscp.messages import decode_request, encode

KINDS = [
    one
    for one in vars(commands).values()
    if isinstance(one, type) and issubclass(one, Command) and isinstance(getattr(one, "name", None), str)
]
"""Every class of commands that has a name, and so is no base of others."""


def test_each_command_has_a_message() -> None:
    assert {"dial", "withdraw", "drop"} <= {kind.name for kind in KINDS}
    assert [kind for kind in KINDS if kind not in [shape.command for shape in MESSAGES]] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_command_is_read_as_it_was_written(kind: type[Command[Any]]) -> None:
    special: dict[str, Any] = {
        "dial_ids": ["a", "b"],
        "digits": "12#",
        "duration_ms": 80,
        "on": False,
        "forwardings": (Forwarding(ForwardWhen.NO_ANSWER, "4002", 15.0),),
    }
    values = {
        one.name: special.get(one.name, one.name)
        for one in fields(kind)  # type: ignore[arg-type]  # each is a dataclass
        if not (issubclass(kind, CallCommand) and one.name == "terminal")
    }
    asked = Perform(7, kind(**values))
    assert decode_request(encode(asked)) == asked


@pytest.mark.parametrize("kind", [one for one in KINDS if issubclass(one, CallCommand)])
def test_what_is_done_with_a_call_is_offered_by_its_name(kind: type[Command[Any]]) -> None:
    assert Feature(kind.name) is not Feature.UNKNOWN


@pytest.mark.parametrize("kind", [one for one in KINDS if issubclass(one, CallCommand | TerminalCommand)])
def test_what_is_done_is_written_down_by_its_name(kind: type[Command[Any]]) -> None:
    assert Event(kind.name).value == kind.name


def test_the_terminal_by_which_a_smart_messenger_finds_a_call_is_not_written() -> None:
    assert encode(Perform(1, Drop("c1", "4000"))) == b'{"type":"drop","id":1,"call":"c1"}'
    assert not hasattr(to_message(Perform(1, Drop("c1", "4000"))), "terminal")
