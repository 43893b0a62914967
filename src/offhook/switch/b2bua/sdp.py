"""Session descriptions (RFC 4566) on their way from one phone to the other (RFC 3264).

The switch has no media of its own. It changes what has to be right for each leg: the o= line, and the number
and order of the streams.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Sequence
from typing import Final, NamedTuple

from offhook.sip.tokens import new_token

_ORIGIN: Final = re.compile(rb"^o=[^\r\n]*", re.MULTILINE)
_ADDRESS: Final = re.compile(rb"^(?:c=[^\r\n]*|m=\w+ \d+)", re.MULTILINE)
_CRYPTO: Final = re.compile(r"a=crypto:(\d+) (\S+) ")
_MEDIA: Final = re.compile(rb"m=(\S+) +([0-9]+)(?:/[0-9]+)? +(\S+)")

Order = Sequence[int | None] | None
"""For each place of one description, the index in another one of the stream there; None: the same order."""

_KEY_BYTES: Final = {"AES_256_CM_HMAC_SHA1_80": 46, "AES_256_CM_HMAC_SHA1_32": 46}


VERSIONS_LATER = 1000
"""How far the version jumps when a session is gone on with: what was described after its state was kept has
got versions that nobody knows any more, and a phone looks at nothing that has the version that it has."""


class OriginState(NamedTuple):
    """`last` and `described` are descriptions, as `Origin` keeps them."""

    id: int
    version: int
    last: bytes
    described: bytes


class Origin:
    """The o= line of one leg: one session id, and a version that goes up with each change (RFC 3264 §8)."""

    def __init__(self, host: str) -> None:
        self._host = f"IP6 {host}" if ":" in host else f"IP4 {host}"
        self._id = int(new_token()[:7], 16)
        self._version = 0
        self._last = b""
        self.described = b""
        """The last description that was sent to the phone, before its o= line was changed."""

    @property
    def state(self) -> OriginState:
        """What another run of the program needs to go on with the session."""
        return OriginState(self._id, self._version, self._last, self.described)

    def restore(self, state: OriginState) -> None:
        """Go on with the session of an earlier run. The version is one that it can not have come to."""
        self._id, self._last, self.described = state.id, state.last, state.described
        self._version = state.version + VERSIONS_LATER

    @property
    def streams(self) -> list[bytes]:
        """The streams of what was described last: a session keeps their places (RFC 3264 §8)."""
        return divide(self._last)[1]

    def offer(self, description: bytes) -> tuple[bytes, Order]:
        """A description as an offer to the phone of the leg, and the order of its streams for `unfit`."""
        fitted, order = fit(description, self.streams)
        return self.stamp(fitted), order

    def answer(self, description: bytes, offer: bytes) -> bytes:
        """A description as the answer to an offer of the phone of the leg."""
        return self.stamp(as_answer(description, offer))

    def change(self) -> None:
        """The next description is another one, whatever it says here: it is changed on its way."""
        self._version += 1

    def stamp(self, sdp: bytes) -> bytes:
        """The description with this leg's o= line; the version goes up if anything else has changed (§8)."""
        if not sdp:
            return sdp
        found = _ORIGIN.search(sdp)
        before, after = (sdp, b"") if found is None else (sdp[: found.start()], sdp[found.end() :])
        blank = before + after
        if blank != self._last:
            self._last, self.described = blank, sdp
            self._version += 1
        if found is None:
            return sdp
        return before + f"o=offhook {self._id} {self._version} IN {self._host}".encode() + after


def black_hole(offer: bytes) -> bytes:
    """The answer that takes every stream of an offer and lets nothing flow (RFC 3725 §4.3, 3264 §8.4).

    `a=inactive` rather than the older 0.0.0.0, and port 9 (discard), so that a phone that sends all the same
    troubles nobody. A stream that is off stays off (§6); one that is not RTP is refused: no `inactive` there.
    """
    head, sections = divide(offer)
    family = "IP6 ::1" if b"c=IN IP6" in offer else "IP4 127.0.0.1"
    out = ["v=0", f"o=- 0 0 IN {family}", "s=-", f"c=IN {family}", "t=0 0"]
    active = b"a=setup:passive" in head
    for section in sections:
        lines = section.decode("utf-8", "replace").splitlines()
        kind, _, rest = lines[0].partition(" ")
        _, _, formats = rest.partition(" ")
        if is_off(section) or "RTP/" not in formats:
            out.append(f"{kind} 0 {formats}")
            continue
        out += [f"{kind} 9 {formats}", "a=inactive"]
        out += [line for line in lines if line.startswith(("a=rtpmap:", "a=fmtp:"))]
        # The answer chooses one key.
        cryptos = [found for line in lines if (found := _CRYPTO.match(line)) is not None]
        out += [_own_crypto(found[1], found[2]) for found in cryptos[:1]]
        if "TLS/" in formats:
            out += _own_fingerprint(active or b"a=setup:passive" in section)
    return ("\r\n".join(out) + "\r\n").encode()


def as_answer(answer: bytes, offer: bytes) -> bytes:
    """The answer with as many streams as the offer, and those off that are off there (RFC 3264 §6).

    Phones that do not keep to it are made to.
    """
    if not answer or not offer:
        return answer
    head, given = divide(answer)
    _, wanted = divide(offer)
    if not given or not wanted:
        return answer
    streams = [
        section if section is not None and (not is_off(stream) or is_off(section)) else _off(stream, head)
        for stream, section in zip(wanted, [*given, *[None] * len(wanted)], strict=False)
    ]
    return answer if streams == given else head + b"".join(streams)


def fit(description: bytes, places: Sequence[bytes]) -> tuple[bytes, Order]:
    """A description as an offer in a session that has these streams already (RFC 3264 §8).

    None of its places may be left out. A stream is put at a place of its kind, else at one that is not needed
    any more (a fax takes the place of speech, §8.3.3); places without a stream are off, and streams without a
    place come behind. Also returns the order, for `unfit`.
    """
    head, sections = divide(description)
    kinds = [_kind(section) for section in sections]
    if not sections or [_kind(place) for place in places] == kinds[: len(places)]:
        return description, None
    left = list(range(len(sections)))
    order: list[int | None] = []
    for place in places:
        at = next((at for at in left if kinds[at] == _kind(place)), None)
        order.append(at)
        if at is not None:
            left.remove(at)
    order = [left.pop(0) if at is None and left else at for at in order]
    order += left
    if order == list(range(len(sections))):
        return description, None
    streams = [_off(places[place], head) if at is None else sections[at] for place, at in enumerate(order)]
    return head + b"".join(streams), order


def unfit(answer: bytes, order: Order) -> bytes:
    """The answer to a description that `fit` has arranged, arranged as the answer to the original one."""
    if order is None:
        return answer
    head, sections = divide(answer)
    if len(sections) != len(order):
        return answer
    placed = {at: section for at, section in zip(order, sections, strict=True) if at is not None}
    return head + b"".join(placed[at] for at in sorted(placed))


def same_media(one: bytes, other: bytes) -> bool:
    """Do two descriptions have the same addresses and ports?"""
    return one == other or _ADDRESS.findall(one) == _ADDRESS.findall(other)


def same(one: bytes, other: bytes) -> bool:
    """Are two descriptions the same but for their o= lines?"""
    return one == other or _ORIGIN.sub(b"", one, count=1) == _ORIGIN.sub(b"", other, count=1)


def _own_crypto(tag: str, suite: str) -> str:
    # An answer to SRTP must carry a key (RFC 4568 §5.1.2); no media will ever use this one.
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES.get(suite, 30))).decode()
    return f"a=crypto:{tag} {suite} inline:{key}"


def _own_fingerprint(active: bool) -> list[str]:
    # DTLS-SRTP (RFC 5763 §5): an answer says which certificate there will be. Nobody will ever shake hands.
    digest = secrets.token_bytes(32).hex(":").upper()
    return [f"a=setup:{'active' if active else 'passive'}", f"a=fingerprint:sha-256 {digest}"]


def divide(description: bytes) -> tuple[bytes, list[bytes]]:
    """What stands before the first stream, and each stream with its lines."""
    parts = (b"\n" + description).split(b"\nm=")
    if len(parts) == 1:
        return description, []
    before, last = parts[0], parts[-1]
    streams = [b"m=" + stream + b"\n" for stream in parts[1:-1]] if len(parts) > 2 else []
    streams.append(b"m=" + last if last.endswith(b"\n") else b"m=" + last + b"\r\n")
    return (before[1:] + b"\n" if before else b""), streams


def _kind(section: bytes) -> bytes:
    words = section[2:].split(None, 1)
    return words[0].lower() if words else b""


def is_off(section: bytes) -> bool:
    """Port zero; but in a bundle it may only say that there is no port of its own (RFC 8843 §6)."""
    port = section.find(b" ") + 1
    if section[port : port + 1] not in (b"0", b" "):  # as nearly always
        return False
    found = _MEDIA.match(section)
    return found is not None and not int(found[2]) and b"a=bundle-only" not in section


def _off(section: bytes, head: bytes) -> bytes:
    """The stream switched off, with an address where there is none for all streams (RFC 4566 §5.7)."""
    line = re.sub(rb"^(m=\S+ +)[0-9]+(?:/[0-9]+)?", rb"\g<1>0", section.splitlines()[0])
    address = b"" if b"\nc=" in head else b"c=IN IP4 127.0.0.1\r\n"
    return line + b"\r\n" + address
