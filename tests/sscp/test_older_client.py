"""A client of the first SSCP 1 goes on as before, whatever there is that it does not know."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offhook.call import CallState, Cause, Feature, Forward, ForwardWhen, Hold
from offhook.errors import CallError, Refusal
from offhook.sscp.messages import TerminalChange
from offhook.switch.base import unsupported
from tests.manager.helpers import FakeSwitch
from tests.sscp import firstclient
from tests.sscp.helpers import Raw, Site, a_client, a_site, a_socket
from tests.sscp.playedserver import a_played_server

NEW_CAUSES = [Cause.ELSEWHERE, Cause.CANCELLED, Cause.FORWARDED, Cause.TRANSFERRED, Cause.PARKED]


async def ask(raw: Raw, message: dict[str, Any]) -> firstclient.Reply:
    await raw.connection.send(json.dumps(message))
    reply = firstclient.read(await raw.connection.recv())
    assert isinstance(reply, firstclient.Reply)
    return reply


async def told(raw: Raw) -> firstclient.CallChange | firstclient.TerminalChange:
    event = firstclient.read(await raw.connection.recv())
    assert isinstance(event, firstclient.CallChange | firstclient.TerminalChange)
    return event


def rings(site: Site) -> str:
    return site.switch.ring_in("4000", "0301234").id


@pytest.mark.parametrize("cause", NEW_CAUSES, ids=lambda cause: cause.value)
async def test_a_cause_that_it_does_not_know_is_told_as_the_nearest(tmp_path: Path, cause: Cause) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw, a_client(site.url) as (client, heard):
        await raw.log_in()
        await ask(raw, {"type": "watch", "id": 1, "terminal": "4000"})
        await client.watch("4000")
        site.switch.go(rings(site), CallState.ON_HOOK, cause)
        await told(raw)
        ended = await told(raw)
        assert isinstance(ended, firstclient.CallChange) and ended.call.cause is not None
        assert ended.call.cause.value in {"normal", "dropped"}
        await heard.until(lambda: "ON_HOOK" in heard.states)
        assert heard.calls[-1].cause is cause  # one that knows it is told it
        if heard.calls[-1].missed:
            await told(raw)  # the terminal has one more missed call, of which it hears nothing
        logged = await ask(raw, {"type": "history", "id": 2})
        assert logged.calls is not None and logged.calls[0].cause is ended.call.cause


async def test_terminals_are_told_as_it_knows_them(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        site.switch.serve("4000", True)
        await raw.log_in()
        listed = await raw.ask({"type": "terminals", "id": 1})
        watched = await raw.ask({"type": "watch", "id": 2, "terminal": "4000"})
        site.switch.serve("4000", False)
        event = await raw.next()
    first = {"id": "4000", "name": "Kim", "in_service": True, "problem": "", "problem_at": None}
    assert listed["terminals"] == watched["terminals"] == [first | {"features": ["dial"]}]
    assert event["terminal"] == first | {"in_service": False, "features": []}
    assert "sets" not in listed and "sets" not in watched


async def test_a_code_that_it_does_not_know_is_told_as_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_switch: FakeSwitch, call_id: str) -> None:
        raise unsupported(Hold(call_id))

    monkeypatch.setattr(FakeSwitch, "drop", cannot)
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        refused = await ask(raw, {"type": "drop", "id": 1, "call": rings(site)})
        assert refused.error is not None and refused.error.code is firstclient.Code.NOT_ALLOWED
        unknown = await ask(raw, {"type": "juggle", "id": 2})
        assert unknown.error is not None and unknown.error.code is firstclient.Code.BAD_REQUEST


async def test_what_is_told_to_a_client_of_today_would_break_it(tmp_path: Path) -> None:
    """So the tests above do test something."""
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        login = {"type": "login", "id": 0, "user": "kim", "password": "secret", "knows": ["call-control"]}
        await ask(raw, login)
        await raw.ask({"type": "watch", "id": 1, "terminal": "4000"})
        site.switch.go(rings(site), CallState.ON_HOOK, Cause.ELSEWHERE)
        await told(raw)
        with pytest.raises(msgspec.ValidationError):
            await told(raw)


async def test_a_client_of_today_sends_an_older_server_no_command_that_it_does_not_know() -> None:
    async with a_played_server() as (_, url), a_client(url) as (client, _):
        with pytest.raises(CallError, match=r"too old for this \(hold\); update it") as caught:
            await client.perform(Hold("c1"))
        assert caught.value.refusal is Refusal.NOT_SUPPORTED


async def test_a_long_list_names_each_set_of_features_once(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path) as site,
        a_socket(site.url) as raw,
        a_client(site.url, "root", "toor") as (
            client,
            _,
        ),
    ):
        for terminal in ("4000", "4002"):
            site.switch.serve(terminal, True)
        login = {"type": "login", "id": 0, "user": "root", "password": "toor", "knows": ["call-control"]}
        await raw.ask(login)
        listed = await raw.ask({"type": "terminals", "id": 1})
        assert [one["features_set"] for one in listed["terminals"]] == [0, 1, 0]
        assert [sorted(one) for one in listed["sets"]] == [["dial"], []]
        assert [one.allows(Feature.DIAL) for one in await client.terminals()] == [True, False, True]
        assert {one.capabilities for one in await client.terminals()} == {frozenset()}


async def test_a_forwarding_for_a_case_of_a_newer_server_is_shown_as_unknown(tmp_path: Path) -> None:
    terminal = {"id": "4000", "name": "Kim", "in_service": True}
    forwardings = [
        {"when": "out-of-office", "address": "4001", "after_s": 0},
        {"when": "busy", "address": "4002", "after_s": 0},
    ]
    event = {"type": "terminal", "terminal": {**terminal, "forwardings": forwardings}}
    read = msgspec.json.decode(msgspec.json.encode(event), type=TerminalChange)
    assert [(one.when, one.address) for one in read.terminal.forwardings] == [
        (ForwardWhen.UNKNOWN, "4001"),
        (ForwardWhen.BUSY, "4002"),
    ]
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        site.switch.do_anything()
        with pytest.raises(CallError, match=r"forwardings\[0\].when is no case") as caught:
            await client.perform(Forward("4000", read.terminal.forwardings))
        assert caught.value.refusal is Refusal.BAD_REQUEST
