"""What a PBX tells of a phone's dialogs (RFC 4235), as calls of the terminal."""

from __future__ import annotations

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party, Privacy, Reason
from offhook.config import PbxSettings, TerminalSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Request
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.announced import FRESH_S
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
        self.now = 0.0
        self._hand = HandCalls(
            account, lambda _number: "", lambda _dialog: False, self.seen.append, lambda: self.now
        )
        self._version = 0

    def announce(self, number: str = "0821", name: str = "Ada Byron", **more: str) -> None:
        """The PBX sends an INVITE for the terminal here, too."""
        invite = Request("INVITE", "sip:4001@127.0.0.1")
        invite.headers.set("From", f'"{name}" <sip:{number}@pbx>;tag=1')
        invite.headers.set("Call-ID", "of this call")
        for header, value in more.items():
            invite.headers.set(header.replace("_", "-"), value)
        self._hand.announced(invite, self.now)

    def apply(
        self, state: str, *, direction: str = "recipient", remote: str = "sip:0821@pbx", call_id: str = ""
    ) -> Call:
        """The PBX tells of one dialog."""
        self._version += 1
        self._hand.apply(
            parse_dialog_info(
                f'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="{self._version}" '
                f'state="partial" entity="sip:4001@pbx"><dialog id="1" call-id="{call_id}" '
                f'direction="{direction}">{state}'
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


ADA = Party("Ada Byron", "0821")


async def test_the_name_of_a_caller_is_that_of_the_invite_which_came_here_too(told: Told) -> None:
    told.announce()
    assert told.apply(EARLY).caller == ADA
    assert len(told.seen) == 1  # with the name from the first event on


async def test_a_name_that_comes_after_the_call_has_begun_to_ring_is_told(told: Told) -> None:
    before = told.apply(EARLY)
    told.announce()
    after = told.seen[-1]
    assert (after.id, after.caller, after.revision) == (before.id, ADA, before.revision + 1)
    assert told.apply(CONFIRMED).caller == ADA


async def test_what_the_pbx_asserts_of_a_caller_goes_before_what_the_phone_says(told: Told) -> None:
    told.announce(name="The Queen", P_Asserted_Identity='"Ada Byron" <sip:0821@pbx>')
    assert told.apply(EARLY).caller == ADA


async def test_who_has_sent_a_call_on_is_told(told: Told) -> None:
    told.announce(Diversion='"Charles" <sip:0300@pbx>;reason=user-busy;counter=1')
    call = told.apply(EARLY)
    assert (call.redirecting, call.reason) == (Party("Charles", "0300"), Reason.FORWARDED_BUSY)


@pytest.mark.parametrize("privacy", [{"Privacy": "id"}, {"number": "anonymous"}])
async def test_a_caller_who_hides_from_the_one_who_is_called_is_withheld(
    told: Told, privacy: dict[str, str]
) -> None:
    told.announce(P_Asserted_Identity="<sip:0821@pbx>", **privacy)
    assert told.apply(EARLY).caller == Party(privacy=Privacy.WITHHELD)


async def test_a_call_that_its_dialog_event_gives_no_number_of_is_known_by_its_call_id(told: Told) -> None:
    told.announce()
    told.apply(EARLY, remote="", call_id="of this call")
    assert told.seen[-1].caller == ADA


async def test_another_call_does_not_get_the_name(told: Told) -> None:
    told.announce("0822")
    assert told.apply(EARLY).caller == Party("", "0821")


async def test_the_same_caller_is_not_called_so_for_ever(told: Told) -> None:
    told.announce()
    told.now = FRESH_S + 1
    assert told.apply(EARLY).caller == Party("", "0821")
