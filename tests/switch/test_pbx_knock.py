"""Whether a PBX by SIP answers from here is asked without an account, and without the driver."""

from __future__ import annotations

import pytest

from offhook.config import Listen, PbxSettings
from offhook.sip.message import Request, Response, make_response
from offhook.switch.pbx.knock import knock
from tests.peers.program import free_port
from tests.switch.smallpbx import SmallPbx


def settings(*servers: tuple[str, int], **more: object) -> PbxSettings:
    names = tuple(f"{host}:{port}" for host, port in servers)
    return PbxSettings(servers=names, listen=Listen("127.0.0.1", 0), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "reached"), [(200, True), (404, True), (503, False)])
async def test_whatever_it_answers_it_is_there_unless_it_takes_no_calls(status: int, reached: bool) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return make_response(request, status)

    pbx = SmallPbx(answer)
    await pbx.transport.start()
    knocks = knock(settings(pbx.transport.local("udp")))
    assert await knocks() is reached
    assert [one.method for one in asked] == ["OPTIONS"]
    await pbx.transport.stop()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_where_nobody_listens_it_is_not(transport: str) -> None:
    knocks = knock(settings(("127.0.0.1", free_port()), transport=transport))
    assert not await knocks()


async def test_one_of_several_servers_is_enough() -> None:
    pbx = SmallPbx(lambda request: make_response(request, 200))
    await pbx.transport.start()
    knocks = knock(settings(("127.0.0.1", free_port()), pbx.transport.local("udp")))
    assert await knocks()
    await pbx.transport.stop()
