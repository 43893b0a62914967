"""Dialling and commands over HTTP."""

import asyncio
from pathlib import Path

from offhook.call import Answer, Consult, Hold, Park, Transfer
from offhook.errors import CallError, Refusal
from tests.http.helpers import a_client, a_site


async def test_a_dial_reaches_the_switch_and_is_answered_with_the_call(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answer = await client.post("/terminals/4000/calls", json={"number": "4001"})
        call = answer.json()
        again = await client.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert (answer.status_code, call["state"], call["callee"]["name"]) == (201, "OffHookState", "Lee Min-ho")
    assert site.switch.dialled == [("4000", "4001")]
    assert again.json()["id"] == call["id"]


async def test_a_number_is_read_as_people_write_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        await client.post("/terminals/4000/calls", json={"number": "tel:+82-2-568-3848"})
        refused = await client.post("/terminals/4000/calls", json={"number": "what?"})
    assert site.switch.dialled == [("4000", "9025683848")]
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-address")


async def test_a_person_dials_with_the_default_terminal_without_naming_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim, a_client(site, "root") as root:
        answer = await kim.post("/terminals/default/calls", json={"number": "4001"})
        refused = await root.post("/terminals/default/calls", json={"number": "4001"})
    assert answer.json()["terminal"] == "4000"
    assert (refused.status_code, refused.json()["code"]) == (404, "no-such-terminal")
    assert "default_terminal" in refused.json()["detail"]


async def test_a_dial_repeated_with_its_key_calls_once(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        key = {"Idempotency-Key": "click-1"}
        first = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key)
        again = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key)
        other = await client.post("/terminals/4000/calls", json={"number": "4002"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert site.switch.dialled == [("4000", "4001")]
    assert (other.status_code, other.json()["code"]) == (400, "bad-request")


async def test_the_key_of_one_person_is_nothing_to_another(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim, a_client(site, "lee") as lee:
        key = {"Idempotency-Key": "click-1"}
        await kim.post("/terminals/4000/calls", json={"number": "4002"}, headers=key)
        answer = await lee.post("/terminals/4001/calls", json={"number": "4002"}, headers=key)
    assert answer.status_code == 201
    assert site.switch.dialled == [("4000", "4002"), ("4001", "4002")]


async def test_a_drop_begins_to_clear_the_call_and_its_end_can_be_read(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        call = (await client.post("/terminals/4000/calls", json={"number": "4001"})).json()
        answer = await client.delete(f"/calls/{call['id']}")
        live = await client.get("/calls")
        over = await client.get(f"/calls/{call['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert site.switch.dropped == [call["id"]]
    assert live.json() == {"calls": []}
    assert (over.json()["state"], over.json()["cause"], over.json()["features"]) == (
        "OnHookState",
        "dropped",
        [],
    )


async def test_commands_for_a_call_reach_the_switch(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        call = (await client.post("/terminals/4000/calls", json={"number": "4001"})).json()["id"]
        site.switch.does = {
            Answer: lambda _: None,
            Hold: lambda _: None,
            Transfer: lambda _: None,
            Park: lambda _: "701",
            Consult: lambda command: site.switch.dial("4000", command.address),
        }
        answered = await client.post(f"/calls/{call}/answer")
        held = await client.post(f"/calls/{call}/hold")
        sent = await client.post(f"/calls/{call}/transfer", json={"number": "+82 2 568 3848"})
        parked = await client.post(f"/calls/{call}/park")
        asked = await client.post(f"/calls/{call}/consult", json={"number": "4002"})
        missing = await client.post(f"/calls/{call}/transfer")
    assert [one.status_code for one in (answered, held, sent, parked, asked)] == [204, 204, 204, 200, 201]
    assert site.switch.done[:3] == [Answer(call), Hold(call), Transfer(call, address="9025683848")]
    assert parked.json() == {"slot": "701"}
    assert asked.json()["callee"]["id"] == "4002"
    assert (missing.status_code, missing.json()["code"]) == (415, "unsupported-media-type")


async def test_a_call_of_somebody_else_is_not_there(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim, a_client(site, "lee") as lee:
        call = (await kim.post("/terminals/4000/calls", json={"number": "4002"})).json()["id"]
        answers = [await lee.get(f"/calls/{call}"), await lee.delete(f"/calls/{call}")]
        other = await lee.post("/terminals/4000/calls", json={"number": "4002"})
    assert [one.json()["code"] for one in answers] == ["no-such-call", "no-such-call"]
    assert (other.status_code, other.json()["code"]) == (403, "not-allowed")
    assert site.switch.dropped == []


async def test_terminals_are_those_that_the_person_may_use(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        site.users.set_watches("kim", ["4001"])
        async with a_client(site) as client:
            own = (await client.get("/terminals")).json()["terminals"]
            every = (await client.get("/terminals", params={"watched": "true"})).json()["terminals"]
            one = (await client.get("/terminals/4000")).json()
            unknown = await client.get("/terminals/4002")
    assert [one["id"] for one in own] == ["4000"]
    assert [(one["id"], one["own"]) for one in every] == [("4000", True), ("4001", False)]
    assert (one["name"], one["own"]) == ("Kim", True)
    assert unknown.status_code == 403


async def test_a_dial_repeated_while_the_first_is_under_way_waits_for_its_call(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.switch.gate = asyncio.Event()
        key = {"Idempotency-Key": '"click-1"'}
        asked = [
            asyncio.create_task(client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key))
            for _ in range(3)
        ]
        await asyncio.sleep(0.05)
        site.switch.gate.set()
        answers = await asyncio.gather(*asked)
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1
    assert site.switch.dialled == [("4000", "4001")]


async def test_a_dial_whose_connection_breaks_has_called_once_when_it_is_repeated(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.switch.gate = asyncio.Event()
        key = {"Idempotency-Key": "click-1"}
        lost = asyncio.create_task(client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key))
        await asyncio.sleep(0.05)
        lost.cancel()
        await asyncio.gather(lost, return_exceptions=True)
        site.switch.gate.set()
        again = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key)
    assert again.status_code in (200, 201)
    assert site.switch.dialled == [("4000", "4001")]


async def test_a_dial_that_was_refused_may_be_repeated_with_its_key(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.switch.refusal = CallError(Refusal.TERMINAL_UNAVAILABLE, "not registered")
        key = {"Idempotency-Key": "click-1"}
        refused = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key)
        site.switch.refusal = None
        again = await client.post("/terminals/4000/calls", json={"number": "4001"}, headers=key)
    assert (refused.status_code, again.status_code) == (409, 201)


async def test_other_commands_that_begin_a_call_take_a_key_as_well(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.switch.do_anything()
        key = {"Idempotency-Key": "take-1"}
        first = await client.post("/terminals/4000/unpark", json={"slot": "701"}, headers=key)
        again = await client.post("/terminals/4000/unpark", json={"slot": "701"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert len(site.switch.done) == 1
