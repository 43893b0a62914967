"""What servers of the field ask for, and what we answer (RFC 7616, RFC 8760, RFC 3261 §22)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.sip.authparams import HASHES, parse_auth, parse_challenges
from offhook.sip.digest import MAX_REALMS, MAX_STALE, DigestClient, unanswerable
from offhook.sip.message import Request, Response, make_response, parse, serialize
from tests.sip.helpers import request

URI = "sip:far@192.0.2.2"
NAMES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


def challenged(*values: str, status: int = 401, header: str = "") -> Response:
    response = make_response(request("REGISTER"), status)
    response.headers.set(
        header or ("Proxy-Authenticate" if status == 407 else "WWW-Authenticate"), list(values)
    )
    return response


def answer_to(*values: str, body: bytes = b"", status: int = 401) -> dict[str, str]:
    """The credentials that a client answers with; nothing when it does not."""
    first = request("REGISTER")
    first.set_body(body)
    again = DigestClient("4000", "secret").authorize(first, challenged(*values, status=status))
    if again is None:
        return {}
    return parse_auth(again.headers.get("Proxy-Authorization" if status == 407 else "Authorization") or "")


def expected(params: dict[str, str], body: bytes = b"", password: str = "secret", nonce: str = "") -> str:
    """The response as a server computes it, by the letter of RFC 7616 §3.4.1."""
    algorithm = params["algorithm"].upper()

    def h(text: str | bytes) -> str:
        data = text if isinstance(text, bytes) else text.encode()
        return hashlib.new(NAMES[algorithm.removesuffix("-SESS")], data).hexdigest()

    a1 = f"{params['username']}:{params['realm']}:{password}"
    if algorithm.endswith("-SESS"):
        a1 = f"{h(a1)}:{nonce or params['nonce']}:{params['cnonce']}"
    a2 = f"REGISTER:{params['uri']}" + (f":{h(body)}" if params.get("qop") == "auth-int" else "")
    if "qop" not in params:
        return h(f"{h(a1)}:{params['nonce']}:{h(a2)}")
    return h(f"{h(a1)}:{params['nonce']}:{params['nc']}:{params['cnonce']}:{params['qop']}:{h(a2)}")


@pytest.mark.parametrize("body", [b"", b"v=0\r\n"])
@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ('qop="auth-int"', "auth-int"),
        ("qop=auth-int", "auth-int"),
        ('qop="Auth-Int"', "auth-int"),
        ('qop="auth,auth-int"', "auth"),
        ('qop="auth-int, auth"', "auth"),
        ("qop=auth-int,auth", "auth"),
        ('qop="token, auth-int"', "auth-int"),
        ('QOP = "auth"', "auth"),
        ('qop=""', None),
        ("opaque=x", None),
    ],
)
def test_a_quality_that_is_offered_is_answered_with(offered: str, taken: str | None, body: bytes) -> None:
    params = answer_to(f'Digest realm="DefaultSipRealm", nonce="x", algorithm=MD5, {offered}', body=body)
    assert params.get("qop") == taken
    assert params["response"] == expected(params, body)


@pytest.mark.parametrize("algorithm", [f"{name}{more}" for name in HASHES for more in ("", "-sess", "-SESS")])
@pytest.mark.parametrize("more", [', qop="auth"', ', qop="auth-int"', ""])
def test_every_algorithm_is_computed_as_a_server_does(algorithm: str, more: str) -> None:
    params = answer_to(f'Digest realm="r", nonce="n", algorithm={algorithm}{more}', body=b"v=0\r\n")
    assert params["algorithm"] == algorithm
    assert params["response"] == expected(params, b"v=0\r\n")


MD5 = 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"'
SHA = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'


@pytest.mark.parametrize(
    ("values", "algorithm"),
    [
        ((SHA, MD5), "SHA-256"),
        ((MD5, SHA), "MD5"),
        ((f"{SHA}, {MD5}",), "SHA-256"),
        (('Digest realm="r", nonce="n", algorithm=SHA-1', MD5), "MD5"),
        (('Digest realm="r", nonce="n", algorithm=SHA-1, qop="auth", ' + MD5,), "MD5"),
        ((SHA.replace('"auth"', '"token"'), MD5), "MD5"),
        (('Basic realm="r"', "Negotiate", "NTLM TlRMTVNTUAAB==", MD5), "MD5"),
        (('Digest realm="r", nonce="n"',), "MD5"),
        (('digest  realm="r",nonce="n",algorithm="md5",qop="auth"',), "md5"),
        (
            ('Digest\trealm="r", nonce="n", userhash=true, charset=UTF-8, domain="sip:a", algorithm=MD5',),
            "MD5",
        ),
    ],
)
def test_of_several_challenges_the_first_that_we_know_is_answered(
    values: tuple[str, ...], algorithm: str
) -> None:
    params = answer_to(*values)
    assert params["algorithm"] == algorithm
    assert params["username"] == "4000"
    assert params["response"] == expected(params)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (('Digest realm="r", nonce="n", qop="token"',), "qop 'token'"),
        (('Digest realm="r", nonce="n", algorithm=SHA-1',), "algorithm 'SHA-1'"),
        (('Digest realm="r", nonce="n", algorithm=AKAv1-MD5',), "algorithm 'AKAv1-MD5'"),
        (('Basic realm="r"',), "scheme 'basic'"),
        ((), "no challenge"),
        (("Negotiate",), "no challenge"),
    ],
)
def test_what_cannot_be_answered_is_not_and_it_is_said_why(values: tuple[str, ...], why: str) -> None:
    assert answer_to(*values) == {}
    assert unanswerable(challenged(*values)) == why


@pytest.mark.parametrize(("status", "header"), [(407, "WWW-Authenticate"), (401, "Proxy-Authenticate")])
def test_a_challenge_in_the_other_header_is_found_and_answered_there(status: int, header: str) -> None:
    again = DigestClient("4000", "secret").authorize(
        request("REGISTER"), challenged(MD5, status=status, header=header)
    )
    assert again is not None
    assert ("Authorization" in again.headers) is (header == "WWW-Authenticate")
    assert ("Proxy-Authorization" in again.headers) is (header == "Proxy-Authenticate")


def test_a_proxy_and_the_server_behind_it_are_both_answered() -> None:
    client = DigestClient("4000", "secret")
    once = client.authorize(request("REGISTER"), challenged(MD5, status=407))
    assert once is not None
    twice = client.authorize(once, challenged(MD5.replace('"r"', '"inner"')))
    assert twice is not None
    assert parse_auth(twice.headers.get("Authorization") or "")["realm"] == "inner"
    assert parse_auth(twice.headers.get("Proxy-Authorization") or "")["nc"] == "00000002"


def test_two_proxies_with_realms_of_their_own_are_both_answered() -> None:
    client = DigestClient("4000", "secret")
    message: Request | None = request("REGISTER")
    for realm in ("one", "two"):
        assert message is not None
        message = client.authorize(message, challenged(MD5.replace('"r"', f'"{realm}"'), status=407))
    assert message is not None
    told = parse(serialize(_with_via(message))).headers.all("Proxy-Authorization")
    assert [parse_auth(value)["realm"] for value in told] == ["one", "two"]


def test_a_server_that_names_a_new_realm_each_time_is_left() -> None:
    client, message, tries = DigestClient("4000", "secret"), request("REGISTER"), 0
    while (again := client.authorize(message, challenged(MD5.replace('"r"', f'"{tries}"')))) is not None:
        message, tries = again, tries + 1
    assert tries == MAX_REALMS


def test_a_server_that_calls_every_nonce_stale_is_left() -> None:
    client, message, tries = DigestClient("4000", "secret"), request("REGISTER"), 0
    while (
        again := client.authorize(message, challenged(f'{MD5.replace("n", "n")}, stale="TRUE"'))
    ) is not None:
        message, tries = again, tries + 1
    assert tries == MAX_STALE + 1


def test_the_next_nonce_is_used_next_and_a_session_goes_on() -> None:
    client = DigestClient("4000", "secret")
    first = client.authorize(
        request("REGISTER"), challenged('Digest realm="r", nonce="n1", algorithm=MD5-sess, qop="auth"')
    )
    assert first is not None
    accepted = make_response(first, 200)
    accepted.headers.set("Authentication-Info", 'rspauth="x", nextnonce="n2", qop=auth')
    client.learn(accepted)
    later = request("REGISTER")
    client.sign(later)
    params = parse_auth(later.headers.get("Authorization") or "")
    assert (params["nonce"], params["nc"]) == ("n2", "00000001")
    assert params["response"] == expected(params, nonce="n1")


def test_the_client_nonce_of_a_challenge_stays_and_its_count_goes_up() -> None:
    client = DigestClient("4000", "secret")
    client.authorize(request("REGISTER"), challenged(MD5))
    told = []
    for _ in range(2):
        later = request("REGISTER")
        client.sign(later)
        told.append(parse_auth(later.headers.get("Authorization") or ""))
    assert [params["nc"] for params in told] == ["00000002", "00000003"]
    assert len({params["cnonce"] for params in told}) == 1


@pytest.mark.parametrize(
    "value",
    ["", ",", "Digest", 'Digest realm="r', "=", "Digest " + "a" * 60_000, "a " * 9_999,
     'Digest realm="' + "\\" * 60_001, "Digest qop=" + "a," * 30_000, 'Digest ' + 'a = "b" ' * 8_000],
)  # fmt: skip
def test_what_is_no_challenge_costs_nothing(value: str) -> None:
    assert isinstance(parse_challenges(value), list)


@given(
    params=st.lists(
        st.tuples(
            st.sampled_from(["realm", "nonce", "qop", "Stale", "realm", "x-more"]),
            st.one_of(
                st.from_regex(r"[a-z0-9=+/-]{1,9}", fullmatch=True),
                st.from_regex(r'"[ -!#-\[\]-~]{0,9}"', fullmatch=True),
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_header_in_the_usual_spelling_means_what_it_means_in_any_other(
    params: list[tuple[str, str]],
) -> None:
    usual = "Digest " + ", ".join(f"{name}={value}" for name, value in params)
    other = "digest  " + " ,\t".join(f"{name} = {value}" for name, value in params)
    assert parse_challenges(usual) == parse_challenges(other)


def _with_via(message: Request) -> Request:
    message.headers.set_top("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1")
    return message
