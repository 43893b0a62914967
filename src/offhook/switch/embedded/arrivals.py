"""Calls that come in by trunks: whether they are taken, and whose phones ring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from dataclasses import replace

from offhook.call import Party
from offhook.common.tally import Tally
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import SipParseError
from offhook.switch.b2bua.call import CallHost
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.number import printable
from offhook.switch.b2bua.useragent import contact_of
from offhook.switch.embedded.arrival import Arrival
from offhook.switch.trunk.caller import called_of, caller_of
from offhook.switch.trunk.incoming import IncomingRules
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.upstream.identity import MAX_NAME

logger = logging.getLogger(__name__)


class Arrivals:
    """`owns` tells which numbers outside are the site's, `reach` gives a flow the address by which its remote
    reaches us, `name_of` the directory's name for a number."""

    def __init__(
        self,
        host: CallHost,
        dialer: Dialer,
        rules: IncomingRules,
        terminals: Container[str],
        owns: Callable[[str], bool],
        reach: Callable[[Flow], Flow],
        name_of: Callable[[str], str],
    ) -> None:
        self._host, self._dialer, self._rules = host, dialer, rules
        self._terminals, self._owns, self._reach = terminals, owns, reach
        self._name_of = name_of
        self._legs: dict[Trunk, set[Leg]] = {}
        endpoint = host.endpoint
        self._refused = Tally(logger.warning, lambda s, do: endpoint.after(s, lambda _now: do()))

    def take(self, transaction: ServerTransaction, trunk: Trunk) -> int:
        """Ring the phones for the INVITE. 0, or the status with which it is to be refused."""
        request = transaction.request
        try:
            number, caller = called_of(request, trunk), caller_of(request, trunk, self._terminals, self._owns)
        except SipParseError as error:
            return error.status
        legs = {leg for leg in self._legs.get(trunk, ()) if not leg.ended}
        if len(legs) >= trunk.settings.max_incoming:
            self._refused.note(
                f"{len(legs)} calls come in at a time, no more are taken", f"trunk {trunk.name}"
            )
            return 503
        if not number:
            self._refused.note("a call for a number that is not the account's", f"trunk {trunk.name}")
            return 404
        plan = self._rules.plan(number)
        if not plan.steps and plan.onward is None:
            return plan.refusal
        arrival = Arrival(self._host, self._dialer, self._named(caller), plan, transaction)
        try:
            leg = arrival.begin(contact_of(self._reach(transaction.flow), trunk.account.user))
        except SipParseError as error:
            return error.status
        self._legs[trunk] = {*legs, leg}
        return 0

    def _named(self, caller: Party) -> Party:
        """The caller as the phones show it: the site's own directory knows better than the provider."""
        name = printable(self._name_of(caller.id))[:MAX_NAME] if caller.id else ""
        return replace(caller, name=name) if name else caller
