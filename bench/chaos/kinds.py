"""The telephone systems of the bed: how a node is told of each, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.peers.asterisk import CONTEXT, PASSWORD, USER

ASTERISK, EMBEDDED, KAMAILIO = "asterisk", "embedded", "kamailio"

AMI = 5038
SIP = 5060

FLOATING = "192.0.2.250"
"""The address that moves to the node whose embedded switch serves the phones."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`most` pairs of phones are possible. `floats`: the phones are at an address that moves to the node that
    acts. `by_hand`: calls that are begun at a phone are shown. `lonely`: so are those in which one phone is
    alone, and at once; elsewhere somebody who has dialled may be left alone for a while, and hangs up."""

    name: str
    config: str
    most: int
    floats: bool = False
    by_hand: bool = True
    lonely: bool = False


KINDS = {
    one.name: one
    for one in (
        Kind(
            ASTERISK,
            f'driver = "asterisk"\n[switch.asterisk]\nhost = "{{server}}"\nport = {AMI}\nuser = "{USER}"\n'
            f'secret_file = "asterisk.secret"\ncontext = "{CONTEXT}"\n',
            most=390,  # the dialplan of the tests has so many numbers of four digits for plain phones
            lonely=True,
        ),
        Kind(
            EMBEDDED,
            f'driver = "embedded"\n[switch.embedded]\nlisten = "{FLOATING}:{SIP}"\n',
            most=1900,
            floats=True,
        ),
        Kind(
            KAMAILIO,
            f'driver = "sip"\n[switch.sip]\nserver = "{{server}}:{SIP}"\nlisten = "{{own}}:{SIP}"\n'
            "dialog_events = false\nwatch_s = 60\n",
            most=1900,
            by_hand=False,
        ),
    )
}
SECRET = PASSWORD
"""Of Asterisk's manager interface."""


def callers(pairs: int) -> list[str]:
    """The phones that call."""
    return [str(FIRST_CALLER + number) for number in range(pairs)]


def called(caller: str, pairs: int) -> str:
    """The phone that this one calls."""
    return str(int(caller) + (LITTLE if pairs <= LITTLE else MUCH))


FIRST_CALLER = 4100
LITTLE, MUCH = 400, 2000
"""The distance to the phone that is called: Asterisk's numbers of four digits are not so many."""
