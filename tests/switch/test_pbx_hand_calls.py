"""What a PBX tells of a phone's dialogs (RFC 4235), as calls of the terminal."""

from __future__ import annotations

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party, Privacy
from offhook.config import PbxSettings, TerminalSettings
from offhook.sip.endpoint import Endpoint
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.dialoginfo import parse_dialog_info
from offhook.switch.pbx.handcalls import HandCalls
from offhook.switch.upstream.servers import Servers
from tests.switch.smallpbx import small_pbx


class Told:
    """The terminal 4001 and what is told of its dialogs."""

    def __init__(self, servers: Servers) -> None:
        self.seen: list[Call] = []
        own = TerminalSettings("4001", "Lee")
        account = Account(own, PbxSettings(servers=("127.0.0.1",)), servers, Endpoint())
        self._hand = HandCalls(account, lambda _number: "", lambda _dialog: False, self.seen.append)
        self._version = 0

    def apply(self, state: str, *, direction: str = "recipient", remote: str = "sip:0821@pbx") -> Call:
        """The PBX tells of one dialog."""
        self._version += 1
        self._hand.apply(
            parse_dialog_info(
                f'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{self._version}" '
                f'state="partial" entity="sip:4001@pbx"><dialog id="1" direction="{direction}">{state}'
                f"<remote><identity>{remote}</identity></remote></dialog></dialog-info>".encode()
            )
        )
        return self.seen[-1]

    def gone(self) -> Call:
        """It tells of all dialogs, and there is none."""
        self._hand.apply(
            parse_dialog_info(
                b'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="9" state="full" '
                b'entity="sip:4001@pbx"/>'
            )
        )
        return self.seen[-1]


@pytest.fixture
async def told() -> Told:
    async with small_pbx(lambda _request: None) as (_, switch):
        return Told(switch.servers)


EARLY, CONFIRMED = "<state>early</state>", "<state>confirmed</state>"


def ended(event: str = "", code: int = 0) -> str:
    why = f' event="{event}"' if event else ""
    status = f' code="{code}"' if code else ""
    return f"<state{why}{status}>terminated</state>"


async def test_a_call_that_comes_in_is_shown_as_one(told: Told) -> None:
    call = told.apply(EARLY)
    assert call.rings_here
    assert (call.caller.id, call.callee.id, call.by_hand) == ("0821", "4001", False)
    assert told.apply(CONFIRMED).state is CallState.CONNECTED


async def test_a_call_that_goes_out_was_dialled_by_hand(told: Told) -> None:
    call = told.apply(EARLY, direction="initiator")
    assert (call.direction, call.by_hand) == (Direction.OUTBOUND, True)


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (ended(), Cause.CANCELLED),
        (ended("cancelled"), Cause.CANCELLED),
        (ended("cancelled", 487), Cause.CANCELLED),
        (ended(code=487), Cause.CANCELLED),
        (ended("rejected", 486), Cause.REJECTED),
        (ended("rejected", 603), Cause.REJECTED),
        (ended("rejected"), Cause.REJECTED),
        (ended("replaced"), Cause.ELSEWHERE),
        (ended("timeout"), Cause.NO_ANSWER),
        (ended("error"), Cause.FAILURE),
    ],
)
async def test_how_a_call_that_rang_has_ended(told: Told, state: str, cause: Cause) -> None:
    told.apply(EARLY)
    assert told.apply(state).cause is cause


async def test_a_call_that_rang_and_is_not_told_of_any_more_was_given_up(told: Told) -> None:
    told.apply(EARLY)
    assert told.gone().cause is Cause.CANCELLED


async def test_a_call_that_was_up_and_is_not_told_of_any_more_is_over(told: Told) -> None:
    told.apply(EARLY)
    told.apply(CONFIRMED)
    assert told.gone().cause is Cause.NORMAL


@pytest.mark.parametrize("remote", ["sip:anonymous@anonymous.invalid", "sip:Anonymous@192.0.2.1"])
async def test_a_caller_who_hides_is_withheld(told: Told, remote: str) -> None:
    assert told.apply(EARLY, remote=remote).caller == Party(privacy=Privacy.WITHHELD)
