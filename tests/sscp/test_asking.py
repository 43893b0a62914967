"""How long a client waits for a command."""

from offhook.call import Dial, Dtmf, Hold, Withdraw
from offhook.sscp.asking import takes_s
from offhook.switch.base import COMMAND_S


def test_a_command_that_waits_for_a_phone_may_take_longer_than_a_switch_waits() -> None:
    assert takes_s(Hold("c1")) > COMMAND_S
    assert takes_s(Dial("4000", "4001")) == takes_s(Withdraw(["d1"])) == 0


def test_tones_may_take_as_long_as_they_last() -> None:
    short, long = Dtmf("c1", "", "1"), Dtmf("c1", "", "1" * 20, 1000)
    assert takes_s(long) - takes_s(short) >= 19
    assert takes_s(Dtmf("c1", "", "1,,")) - takes_s(short) >= 4
