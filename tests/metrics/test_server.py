"""The port of the metrics, asked as Prometheus and load balancers ask."""

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import trustme

from offhook.common.tlspair import WatchedPair
from offhook.config import Listen, MetricsSettings
from offhook.errors import ConfigError
from offhook.metrics.families import CONTENT_TYPE
from offhook.metrics.server import FREE, MetricsServer
from tests.waiting import ONE_STEP_S

HERE = Listen("127.0.0.1", 0)
TOKEN = "a-long-random-word"


@asynccontextmanager
async def served(
    settings: MetricsSettings, problems: Callable[[], Mapping[str, str]] = dict
) -> AsyncIterator[httpx.AsyncClient]:
    server = MetricsServer(settings, lambda: "calls_total 7\n", problems)
    await server.start()
    try:
        async with httpx.AsyncClient(
            timeout=ONE_STEP_S, base_url=f"http://127.0.0.1:{server.port}", trust_env=False
        ) as client:
            yield client
    finally:
        await server.stop()


async def test_the_metrics_are_given_on_loopback() -> None:
    async with served(MetricsSettings(listen=HERE)) as client:
        answer = await client.get("/metrics")
        assert (answer.status_code, answer.text) == (200, "calls_total 7\n")
        assert answer.headers["Content-Type"] == CONTENT_TYPE
        assert (await client.head("/metrics")).headers["Content-Length"] == str(len(answer.content))


async def test_it_lives_also_while_it_is_not_ready() -> None:
    problems = {"call log": "disk full"}
    async with served(MetricsSettings(listen=HERE), lambda: problems) as client:
        assert (await client.get("/health")).text == "ok\n"
        answer = await client.get("/ready")
        assert (answer.status_code, answer.text) == (503, "call log: disk full\n")
        assert answer.headers["Retry-After"] == "5"
        problems.clear()
        assert (await client.get("/ready")).status_code == 200


async def test_nothing_else_is_there_and_nothing_can_be_sent() -> None:
    async with served(MetricsSettings(listen=HERE)) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.get("/metrics/../secret")).status_code == 404
        answer = await client.post("/metrics", content=b"x")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_page_that_had_its_name_resolved_to_this_machine_reads_nothing() -> None:
    async with served(MetricsSettings(listen=HERE)) as client:
        answer = await client.get("/metrics", headers={"Host": "evil.example"})
        assert answer.status_code == 421
        assert "calls_total" not in answer.text


async def test_with_a_token_only_who_brings_it_reads_the_metrics() -> None:
    async with served(MetricsSettings(listen=HERE, token=TOKEN)) as client:
        answer = await client.get("/metrics")
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="offhook"')
        assert TOKEN not in answer.text
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert (await client.get("/metrics", headers=right)).status_code == 200
        assert (await client.get("/health")).status_code == 200


async def test_then_strangers_are_not_told_why_it_is_not_ready() -> None:
    settings = MetricsSettings(listen=HERE, token=TOKEN)
    async with served(settings, lambda: {"call log": "/var/lib/x: disk full"}) as client:
        assert (await client.get("/ready")).text == "call log: not ready\n"


async def test_who_guesses_at_the_token_has_to_wait() -> None:
    async with served(MetricsSettings(listen=HERE, token=TOKEN)) as client:
        for _ in range(int(FREE)):
            answer = await client.get("/metrics", headers={"Authorization": "Bearer wrong"})
            assert answer.status_code == 401
        # Also the right one is not looked at now, or it would be told from the wrong ones.
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 429


AUTHORITY = trustme.CA()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> WatchedPair:
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    AUTHORITY.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(file))
    return WatchedPair(file, None)


async def test_with_a_certificate_it_is_asked_over_tls_by_whatever_name_it_has(pair: WatchedPair) -> None:
    server = MetricsServer(
        MetricsSettings(listen=HERE, token=TOKEN), lambda: "calls_total 7\n", dict, pair.context
    )
    await server.start()
    trusted = ssl.create_default_context(cadata=AUTHORITY.cert_pem.bytes().decode())
    right = {"Authorization": f"Bearer {TOKEN}", "Host": "manager.example:7790"}
    try:
        async with httpx.AsyncClient(
            timeout=ONE_STEP_S, verify=trusted, trust_env=False, headers=right
        ) as client:
            answer = await client.get(f"https://localhost:{server.port}/metrics")
    finally:
        await server.stop()
    assert (answer.status_code, answer.text) == (200, "calls_total 7\n")


@pytest.mark.parametrize(
    ("token", "tls", "missing"), [(TOKEN, False, "certificate"), ("", True, "token"), ("", False, "certif")]
)
def test_off_loopback_it_takes_a_certificate_and_a_token(
    token: str, tls: bool, missing: str, pair: WatchedPair
) -> None:
    settings = MetricsSettings(listen=Listen("0.0.0.0", 0), token=token)
    with pytest.raises(ConfigError, match=f"metrics.listen: .* no {missing}"):
        MetricsServer(settings, str, dict, pair.context if tls else None)
