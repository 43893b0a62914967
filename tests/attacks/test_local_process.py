"""A program of somebody else on the same machine, which reaches the ports but has no token."""

import asyncio
from pathlib import Path

from tests.attacks.site import a_site, attacking, audit, say, tsp_socket
from tests.cli.helpers import Command, places


async def test_a_local_process_without_a_token_dials_and_hears_nothing_on_the_tsp_port(
    tmp_path: Path,
) -> None:
    async with a_site(tmp_path) as site, site.phone("4000"):
        async with tsp_socket(site) as (reader, writer):
            for message in (
                "Action%Dial%4001",
                "Action%Drop%",
                "Action%Login%4000%",
                "Action%Login%4000%guess",
            ):
                assert await say(reader, writer, message) == "Response%Fail"
        assert await site.calls() == []
    assert {entry.result for entry in audit(tmp_path, door="tsp")} == {"not-authenticated"}


async def test_a_local_process_without_a_token_does_not_get_into_the_call_manager(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, attacking(site.url) as attacker:
        for user, token in (("local", ""), ("local", "guess"), ("", "guess")):
            assert await attacker.log_in(user, "local", token) == "not-authenticated"


async def test_a_local_process_that_tries_tokens_does_not_keep_the_provider_out(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:

        async def guess() -> None:
            async with tsp_socket(site) as (_, writer):
                writer.write(b"Action%Login%4000%guess\r\n\r\n" * 10)
                await writer.drain()

        await asyncio.gather(*(guess() for _ in range(200)))
        async with tsp_socket(site) as (reader, writer):
            assert await say(reader, writer, f"Action%Login%4000%{site.tsp_token}") == "Response%Success%2"


async def test_a_renewed_token_shuts_out_who_had_the_old_one(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        old = site.tsp_token
        async with tsp_socket(site) as (reader, writer):
            assert await say(reader, writer, f"Action%Login%4000%{old}") == "Response%Success%2"
            done = await Command(tmp_path, places(site.system)).run("token", "new")
            assert done.code == 0 and site.tsp_token not in done.out
            assert await reader.read() == b""
        async with tsp_socket(site) as (reader, writer):
            assert await say(reader, writer, f"Action%Login%4000%{old}") == "Response%Fail"
            assert await say(reader, writer, f"Action%Login%4000%{site.tsp_token}") == "Response%Success%2"
