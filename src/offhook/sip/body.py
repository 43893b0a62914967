"""Finds the session description in the body of a message, alone or in a multipart body (RFC 5621)."""

from __future__ import annotations

import re
from typing import Final

from offhook.sip.message import Request, Response, SipParseError
from offhook.sip.values import parse_params

SDP: Final = "application/sdp"

DESCRIBING: Final = frozenset({"INVITE", "ACK", "UPDATE", "PRACK"})
"""The methods with offers and answers (RFC 6337 §2)."""

MAX_DEPTH = 3
"""The depth of nested multipart bodies that are searched; gateways send two."""

_END: Final = re.compile(rb"\r?\n\r?\n")


def is_sdp(content_type: str) -> bool:
    """Is this application/sdp, in any case and with any parameters?"""
    return _kind(content_type) == SDP


def keep_description(message: Request | Response) -> None:
    """If the description is one part of several, make it the whole body.

    Other parts (a location, the ISUP of a gateway) are not passed on to the other phone.
    """
    content_type = message.headers.first("content-type")
    if content_type is None or content_type == SDP or not _kind(content_type).startswith("multipart/"):
        return
    method = message.method if isinstance(message, Request) else message.cseq_method
    if method in DESCRIBING:
        message.set_body(_find(content_type, message.body, MAX_DEPTH))


def _find(content_type: str, body: bytes, depth: int) -> bytes:
    boundary = _boundary(content_type)
    if not boundary or not depth:
        return b""
    for part in (b"\n" + body).split(b"\n--" + boundary.encode())[1:]:
        end = _END.search(part)
        if end is None:
            continue
        head = part[: end.start()].decode("utf-8", "replace")
        kind = next((value for name, value in _fields(head) if name == "content-type"), "")
        inside = part[end.end() :].removesuffix(b"\r")
        if is_sdp(kind):
            return inside + b"\r\n"
        if _kind(kind).startswith("multipart/") and (found := _find(kind, inside, depth - 1)):
            return found
    return b""


def _fields(head: str) -> list[tuple[str, str]]:
    lines = re.sub(r"\r?\n[ \t]+", " ", head).splitlines()
    return [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _boundary(content_type: str) -> str:
    _, semicolon, params = content_type.partition(";")
    try:
        return (parse_params(semicolon + params).get("boundary") or "").strip('"')
    except SipParseError:
        return ""
