"""Where a PBX is: DNS SRV (RFC 3263, RFC 2782), in the order in which its servers are to be tried."""

from __future__ import annotations

import pytest

from offhook.common.dnssrv import Srv, in_order
from offhook.switch.upstream.locate import Address, locate, split_host

FIRST = Srv(10, 60, 5060, "127.0.0.1")
SECOND = Srv(20, 0, 5070, "127.0.0.2")


class Names:
    """A name server with these records, which remembers what it was asked."""

    def __init__(self, *records: Srv) -> None:
        self.records, self.asked = records, ""

    async def __call__(self, name: str) -> tuple[Srv, ...]:
        self.asked = name
        return self.records


async def test_servers_come_by_priority() -> None:
    found = await locate("pbx.example", "udp", Names(SECOND, FIRST))
    assert found == [
        Address("127.0.0.1", 5060, "pbx.example"),
        Address("127.0.0.2", 5070, "pbx.example"),
    ]


@pytest.mark.parametrize(
    ("transport", "service"),
    [
        ("udp", "_sip._udp.pbx.example"),
        ("tcp", "_sip._tcp.pbx.example"),
        ("tls", "_sips._tcp.pbx.example"),
    ],
)
async def test_each_transport_has_its_service(transport: str, service: str) -> None:
    names = Names(FIRST)
    await locate("pbx.example", transport, names)  # type: ignore[arg-type]
    assert names.asked == service


def assert_this_machine(found: list[Address], port: int) -> None:
    """Of "localhost" a machine has one address or, as Debian is installed, two."""
    assert Address("127.0.0.1", port, "localhost") in found
    assert set(found) <= {Address(ip, port, "localhost") for ip in ("127.0.0.1", "::1")}


async def test_a_port_means_one_host_and_no_service() -> None:
    names = Names(FIRST)
    assert_this_machine(await locate("localhost:5080", "udp", names), 5080)
    assert names.asked == ""


async def test_a_name_without_services_is_a_host() -> None:
    assert_this_machine(await locate("localhost", "tls", Names()), 5061)


async def test_an_address_needs_no_name_server() -> None:
    names = Names(FIRST)
    assert await locate("[::1]:5062", "udp", names) == [Address("::1", 5062, "::1")]
    assert names.asked == ""


async def test_a_name_without_address_is_no_server() -> None:
    assert await locate("no-such-host.invalid", "udp", Names()) == []


def test_within_a_priority_the_weight_decides() -> None:
    heavy, light = Srv(1, 90, 5060, "heavy"), Srv(1, 10, 5060, "light")
    assert in_order([heavy, light], lambda _low, _high: 5)[0] is light
    assert in_order([heavy, light], lambda _low, high: high)[0] is heavy


def test_a_record_without_weight_is_not_lost() -> None:
    records = [Srv(1, 0, 5060, "one"), Srv(1, 0, 5060, "two")]
    assert sorted(in_order(records)) == sorted(records)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("pbx.example", "pbx.example", None),
        ("pbx.example:5070", "pbx.example", 5070),
        ("192.0.2.5", "192.0.2.5", None),
        ("[2001:db8::5]:5061", "2001:db8::5", 5061),
        ("2001:db8::5", "2001:db8::5", None),
    ],
)
def test_a_server_is_written_as_host_and_port(text: str, host: str, port: int | None) -> None:
    assert split_host(text) == (host, port)
