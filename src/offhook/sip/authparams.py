"""Digest challenges and credentials as header values, and the
computation of responses (RFC 7616, RFC 8760)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

HASHES: Mapping[str, str] = {
    name: hash
    for name, hash in (("MD5", "md5"), ("SHA-256", "sha256"), ("SHA-512-256", "sha512_256"))
    if hash in hashlib.algorithms_available
}
"""The supported hashes; SHA-512/256 if OpenSSL has it."""

_MAKERS: Mapping[str, Callable[..., Any]] = {
    name: getattr(hashlib, name, partial(hashlib.new, name)) for name in HASHES.values()
}
"""What makes each of them. By its name alone `hashlib` would look it up for each value, which takes longer
than to compute it."""

_SESSION = "-SESS"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*+)[ \t]++(?=[A-Za-z0-9_*-]++\s*+=)")
_PARAM = re.compile(r'([A-Za-z0-9_*-]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s,"]*+)[\s,]*+', re.DOTALL)
# One Digest challenge or credentials as nearly everybody writes them: nothing escaped, no blanks about.
_PLAIN = re.compile(r'Digest ((?:[A-Za-z0-9_*-]++=(?:"[^"\\]*+"|[^\s,"]++)(?:, ?|\Z))++)')
_PLAIN_PARAM = re.compile(r'([A-Za-z0-9_*-]++)=(?:"([^"]*+)"|([^\s,"]++))')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BARE = re.compile(r'([^\s,="]++)[\s,]*+')
_UNQUOTED = frozenset({"algorithm", "qop", "nc", "stale"})

MAX_PARAMS = 100
"""Parameters of one header with all its challenges: each has a dozen at most (RFC 7616 §3.3, §3.4). A header
with more is ignored; parsing nine thousand would block everything for 30 ms."""


def hash_of(algorithm: str) -> str | None:
    """The hash of an algorithm, with or without `-sess`; None if it is not supported."""
    return HASHES.get(algorithm.upper().removesuffix(_SESSION))


def parse_challenges(value: str) -> list[tuple[str, dict[str, str]]]:
    """The challenges in a header value: scheme in lower case, and parameters like those of `parse_auth`.

    SIP allows one in each header (RFC 3261 §7.3.1), but HTTP allows a comma list, and some servers send that.
    Empty if there are more than `MAX_PARAMS` parameters.
    """
    plain = _PLAIN.fullmatch(value) if value.count("=") < MAX_PARAMS else None
    if plain is None:
        return _parse_any(value)
    found = _PLAIN_PARAM.findall(plain[1])
    found.reverse()  # of two by one name the first counts
    return [("digest", {name.lower(): quoted or bare for name, quoted, bare in found})]


def _parse_any(value: str) -> list[tuple[str, dict[str, str]]]:
    """The same of whatever may be there; it takes three times as long, which a caller waits for."""
    found: list[tuple[str, dict[str, str]]] = []
    at, value, last, steps = 0, value.strip(), "", 0
    while at < len(value):
        if (steps := steps + 1) > MAX_PARAMS:
            return []
        param = _PARAM.match(value, at)
        if param is None and (scheme := _SCHEME.match(value, at)) is not None:
            found.append((scheme[1].lower(), {}))
            at, last = scheme.end(), ""
            continue
        if not found:
            return []
        params = found[-1][1]
        if param is not None:
            at, last, text = param.end(), param[1].lower(), param[2]
            if text.startswith('"'):
                text = text[1:-1]
                if "\\" in text:
                    text = _ESCAPED.sub(r"\1", text)
            params.setdefault(last, text)
        elif (bare := _BARE.match(value, at)) is not None and last == "qop":
            params["qop"] += f",{bare[1]}"  # a list that should be quoted
            at = bare.end()
        else:
            break
    return found


def parse_auth(value: str) -> dict[str, str]:
    """The parameters of a Digest challenge or credentials, names in lower case; empty for another scheme."""
    for scheme, params in parse_challenges(value):
        if scheme == "digest":
            return params
    return {}


def parse_info(value: str) -> dict[str, str]:
    """The parameters of an Authentication-Info, which names no scheme (RFC 7615)."""
    return parse_auth(f"Digest {value}")


def format_auth(params: Mapping[str, str]) -> str:
    """The header value of credentials."""
    return "Digest " + ", ".join(
        f"{name}={value}" if name in _UNQUOTED else f'{name}="{_escape(value)}"'
        for name, value in params.items()
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def digest_response(
    algorithm: str,
    user: str,
    realm: str,
    password: str,
    method: str,
    params: Mapping[str, str],
    body: bytes = b"",
    session_nonce: str | None = None,
) -> str:
    """The `response` parameter: RFC 7616 §3.4.1, and without qop RFC 2069.

    `body` counts with qop auth-int. `session_nonce` is the one that a `-sess` began with, if not this one.
    """
    name = hash_of(algorithm)
    if name is None:
        raise ValueError(f"no digest algorithm {algorithm}")

    new = _MAKERS[name]

    def digest(text: str) -> str:
        found: str = new(text.encode(), usedforsecurity=False).hexdigest()
        return found

    nonce, cnonce, qop = params.get("nonce", ""), params.get("cnonce", ""), params.get("qop", "")
    secret = digest(f"{user}:{realm}:{password}")
    if algorithm.upper().endswith(_SESSION):
        secret = digest(f"{secret}:{nonce if session_nonce is None else session_nonce}:{cnonce}")
    what = f"{method}:{params.get('uri', '')}"
    if qop.lower() == "auth-int":
        what += f":{new(body, usedforsecurity=False).hexdigest()}"
    if not qop:
        return digest(f"{secret}:{nonce}:{digest(what)}")
    return digest(f"{secret}:{nonce}:{params.get('nc', '')}:{cnonce}:{qop}:{digest(what)}")
