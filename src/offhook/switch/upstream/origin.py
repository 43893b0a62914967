"""Which requests inside of a dialog are believed: there is no password in them.

Whoever heard a call's ids can write a BYE or a REFER of it. Believed is what comes from an address of the
PBX, and from where our own requests of that dialog go: the Contact and the routes that the PBX gave
(RFC 3261 §12.2.1.1). They are the phones' behind a proxy that does not stay on the path.
"""

from __future__ import annotations

from collections.abc import Iterable

from offhook.common.network import same_host
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import NameAddr, SipParseError, Uri


def is_expected(flow: Flow, servers: Iterable[str], dialog: Dialog | None) -> bool:
    """Does the request come from one of the servers, or from an address of the dialog?"""
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
