"""The telephony service as a program, for a test on the other side of Wine: service.py PORT TERMINAL.

Commands come as lines on standard input: `dial ADDRESS`, `drop`, `close`, `info`, and `reopen` for the line;
at the end of input it ends. What happens goes as lines to standard output: `ready`, `made RESULT`,
`state NAME MODE`, `dropped`, `closed`, `reopened`, `info CALLER|CALLED|CONNECTED` with names, and at the end
`over`, or `broken` with what was wrong.
"""

import sys

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.settings import LineSettings, Settings


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def opened(host: Host) -> Line:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    return line


def serve(host: Host, line: Line) -> None:
    """Do what is asked, until nothing more is."""
    call: Call | None = None
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
        elif word == "info" and call:
            info = call.info()
            names = (info.text(f"{party}IDName") or "" for party in ("Caller", "Called", "Connected"))
            say("info " + "|".join(names))
        else:
            say(f"what is {word}?")


def main(port: int, terminal: str) -> None:
    with Settings(LineSettings(port, terminal=terminal)), Host() as host:

        def tell(call: Call, state: int) -> None:
            host.probe(call, state)
            say(f"state {State(state).name} {call.states[-1][1]:x}")

        host.in_callback = tell
        line = opened(host)
        say("ready")
        serve(host, line)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), sys.argv[2])
        say("over")
    except AssertionError as error:
        say(f"broken {error}")
        sys.exit(1)
