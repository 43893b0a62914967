"""Reads all of a bucket, once: the last value of each key.

The library's own watch says that there is no more at the first message with which nothing is pending. A key
that is written again meanwhile has gone from its place by then, and comes later: it would be missing here.
"""

from __future__ import annotations

from typing import Any

from offhook.cluster.entries import Entry

QUIET_S = 1.0
"""A message that is to come is waited for so long, before it is asked again whether there is one."""

GONE_S = 60.0
"""The server forgets a reader so long after it has gone."""


class _BegunAnewError(Exception):
    """Something was lost on the way."""


async def read_all(stream: Any, bucket: str, keys: str) -> list[Entry]:
    """What stands under all keys like this (`*`: any word) at one moment before it returns.

    `stream` is the library's JetStream context. Raises what the library's calls raise. Who calls it sets a
    limit to its time: it is tried again for ever.
    """
    while True:
        try:
            return await _read(stream, bucket, keys)
        except _BegunAnewError:
            continue


async def _read(stream: Any, bucket: str, keys: str) -> list[Entry]:
    before = f"$KV.{bucket}."
    reader = await stream.subscribe(
        f"{before}{keys}",
        stream=f"KV_{bucket}",
        ordered_consumer=True,
        deliver_policy="last_per_subject",
        inactive_threshold=GONE_S,
    )
    found: dict[str, Entry] = {}
    heard, name = 0, ""
    try:
        while True:
            # Each key has its last value in what is delivered by now or pending: the server takes what it
            # has begun to send for delivered.
            info = await reader.consumer_info()
            if info.name != (name := name or info.name):
                raise _BegunAnewError  # by the library
            delivered, pending = info.delivered.consumer_seq, info.num_pending
            if heard >= delivered and not pending:
                return list(found.values())
            if heard and await _names(stream, bucket, keys) <= found.keys():
                return list(found.values())  # others write all the time, and there would be no end
            heard = await _hear(reader, before, found, heard, delivered, pending)
    finally:
        await reader.unsubscribe()


async def _hear(
    reader: Any, before: str, found: dict[str, Entry], heard: int, delivered: int, pending: int
) -> int:
    """Put into `found` what comes until all that was delivered and pending is there; returns up to where it
    was heard. What was pending may never come, as it was written again meanwhile: then it is asked once more.
    """
    try:
        while heard < delivered or pending:
            message = await reader.next_msg(timeout=QUIET_S)
            meta = message.metadata
            key, heard = message.subject.removeprefix(before), meta.sequence.consumer
            found[key] = Entry(key, message.data, meta.sequence.stream)
            pending = min(pending, meta.num_pending)
    except TimeoutError:  # the library's is one
        if heard < delivered:
            raise _BegunAnewError from None
    return heard


async def _names(stream: Any, bucket: str, keys: str) -> set[str]:
    """The keys like this that are there."""
    before = f"$KV.{bucket}."
    info = await stream.stream_info(f"KV_{bucket}", subjects_filter=f"{before}{keys}")
    return {subject.removeprefix(before) for subject in info.state.subjects or ()}
