"""What the Smart Messenger of a check does with every dial."""

import pytest

from tests.tspi_host.calls import Line
from tests.tspi_host.constants import INTERACTIVEVOICE, LineState
from tests.tspi_host.host import Host

SILENT = ()
"""It answers nothing."""


def scripted(*steps: str) -> pytest.MarkDecorator:
    """It answers every dial with these steps."""
    return pytest.mark.parametrize("messenger", [steps], indirect=True, ids=["-".join(steps) or "silent"])


def desk_of(host: Host, modes: int = INTERACTIVEVOICE) -> Line:
    """The host's first line, opened by programs that own calls of these media modes, and in service."""
    line = host.open(host.devices[0])
    if modes:
        line.wants_calls(modes)
    line.comes_to(LineState.INSERVICE)
    return line
