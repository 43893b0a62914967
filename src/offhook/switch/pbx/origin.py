"""Is a request inside of a dialog from the PBX, or from whom the PBX let in? It has no password with it.

Whoever heard a call's ids can write a BYE or a REFER of it. From the PBX is what comes from one of its
addresses; from whom it let in, what comes from where our own requests of that dialog go: to the Contact
and the routes that it gave (RFC 3261 §12.2.1.1). A proxy that stays out of the way has phones talk to us
directly.
"""

from __future__ import annotations

from collections.abc import Iterable

from offhook.common.network import same_host
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import NameAddr, SipParseError, Uri


def is_expected(flow: Flow, servers: Iterable[str], dialog: Dialog | None) -> bool:
    """Does it come from one of the servers, or from an address of the dialog?"""
    hosts = [*servers, *(_hosts_of(dialog) if dialog is not None else ())]
    return any(same_host(host, flow.remote[0]) for host in hosts)


def _hosts_of(dialog: Dialog) -> Iterable[str]:
    yield dialog.flow.remote[0]
    try:
        yield Uri.parse(dialog.remote_target).host.strip("[]")
        for route in dialog.route_set:
            yield NameAddr.parse(route).uri.host.strip("[]")
    except SipParseError:
        return
