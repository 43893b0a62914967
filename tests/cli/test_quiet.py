"""Commands that say themselves what went wrong, and are quiet about it in the log only meanwhile."""

import logging
from pathlib import Path

import pytest

from offhook.cli.managersession import manager
from offhook.cli.quiet import silent
from offhook.config import load
from offhook.errors import CallError
from tests.cli.helpers import write_config


def test_a_log_is_silent_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("offhook.quiet.below")
    with silent("offhook.quiet"):
        log.error("not heard")
    log.warning("heard")
    assert caplog.messages == ["heard"]


async def test_a_session_that_cannot_begin_leaves_the_log_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = load(write_config(tmp_path))
    with pytest.raises(CallError, match="no Call Manager runs"):
        async with manager(config):
            pass
    assert caplog.messages == [], "the error says it"
    logging.getLogger("offhook.sscp.places").warning("heard")
    assert caplog.messages == ["heard"]
