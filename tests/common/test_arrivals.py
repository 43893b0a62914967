"""Connections before they have said anything."""

import socket

from offhook.common.arrivals import Arrivals, Listening


def test_those_who_come_at_once_wait_at_the_door_and_none_has_to_come_again() -> None:
    arrivals = Arrivals(tls=False)
    with Listening.bound(socket.AF_INET, ("127.0.0.1", 0), arrivals) as listening:
        listening.listen(1)
        waiting = [socket.create_connection(listening.getsockname(), timeout=0.5) for _ in range(50)]
        for one in waiting:
            one.close()
