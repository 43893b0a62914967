"""DNS SRV records, and the order in which their servers are to be tried (RFC 2782).

DNS is dnspython's, which reads the system's resolvers on every platform and answers SRV, what the standard
library does not.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

logger = logging.getLogger(__name__)

DNS_S = 4.0
"""How long one name may take to be resolved."""


class Srv(NamedTuple):
    """One SRV record."""

    priority: int
    weight: int
    port: int
    target: str


AskSrv = Callable[[str], Awaitable[Sequence[Srv]]]


def in_order(records: Iterable[Srv], pick: Callable[[float, float], float] = random.uniform) -> list[Srv]:
    """By priority, and within one by chance according to weight (RFC 2782)."""
    ordered: list[Srv] = []
    left = sorted(records, key=lambda record: (record.priority, record.weight))
    while left:
        group = [record for record in left if record.priority == left[0].priority]
        mark = pick(0, sum(record.weight for record in group))
        for record in group:
            mark -= record.weight
            if mark <= 0:
                break
        ordered.append(record)
        left.remove(record)
    return ordered


async def dns_srv(name: str) -> list[Srv]:
    """The SRV records of a name; none when there are none or nobody knows."""
    # Imported here: only a server by name needs it, and it is not small.
    import dns.asyncresolver
    import dns.exception
    from dns.rdtypes.IN.SRV import SRV

    try:
        answer = await dns.asyncresolver.resolve(name, "SRV", lifetime=DNS_S)
    except dns.exception.DNSException as error:
        logger.debug("%s: %s", name, error)
        return []
    return [
        Srv(record.priority, record.weight, record.port, record.target.to_text(omit_final_dot=True))
        for record in answer
        if isinstance(record, SRV) and record.target.to_text() != "."
    ]
