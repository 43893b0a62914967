import pytest

from offhook.switch.media.described import is_private, is_public, media_place

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 192.168.7.100\r\ns=-\r\nc=IN IP4 192.168.7.100\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 0\r\n"
)


def test_media_are_received_at_the_address_and_port_of_the_first_stream() -> None:
    assert media_place(SDP) == ("192.168.7.100", 4000)


def test_a_streams_own_address_comes_first() -> None:
    assert media_place(SDP + b"c=IN IP4 10.0.0.7\r\n") == ("10.0.0.7", 4000)


@pytest.mark.parametrize(
    "description",
    [
        SDP.replace(b"4000", b"0"),
        SDP.replace(b"4000", b"9"),
        SDP.replace(b"c=IN IP4 192.168.7.100", b"c=IN IP4 0.0.0.0"),
        SDP.partition(b"m=")[0],
        b"",
    ],
)
def test_silence_is_received_nowhere(description: bytes) -> None:
    assert media_place(description) is None


def test_a_stream_that_is_off_is_passed_over() -> None:
    description = SDP.replace(b"4000", b"0") + b"m=video 5000 RTP/AVP 99\r\nc=IN IP6 2001:db8::1\r\n"
    assert media_place(description) == ("2001:db8::1", 5000)


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "fd00::1", "[fd00::1]", "::ffff:10.0.0.1"]
)
def test_an_address_of_one_network_only_is_private(host: str) -> None:
    assert is_private(host)
    assert not is_public(host)


@pytest.mark.parametrize("host", ["203.0.113.1", "172.32.0.1", "100.128.0.1", "2001:db8::1"])
def test_any_other_address_is_public(host: str) -> None:
    assert is_public(host)
    assert not is_private(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "a.name", ""])
def test_loopback_and_what_is_no_address_is_neither(host: str) -> None:
    assert not is_public(host)
    assert not is_private(host)
