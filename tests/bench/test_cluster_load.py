"""`python -m bench cluster_load`, with few sessions at two nodes: that it runs, and finds nothing lost."""

import pytest

from bench.load.nodes import main, measured
from bench.load.site import Size
from tests.long import LONG


@pytest.mark.peer
@pytest.mark.timeout(60)
@pytest.mark.skipif(not LONG, reason="OFFHOOK_LONG=1: three processes are started")
@pytest.mark.parametrize("parts", [False, True])
async def test_few_sessions_at_two_nodes_are_told_every_call_once(parts: bool) -> None:
    found = await measured(Size(sessions=32, terminals=8), nodes=2, rate=4, seconds=1, rates=[], parts=parts)
    assert found.tried == ["4/s: all is well"]
    assert {name for name in found.samples if name.startswith("dial, to INVITE")} <= {
        "dial, to INVITE, at the owner",
        "dial, to INVITE, through another node",
    }


def test_rates_that_the_terminals_cannot_have_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--terminals", "4", "--sessions", "4", "--rate", "1", "--rates", "50"])
    assert "rates at most 1 with so few --terminals" in capsys.readouterr().err
