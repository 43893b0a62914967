"""Calls from outside to outside: which terminal pays for them, and that its call log has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    Complete,
    Consult,
    Dial,
    Direction,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Reason,
    Terminal,
    Transfer,
)
from offhook.config import IncomingSettings
from offhook.demo.phone import CallRejected, Phone, Stage
from offhook.manager.audit import Event
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.switch.embedded import EmbeddedSwitch
from tests.manager.helpers import ADMINISTRATOR
from tests.switch.site import ANSWERS, NAMES, PATIENCE_S, RINGS, Site, joined, rejects
from tests.switch.trunksite import (
    ACCOUNT,
    FRIEND,
    OTHER,
    Provider,
    a_provider,
    a_site_with,
    a_trunk,
)
from tests.waiting import until

DIALLED, ELSE = "08912345678", "08912345679"
"""The friend and the other one, as they are dialled in Berlin."""


class Audit:
    """The entries of the audit log: what, terminal and number."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, str]] = []

    def record(
        self, event: Event, result: str, *, door: str, terminal: str = "", number: str = "", **_: object
    ) -> None:
        self.entries.append((f"{door} {event.value}", result, terminal, number))


@dataclass
class Office:
    provider: Provider
    site: Site
    log: SqliteCallLog
    manager: CallManager
    audit: Audit

    def logged(self, terminal: str, reason: Reason) -> list[Call]:
        """What the log has of the terminal that came about in this way."""
        return [call for call in self.log.query(terminals=[terminal]) if call.reason is reason]

    async def paid(self, terminal: str, reason: Reason, state: CallState = CallState.ON_HOOK) -> Call:
        """Wait for the one call that the terminal pays for, and that is in this state."""
        await until(lambda: [call.state for call in self.logged(terminal, reason)] == [state])
        return self.logged(terminal, reason)[0]

    async def rings_in(self) -> Phone:
        """The friend calls the account's number; the phone."""
        friend = await self.provider.phone(FRIEND)
        await friend.call(ACCOUNT)
        return friend


@asynccontextmanager
async def an_office(tmp_path: Path, *ring: str, otherwise: str = "unavailable") -> AsyncIterator[Office]:
    """With the Call Manager; `ring` are the phones that ring for a call from outside."""
    provider = await a_provider()
    by = "4000" if otherwise.startswith("+") else ""
    ring_s = 0.3 if by else PATIENCE_S
    entry = IncomingSettings(ring=ring, ring_s=ring_s, otherwise=otherwise, otherwise_by=by)
    site = await a_site_with(a_trunk(provider.address), incoming=[entry])
    audit = Audit()
    with closing(SqliteCallLog(tmp_path / "calls.sqlite")) as log:
        terminals = [Terminal(id, name) for id, name in NAMES.items()]
        manager = CallManager(site.switch, terminals, log, audit=audit)
        try:
            yield Office(provider, site, log, manager, audit)
        finally:
            await site.close()
            await provider.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


def always(number: str) -> Forward:
    return Forward("4000", (Forwarding(ForwardWhen.ALWAYS, number),))


async def test_a_forwarded_call_from_outside_is_in_the_log_of_who_pays_for_it(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.perform(always(ELSE))
        other = await office.provider.phone(OTHER, ANSWERS)
        friend = await office.rings_in()
        up = await office.paid("4000", Reason.FORWARDED_ALWAYS, CallState.CONNECTED)
        assert (up.direction, up.caller.id, up.callee.id) == (Direction.OUTBOUND, FRIEND, ELSE)
        assert (up.redirecting and up.redirecting.name, up.external) == ("Kim", True)
        await joined(friend, other)
        friend.hang_up(friend.calls[0])
        over = await office.paid("4000", Reason.FORWARDED_ALWAYS)
        assert over.cause is Cause.NORMAL
        assert over.ended is not None and over.connected is not None


async def test_a_forwarding_that_nobody_takes_is_there_with_the_reason(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.perform(always(ELSE))
        await office.provider.phone(OTHER, rejects(486))
        with pytest.raises(CallRejected):
            await office.rings_in()
        assert (await office.paid("4000", Reason.FORWARDED_ALWAYS)).cause is Cause.BUSY


async def test_a_call_that_rang_first_has_both_entries(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000", otherwise=OTHER) as office:
        await office.site.phone("4000", RINGS)
        await office.provider.phone(OTHER, ANSWERS)
        friend = await office.rings_in()
        await office.paid("4000", Reason.FORWARDED_NO_ANSWER, CallState.CONNECTED)
        (rang,) = office.logged("4000", Reason.DIRECT)
        assert (rang.direction, rang.caller.id, rang.state) == (Direction.INBOUND, FRIEND, CallState.ON_HOOK)
        friend.hang_up(friend.calls[0])
        await office.paid("4000", Reason.FORWARDED_NO_ANSWER)


async def test_a_forwarded_call_keeps_nobody_from_dialling_and_is_shown_to_nobody(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.perform(always(ELSE))
        await office.site.phone("4000")
        await office.site.phone("4001", ANSWERS)
        other = await office.provider.phone(OTHER, RINGS)
        calling = asyncio.create_task(office.rings_in())
        await other.event("ringing")
        await until(lambda: office.logged("4000", Reason.FORWARDED_ALWAYS))
        assert office.manager.snapshot(ADMINISTRATOR, "4000").calls == ()
        await office.manager.perform(ADMINISTRATOR, Dial("4000", "4001"))
        other.reject(other.calls[0], 486)
        with pytest.raises(CallRejected):
            await calling


async def test_a_call_inside_that_is_forwarded_outside_is_the_callers_alone(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.perform(always(DIALLED))
        await office.site.phone("4001")
        await office.provider.phone(FRIEND, ANSWERS)
        call_id = office.site.dial("4001", "4000")
        await office.site.until(call_id, CallState.CONNECTED)
        assert office.log.query(terminals=["4000"]) == []
        asked = [entry for entry in office.audit.entries if entry[0] == "phone dial"]
        assert asked == [("phone dial", "ok", "4000", DIALLED)]  # once, though it was looked at before


async def test_a_call_that_is_handed_on_outside_is_in_the_log_of_who_did_so(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.phone("4000")
        await office.provider.phone(FRIEND, ANSWERS)
        other = await office.provider.phone(OTHER, ANSWERS)
        call_id = office.site.dial("4000", DIALLED)
        await office.site.comes_to(call_id, lambda call: call.state is CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in office.site.features(call_id))
        await office.site.perform(Transfer(call_id, "4000", ELSE))
        up = await office.paid("4000", Reason.TRANSFERRED, CallState.CONNECTED)
        assert (up.caller.id, up.callee.id, up.direction) == (DIALLED, ELSE, Direction.OUTBOUND)
        other.hang_up(other.calls[0])
        await office.paid("4000", Reason.TRANSFERRED)


async def test_so_is_one_that_came_from_outside_and_was_consulted_about(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.phone("4000", ANSWERS)
        await office.provider.phone(OTHER, ANSWERS)
        friend = await office.rings_in()
        await until(lambda: friend.calls[0].stage is Stage.UP)
        (call,) = office.site.live("4000")
        await until(lambda: Feature.CONSULT in office.site.features(call.id))
        asking = await office.site.perform(Consult(call.id, "4000", ELSE))
        await office.site.until(asking.id, CallState.CONNECTED)
        await until(lambda: Feature.COMPLETE in office.site.features(asking.id))
        await office.site.perform(Complete(asking.id, "4000"))
        up = await office.paid("4000", Reason.TRANSFERRED, CallState.CONNECTED)
        assert {up.caller.id, up.callee.id} == {FRIEND, ELSE}
        friend.hang_up(friend.calls[0])
        await office.paid("4000", Reason.TRANSFERRED)


async def test_one_that_a_colleague_has_is_the_colleagues(tmp_path: Path) -> None:
    async with an_office(tmp_path, "4000") as office:
        await office.site.phone("4000", ANSWERS)
        colleague = await office.site.phone("4001", ANSWERS)
        friend = await office.rings_in()
        await until(lambda: friend.calls[0].stage is Stage.UP)
        (call,) = office.site.live("4000")
        await until(lambda: Feature.TRANSFER in office.site.features(call.id))
        await office.site.perform(Transfer(call.id, "4000", "4001"))
        await joined(friend, colleague)
        await until(lambda: not office.site.live("4000"))
        assert office.logged("4000", Reason.TRANSFERRED) == []
