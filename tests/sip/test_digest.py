"""Digest authentication, server against client, and against the examples of the RFCs."""

from collections.abc import Sequence

import pytest

from offhook.sip.authparams import digest_response, format_auth, parse_auth
from offhook.sip.digest import DigestClient, DigestServer, Outcome, Verdict
from offhook.sip.message import Request
from tests.sip.helpers import request

REALM = "offhook"


def lookup(user: str) -> str | None:
    return {"4000": "secret"}.get(user)


def signed(
    server: DigestServer, now: float = 0.0, password: str = "secret", user: str = "4000"
) -> tuple[DigestClient, Request]:
    client = DigestClient(user, password)
    first = request("REGISTER")
    again = client.authorize(first, server.challenge(first, now))
    assert again is not None
    return client, again


def claimed(server: DigestServer, message: Request) -> str | None:
    """Who the credentials say it is."""
    credentials = server.credentials(message)
    return None if credentials is None else credentials["username"]


def changed(message: Request, **params: str) -> Request:
    """The request with other digest parameters; an empty one is left out."""
    old = parse_auth(message.headers.get("Authorization") or "")
    new = {name: value for name, value in {**old, **params}.items() if value}
    copy = Request(message.method, message.uri, message.headers.copy())
    copy.headers.set("Authorization", format_auth(new))
    return copy


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616_come_out(algorithm: str, expected: str) -> None:
    params = {
        "uri": "/dir/index.html",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
    }
    user, realm, password = "Mufasa", "http-auth@example.org", "Circle of Life"
    assert digest_response(algorithm, user, realm, password, "GET", params) == expected


@pytest.mark.parametrize("algorithms", [("MD5",), ("SHA-256",), ("SHA-256", "MD5"), ("MD5", "SHA-256")])
def test_a_challenge_answered_with_the_password_is_accepted(algorithms: Sequence[str]) -> None:
    server = DigestServer(REALM, algorithms)
    _, message = signed(server)
    assert server.authenticate(message, lookup, 1) == Verdict(Outcome.ACCEPTED, "4000")
    assert parse_auth(message.headers.get("Authorization") or "")["algorithm"] == algorithms[0]
    assert message.cseq == 2


def test_no_credentials_are_missing_and_those_for_another_realm_too() -> None:
    server = DigestServer(REALM)
    assert server.authenticate(request("REGISTER"), lookup, 0).outcome is Outcome.MISSING
    _, message = signed(DigestServer("elsewhere"))
    assert server.authenticate(message, lookup, 0).outcome is Outcome.MISSING


def test_a_scheme_nobody_knows_counts_as_missing() -> None:
    message = request("REGISTER")
    message.headers.set("Authorization", "NoOneKnowsThisScheme opaque-data=here")
    assert DigestServer(REALM).authenticate(message, lookup, 0).outcome is Outcome.MISSING


@pytest.mark.parametrize(("user", "password"), [("4000", "wrong"), ("4009", "secret"), ("4009", "")])
def test_a_wrong_user_or_password_is_refused(user: str, password: str) -> None:
    server = DigestServer(REALM)
    _, message = signed(server, user=user, password=password)
    assert server.authenticate(message, lookup, 1).outcome is Outcome.REFUSED


def test_a_replay_is_stale_and_the_next_count_is_accepted() -> None:
    server = DigestServer(REALM)
    client, message = signed(server)
    assert server.authenticate(message, lookup, 1).accepted
    assert server.authenticate(message, lookup, 1).outcome is Outcome.STALE
    client.sign(message)
    assert server.authenticate(message, lookup, 1).accepted


def test_a_nonce_is_stale_after_its_lifetime_and_the_client_tries_again() -> None:
    server = DigestServer(REALM, lifetime=60)
    client, message = signed(server)
    assert server.authenticate(message, lookup, 61).outcome is Outcome.STALE
    again = client.authorize(message, server.challenge(message, 61, stale=True))
    assert again is not None
    assert server.authenticate(again, lookup, 62).accepted


def test_a_nonce_that_we_did_not_sign_is_stale() -> None:
    _, message = signed(DigestServer(REALM))
    assert DigestServer(REALM).authenticate(message, lookup, 1).outcome is Outcome.STALE


@pytest.mark.parametrize("nonce", ["x", "é", "0" * 52])
def test_a_nonce_that_is_none_is_stale(nonce: str) -> None:
    server = DigestServer(REALM)
    _, message = signed(server)
    assert server.authenticate(changed(message, nonce=nonce), lookup, 1).outcome is Outcome.STALE


def test_credentials_for_another_request_are_refused() -> None:
    server = DigestServer(REALM)
    _, message = signed(server)
    other = Request("INVITE", message.uri, message.headers)
    assert server.authenticate(other, lookup, 1).outcome is Outcome.REFUSED
    other = Request(message.method, "sip:elsewhere", message.headers)
    assert server.authenticate(other, lookup, 1).outcome is Outcome.REFUSED


def test_an_algorithm_that_was_not_offered_is_refused() -> None:
    _, message = signed(server := DigestServer(REALM, ("SHA-256",)))
    assert server.authenticate(changed(message, algorithm="MD5"), lookup, 1).outcome is Outcome.REFUSED


def test_a_nonce_without_qop_is_good_for_one_request() -> None:
    server = DigestServer(REALM)
    first = request("REGISTER")
    challenge = server.challenge(first, 0)
    value = (challenge.headers.get("WWW-Authenticate") or "").replace(', qop="auth"', "")
    challenge.headers.set("WWW-Authenticate", value)
    message = DigestClient("4000", "secret").authorize(first, challenge)
    assert message is not None
    assert "qop" not in parse_auth(message.headers.get("Authorization") or "")
    assert server.authenticate(message, lookup, 1).accepted
    assert server.authenticate(message, lookup, 1).outcome is Outcome.STALE


def test_forgotten_nonces_cannot_be_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sip.digest.MAX_NONCES", 2)
    server = DigestServer(REALM)
    messages = [signed(server, now)[1] for now in (0.0, 1.0, 2.0)]
    assert all(server.authenticate(message, lookup, 3).accepted for message in messages)
    assert len(server._counts) == 2
    assert all(server.authenticate(message, lookup, 3).outcome is Outcome.STALE for message in messages)


def test_a_refused_password_is_not_tried_again() -> None:
    server = DigestServer(REALM)
    client, message = signed(server, password="wrong")
    assert client.authorize(message, server.challenge(message, 1)) is None


def test_a_challenge_without_known_algorithm_is_not_answered() -> None:
    first = request("REGISTER")
    challenge = DigestServer(REALM).challenge(first, 0)
    challenge.headers.set("WWW-Authenticate", 'Digest realm="x", nonce="y", algorithm=SHA-1')
    assert DigestClient("4000", "secret").authorize(first, challenge) is None


def test_quotes_in_a_name_survive() -> None:
    assert parse_auth(format_auth({"username": 'a"b\\c', "nc": "1"})) == {"username": 'a"b\\c', "nc": "1"}


def test_an_unknown_algorithm_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        DigestServer(REALM, ("SHA-1",))


def test_a_nonce_is_good_for_the_source_that_it_was_given_to() -> None:
    server, first = DigestServer(REALM), request("REGISTER")
    message = DigestClient("4000", "secret").authorize(first, server.challenge(first, 0, source="10.0.0.9"))
    assert message is not None
    assert server.authenticate(message, lookup, 1, source="10.0.0.8").outcome is Outcome.STALE
    assert server.authenticate(message, lookup, 1, source="10.0.0.9").accepted


def test_who_a_request_claims_to_be_is_told_unchecked() -> None:
    server = DigestServer(REALM)
    assert server.credentials(request("REGISTER")) is None
    assert claimed(server, signed(server, user="4999")[1]) == "4999"


@pytest.mark.parametrize("many", ["a=b, " * 200, 'a="b",' * 9_000, "Digest a=b, " * 200])
def test_a_header_with_more_parameters_than_digest_has_is_none_of_its(many: str) -> None:
    server = DigestServer(REALM)
    assert parse_auth("Digest " + many + f'realm="{REALM}"') == {}
    asked = request("REGISTER")
    asked.headers.set("Authorization", f'Digest {many} realm="{REALM}"')
    assert server.authenticate(asked, lookup, 0.0).outcome is Outcome.MISSING


def test_credentials_for_more_servers_than_there_are_are_not_looked_at() -> None:
    server = DigestServer(REALM)
    _, asked = signed(server)
    ours = asked.headers.all("Authorization")
    others = [f'Digest username="4000", realm="r{number}"' for number in range(500)]
    asked.headers.set("Authorization", [*others[:3], *ours])
    assert claimed(server, asked) == "4000"
    asked.headers.set("Authorization", [*others, *ours])
    assert server.credentials(asked) is None


@pytest.mark.parametrize("between", [", ", " , "])
def test_of_two_parameters_by_one_name_the_first_counts(between: str) -> None:
    params = parse_auth(between.join(('Digest realm="r"', 'nonce="1"', "NONCE=2", 'uri="u"')))
    assert params == {"realm": "r", "nonce": "1", "uri": "u"}
