"""Many calls, and anything in any order."""

import random
import time

import pytest

from tests.long import times
from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    TRANSFER,
    Info,
    State,
)
from tests.tspi_host.deskcalls import (
    consultation_of,
    prepared,
    set_up,
    tones,
)
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import ANSWERED, CONNECTED
from tests.tspi_host.params import TargetParams
from tests.tspi_host.process import holdings
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings
from tests.tspi_host.switchboard import ALL, LARGE, Switchboard


@pytest.mark.timeout(times(60, 900))
def check_many_incoming_calls_leave_nothing_behind(board: Switchboard) -> None:
    many, warm = times(300, 10_000), 100
    board.keeps = 50
    with Settings(LineSettings(board.port)), Host(whole=True, probe=False) as host:
        desk_of(host)

        def ring(number: int) -> None:
            for at in range(number):
                host.offered.clear()
                id_ = board.incoming()
                call = host.is_offered().reaches(State.OFFERING)
                if at % 3 == 0:
                    assert call.does("lineAnswer", None, 0) == 0
                if at % 3 == 1:
                    call.drop()
                else:
                    board.end(id_)
                call.reaches(State.IDLE)
                call.close()

        ring(warm)
        before = holdings()
        ring(many)
        after = holdings()
        assert (after.handles, after.threads) == (before.handles, before.threads)
        assert after.blocks - before.blocks < 100, f"{before} has become {after}"


PRESSED: list[tuple[str, tuple[object, ...]]] = [
    ("lineAnswer", (None, 0)),
    ("lineAccept", (None, 0)),
    ("lineRedirect", ("4002", 0)),
    ("lineHold", ()),
    ("lineUnhold", ()),
    ("lineBlindTransfer", ("4003", 0)),
    ("lineDial", ("4002", 0)),
    ("lineDrop", (None, 0)),
    ("lineRemoveFromConference", ()),
    *(
        (name, ())
        for name in (
            "close",
            "swap",
            "complete",
            "setup",
            "tones",
            "make",
            "confer",
            "prepare",
            "add",
            "at-once",
        )
    ),
]


@pytest.mark.timeout(times(60, 300))
@pytest.mark.parametrize("seed", range(times(3, 60)))
def check_anything_in_any_order(board: Switchboard, seed: int) -> None:
    """What the switch tells, what programs ask, and what is closed; the rules of the service hold."""
    chance = random.Random(seed)
    board.line["capabilities"] = LARGE if seed else ALL + " conference"
    with Settings(LineSettings(board.port, report_manual="always")), Host(whole=True) as host:
        line = desk_of(host)

        def some() -> Call | None:
            live = [call for call in list(host.calls.values()) if not call.closing]
            return chance.choice(live) if live else None

        def at_the_switch() -> None:
            with board.lock:
                ids = list(board.calls)
                id_ = chance.choice(ids) if ids else ""
                what = chance.randrange(6)
                if what < 2:
                    if len(ids) < 4:
                        (board.incoming, board.by_hand)[what]()
                elif not ids:
                    return
                elif what == 2:
                    board.end(id_, chance.choice(("normal", "cancelled", "elsewhere", "forwarded", "")))
                elif what == 3:
                    board._hold_others(id_)
                    board.change(id_, state=CONNECTED, held="")
                elif what == 4 and board.calls[id_]["state"] == CONNECTED:
                    board.change(id_, held="yes")
                else:
                    board.change(id_, held_by_other=chance.choice(("", "yes")), caller_name=str(seed))

        def by_a_program() -> None:
            call = some()
            name, arguments = chance.choice(PRESSED)
            if name == "make":
                line.ask_to_dial("4009")
            elif call is None:
                return
            elif name == "close":
                call.close()
            elif name == "setup":
                consultation_of(call)
            elif name == "at-once":
                consultation_of(call, TargetParams("4002".encode("utf-16-le")))
            elif name == "confer":
                conference, _ = set_up(call)
                if not conference.hd.value:
                    host.calls.pop(conference.ht)
            elif name == "prepare":
                prepared(call)
            elif name in ("swap", "complete", "add"):
                other = some()
                if other is not None and name == "add":
                    call.asks("lineAddToConference", other.hd)
                elif other is not None and name == "swap":
                    call.asks("lineSwapHold", other.hd)
                elif other is not None:
                    call.asks("lineCompleteTransfer", other.hd, 0, None, TRANSFER)
            elif name == "tones":
                tones(call, chance.choice(("123", None)), 1)
            else:
                call.asks(name, *arguments)

        for _ in range(times(150, 2_000)):
            chance.choice((at_the_switch, by_a_program, by_a_program))()
            if chance.random() < 0.02:
                for session in board.all_sessions():
                    session.cut()
            time.sleep(chance.choice((0, 0, 0.001, 0.003)))
        if chance.random() < 0.5:
            line.close()


def check_the_line_dials_as_before(desk: Line, board: Switchboard) -> None:
    call = desk.dial("4001").reaches(State.CONNECTED)
    assert call.states == [
        (State.DIALTONE, 0x20),
        (State.DIALING, 0),
        (State.PROCEEDING, 0),
        (State.RINGBACK, 0),
        (State.CONNECTED, 1),
    ]
    call.learns(Info.CONNECTEDID)
    assert ANSWERED[1:] == board.dialled
