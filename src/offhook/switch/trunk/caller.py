"""Who calls by a trunk, and which number was called, as the provider says."""

from __future__ import annotations

from collections.abc import Callable, Container

from offhook.call import Party, Privacy
from offhook.sip.message import NameAddr, Request, SipParseError
from offhook.switch.b2bua.number import printable
from offhook.switch.b2bua.privacy import WITHHELD, wants_privacy
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.upstream.identity import MAX_NAME, all_asserted, number_in

UNKNOWN = Party(privacy=Privacy.UNAVAILABLE)


def caller_of(
    request: Request, trunk: Trunk, terminals: Container[str], owns: Callable[[str], bool]
) -> Party:
    """The caller. What the provider asserts comes before From, which anybody can write.

    Somebody outside never looks like a terminal of ours, whatever number is shown: neither by its id nor,
    unless the trunk is told to believe that, by a number that the site `owns`, with which the directory
    would show a colleague's name. Raises `SipParseError`.
    """
    if wants_privacy(request):
        return WITHHELD
    shown = request.from_
    named = [*all_asserted(request), Party(printable(shown.display)[:MAX_NAME], number_in(shown.uri))]
    # What is asserted first may be the account that the call came by, and no number at all.
    party = next((one for one in named if trunk.canonical(one.id)), UNKNOWN)
    number = trunk.canonical(party.id)
    if not number or number in terminals or (owns(number) and not trunk.settings.show_own_callers):
        return UNKNOWN
    name = "" if trunk.canonical(party.name) == number else party.name
    return Party(name, number)


def called_of(request: Request, trunk: Trunk) -> str:
    """The number of ours that was called, with `+` and its country; "" for none of ours.

    It is in the Request-URI. Where that is the Contact that we registered, the number is in P-Called-Party-ID
    (RFC 7315 §4.2) or To; a call to the account itself is one to its main number. Raises `SipParseError`.
    """
    user = number_in(request.target)
    if user != trunk.account.user:
        return _ours(user, trunk)
    for name in ("P-Called-Party-ID", "To"):
        value = request.headers.get(name)
        if value and (found := _ours(_user_of(value), trunk)):
            return found
    return _ours(user, trunk) or trunk.settings.shown_number


def _user_of(value: str) -> str:
    try:
        return number_in(NameAddr.parse(value).uri)
    except SipParseError:
        return ""


def _ours(user: str, trunk: Trunk) -> str:
    number = trunk.canonical(user)
    return number if trunk.settings.has(number) else ""
