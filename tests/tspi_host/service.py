"""The telephony service as a program, for a test on the other side of Wine: service.py PORT TERMINAL [whole],
or `service.py installed`: with the provider and the lines that the setup program has put into this Windows.

Commands come as lines on standard input: `dial ADDRESS`, `drop`, `close`, `info`, and `reopen` for the line;
`want` for programs that own calls, `take` for the newest call that was offered, the functions of `FUNCTIONS`
for the call that was dialled or taken last, `consult ADDRESS` about it, or `consult-at-once ADDRESS`, and
`complete` to transfer it; `confer ADDRESS` sets up a conference, `one-more ADDRESS` asks another party,
and `add` has the one that was asked come in. At the end of input it ends.

What happens goes as lines to standard output: `ready`, `made RESULT`, `state NAME MODE`, `dropped`, `closed`,
`reopened`, `wanted`, `info CALLER|CALLED|CONNECTED` with names, `taken NUMBER|NAME`, `did FUNCTION RESULT`,
and at the end `over`, or `broken` with what was wrong. `whole`: calls that come in are expected.
"""

import os
import sys
from pathlib import Path
from typing import Any

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import LineState, State
from tests.tspi_host.deskcalls import consultation_of, prepared, set_up
from tests.tspi_host.host import Host
from tests.tspi_host.library import Library
from tests.tspi_host.params import TargetParams
from tests.tspi_host.settings import LineSettings, Settings

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "answer": ("lineAnswer", None, 0),
    "redirect": ("lineRedirect",),
    "transfer": ("lineBlindTransfer",),
    "hold": ("lineHold",),
    "unhold": ("lineUnhold",),
    "remove": ("lineRemoveFromConference",),
}
"""By the command; what takes an address has it behind the command."""


TRANSFER = 1
"""LINETRANSFERMODE_TRANSFER."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def opened(host: Host) -> Line:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    return line


def dialled(consultation: Call, address: str) -> int:
    consultation.reaches(State.DIALTONE)
    return consultation.does("lineDial", address, 0)


def serve(host: Host, line: Line) -> None:
    """Do what is asked, until nothing more is."""
    first: Call | None = None
    call: Call | None = None
    conference: Call | None = None
    for command in sys.stdin:
        word, _, rest = command.strip().partition(" ")
        if word == "dial":
            call = line.dial(rest)
            say(f"made {call.is_made():x}")
        elif word == "drop" and call:
            call.drop()
            say("dropped")
        elif word == "close" and call:
            call.close()
            say("closed")
        elif word == "reopen":
            line.close()
            line, call = opened(host), None
            say("reopened")
        elif word == "want":
            line.wants_calls()
            say("wanted")
        elif word == "take":
            call = host.is_offered(len(host.offered))
            info = call.info()
            say(f"taken {info.text('CallerID') or ''}|{info.text('CallerIDName') or ''}")
        elif word == "consult" and call:
            first, call = call, call.sets_up()
            result = call.does("lineDial", rest, 0)
            say(f"did consult {result:x}")
        elif word == "consult-at-once" and call:
            first, call = call, consultation_of(call, TargetParams(rest.encode("utf-16-le")))
            say(f"did consult-at-once {call.is_made():x}")
        elif word == "complete" and call and first:
            result = first.does("lineCompleteTransfer", call.hd, 0, None, TRANSFER)
            say(f"did complete {result:x}")
        elif word == "confer" and call:
            conference, call = set_up(call)
            say(f"did confer {call.is_made() or dialled(call, rest):x}")
        elif word == "one-more" and conference:
            call = prepared(conference)
            say(f"did one-more {call.is_made() or dialled(call, rest):x}")
        elif word == "add" and conference and call:
            result = conference.does("lineAddToConference", call.hd)
            say(f"did add {result:x}, {State(conference.state or 0).name}")
        elif word in FUNCTIONS and call:
            name, *arguments = FUNCTIONS[word]
            result = call.does(name, *arguments, *((rest, 0) if rest else ()))
            say(f"did {word} {result:x}")
        elif word == "info" and call:
            info = call.info()
            names = (info.text(f"{party}IDName") or "" for party in ("Caller", "Called", "Connected"))
            say("info " + "|".join(names))
        else:
            say(f"what is {word}?")


def main(host: Host) -> None:
    with host:

        def tell(call: Call, state: int) -> None:
            say(f"state {State(state).name} {call.states[-1][1]:x}")

        host.on_state = tell
        line = opened(host)
        say("ready")
        serve(host, line)


def installed() -> Path:
    """Where the telephony service looks for a provider that is known by its name alone."""
    return Path(os.environ["SYSTEMROOT"]) / "system32" / "offhook.tsp"


if __name__ == "__main__":
    try:
        if sys.argv[1] == "installed":
            main(Host(library=Library(installed())))
        else:
            with Settings(LineSettings(int(sys.argv[1]), terminal=sys.argv[2])):
                main(Host(whole="whole" in sys.argv))
        say("over")
    except AssertionError as error:
        say(f"broken {error}")
        sys.exit(1)
