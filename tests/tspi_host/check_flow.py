"""A provider's life as Windows walks it, step by step."""

from tests.tspi_host.constants import LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import Messenger


def check_a_call_from_dial_to_drop(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    call = line.dial("4001")
    assert call.is_made() == 0
    call.reaches(State.CONNECTED)
    call.drop()
    call.close()
    messenger.hears("Action%Drop%c1")
    assert call.path == [
        State.DIALTONE, State.DIALING, State.PROCEEDING, State.RINGBACK, State.CONNECTED, State.IDLE,
    ]  # fmt: skip
    assert messenger.heard == ["Action%Login%4000%", "Action%Dial%4001", "Action%Drop%c1"]
