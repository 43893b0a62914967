"""From a call to a request at a program elsewhere, and what becomes of it when that does not answer."""

import base64
import hashlib
import hmac
import time
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.call.occurrences import Occurrence
from tests.waiting import until
from tests.webhooks.helpers import SECRET, a_hook, a_receiver, telling

FAILS = b"HTTP/1.1 503 Service Unavailable\r\n\r\n"


async def test_a_call_that_is_answered_is_told_while_it_rings_when_answered_and_at_its_end(
    tmp_path: Path,
) -> None:
    async with a_receiver() as receiver, telling(tmp_path, a_hook(receiver.url)) as (switch, outbox):
        call = switch.ring_in("4000", "4001")
        await until(lambda: receiver.heard)
        switch.go(call.id, CallState.CONNECTED)
        switch.go(call.id, CallState.ON_HOOK, Cause.NORMAL)
        await until(lambda: len(receiver.heard) == 3)
        await until(lambda: not outbox.letters())
    assert receiver.types == ["call.ringing", "call.answered", "call.ended"]
    message = receiver.heard[0].message
    assert (message["terminal"], message["other"]["name"], message["call"]["id"]) == (
        "4000",
        "Lee Min-ho",
        call.id,
    )
    assert receiver.heard[0].headers[""] == "POST /hook?site=1 HTTP/1.1"


async def test_a_missed_call_is_told_as_such_besides_its_end(tmp_path: Path) -> None:
    async with a_receiver() as receiver, telling(tmp_path, a_hook(receiver.url)) as (switch, _):
        call = switch.ring_in("4000", "4001")
        switch.go(call.id, CallState.ON_HOOK, Cause.CANCELLED)
        await until(lambda: len(receiver.heard) == 3)
    assert receiver.types == ["call.ringing", "call.ended", "call.missed"]


async def test_a_webhook_is_told_only_of_what_it_wants_to_know(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        hook = a_hook(receiver.url, Occurrence.MISSED, terminals=frozenset({"4001"}))
        async with telling(tmp_path, hook) as (switch, _):
            for terminal in ("4000", "4001"):
                call = switch.ring_in(terminal, "4002")
                switch.go(call.id, CallState.ON_HOOK, Cause.CANCELLED)
            await until(lambda: receiver.heard)
    assert [(one.message["type"], one.message["terminal"]) for one in receiver.heard] == [
        ("call.missed", "4001")
    ]


async def test_who_has_the_secret_can_tell_who_has_sent_it_and_when(tmp_path: Path) -> None:
    async with a_receiver() as receiver, telling(tmp_path, a_hook(receiver.url)) as (switch, _):
        switch.ring_in("4000", "4001")
        await until(lambda: receiver.heard)
    (heard,) = receiver.heard
    name, stamp = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
    signed = f"{name}.{stamp}.".encode() + heard.body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert heard.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert name == heard.message["id"] and abs(int(stamp) - time.time()) < 600


async def test_what_was_refused_is_tried_again_and_nothing_of_the_call_overtakes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.webhooks.sender.DELAYS_S", (0.01, 0.01, 0.01))
    async with a_receiver() as receiver:
        receiver.answers = [
            FAILS,
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
            b"nonsense\r\n",
        ]
        async with telling(tmp_path, a_hook(receiver.url)) as (switch, outbox):
            call = switch.ring_in("4000", "4001")
            switch.go(call.id, CallState.CONNECTED)
            await until(lambda: len(receiver.heard) == 5)
            await until(lambda: not outbox.letters())
    assert receiver.types == ["call.ringing"] * 4 + ["call.answered"]
    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 2


async def test_what_can_never_be_delivered_is_dead_and_can_be_looked_at_and_revived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.webhooks.sender.DELAYS_S", (0.01,))
    monkeypatch.setattr("offhook.webhooks.sender.LOOK_S", 0.01)
    async with a_receiver() as receiver:
        receiver.answers = [FAILS, FAILS]
        async with telling(tmp_path, a_hook(receiver.url, Occurrence.RINGING)) as (switch, outbox):
            switch.ring_in("4000", "4001")
            await until(lambda: outbox.letters(dead=True))
            (dead,) = outbox.letters()
            assert (dead.attempts, dead.problem) == (2, "answered with status 503")
            assert outbox.revive() == 1
            await until(lambda: not outbox.letters())
    assert len(receiver.heard) == 3


async def test_what_a_program_wants_no_more_is_dead_at_once(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        receiver.answers = [b"HTTP/1.1 410 Gone\r\n\r\n"]
        async with telling(tmp_path, a_hook(receiver.url, Occurrence.RINGING)) as (switch, outbox):
            switch.ring_in("4000", "4001")
            await until(lambda: outbox.letters(dead=True))


async def test_what_waits_is_delivered_after_a_restart(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        receiver.answers = [FAILS]
        now = 1000.0
        hook = a_hook(receiver.url, Occurrence.RINGING)
        async with telling(tmp_path, hook, clock=lambda: now) as (switch, outbox):
            switch.ring_in("4000", "4001")
            await until(lambda: any(one.attempts for one in outbox.letters()))
        now += 3600
        async with telling(tmp_path, hook, clock=lambda: now) as (_, outbox):
            await until(lambda: not outbox.letters())
    assert len(receiver.heard) == 2 and receiver.heard[0].body == receiver.heard[1].body


async def test_what_has_just_happened_at_the_end_is_kept(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        hook = a_hook(receiver.url, Occurrence.RINGING)
        async with telling(tmp_path, hook) as (switch, _):
            switch.ring_in("4000", "4001")
        async with telling(tmp_path, hook) as (_, outbox):
            await until(lambda: not outbox.letters())
    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1


async def test_one_program_that_does_not_answer_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_receiver() as receiver:
        away = a_hook("http://127.0.0.1:1/", name="away")
        async with telling(tmp_path, away, a_hook(receiver.url, Occurrence.RINGING)) as (switch, outbox):
            for _ in range(5):
                switch.ring_in("4000", "4001")
            await until(lambda: len(receiver.heard) == 5)
            await until(lambda: {one.hook for one in outbox.letters()} == {"away"})
    assert len(receiver.heard) == 5
