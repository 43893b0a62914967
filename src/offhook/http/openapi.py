"""The description of the API in OpenAPI 3.1, made from the endpoints themselves."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from offhook import __version__
from offhook.http.endpoints import Access, Endpoint, NoQuery
from offhook.http.problems import KINDS, MEDIA_TYPE, Problem

PATH_PARAMETER = re.compile(r"\{(\w+)\}")

EVERY = ("bad-request", "overloaded", "failure", "wrong-host", "foreign-origin")
"""What any request may be refused for."""

MEANINGS = {
    "terminal": "a terminal's id, or `default` for the one that the person dials with",
    "call": "a call's id",
    "token": "a token's id",
    "user": "a user's name",
    "mac": "a phone's MAC address, with or without colons",
    "code": "a problem's code",
    "place": "the place of an entry among its kind, from 1",
}


def description(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The whole description."""
    refs, schemas = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Offhook",
            "version": __version__,
            "summary": "Click-to-dial and call control",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "offhook",
                    "description": "for the server's own pages; with TLS its name is __Host-offhook",
                },
            },
        },
    }


def problems_of(one: Endpoint) -> list[str]:
    """The codes of all problems that a request for this may be answered with."""
    found = [*EVERY, *one.problems]
    if one.access is not Access.ANYBODY:
        found += ["not-authenticated", "unavailable"]
        if one.method != "GET":
            found.append("csrf")
    if one.access in (Access.PERSON, Access.ADMINISTRATOR):
        found.append("not-allowed")
    if one.access is Access.ADMINISTRATOR:
        found.append("unavailable")
    if one.body is not None:
        found += ["too-large", "unsupported-media-type"]
    return list(dict.fromkeys(found))


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The schema of each type that is a body, and the components that they refer to."""
    types = [Problem]
    for one in endpoints:
        types += [kind for kind in (one.body, *one.answers.values()) if kind not in (None, str, bytes)]
    unique = list(dict.fromkeys(types))
    refs, components = msgspec.json.schema_components(unique, ref_template="#/components/schemas/{name}")
    return dict(zip(unique, refs, strict=True)), components


def _operation(one: Endpoint, refs: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation_id(one),
        "summary": one.summary,
        "tags": [subject(one)],
        "security": [] if one.access is Access.ANYBODY else [{"token": []}, {"cookie": []}],
        "responses": _responses(one, refs),
    }
    if parameters := _parameters(one):
        found["parameters"] = parameters
    if one.body is not None:
        found["requestBody"] = {
            "required": one.body_needed,
            "content": {"application/json": {"schema": refs[one.body]}},
        }
    return found


def _responses(one: Endpoint, refs: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, kind in one.answers.items():
        answer: dict[str, Any] = {
            "description": "done" if kind is None else (kind.__doc__ or "").split("\n")[0]
        }
        if kind in (str, bytes):
            answer = {"description": one.summary, "content": {one.media_type: {"schema": {"type": "string"}}}}
        elif kind is not None:
            answer["content"] = {one.media_type: {"schema": refs[kind]}}
        responses[str(status)] = answer
    by_status: dict[int, list[str]] = {}
    for code in problems_of(one):
        by_status.setdefault(KINDS[code].status, []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": ", ".join(codes),
            "content": {MEDIA_TYPE: {"schema": refs[Problem]}},
        }
    return responses


def _parameters(one: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": MEANINGS[name],
            "schema": {"type": "string", "minLength": 1},
        }
        for name in PATH_PARAMETER.findall(one.path)
    ]
    if one.query is not NoQuery:
        schema = msgspec.json.schema(one.query)
        own = schema["$defs"][one.query.__name__]
        found += [
            {
                "name": name,
                "in": "query",
                "required": name in own.get("required", ()),
                "schema": member,
            }
            for name, member in own["properties"].items()
        ]
    found += [
        {
            "name": name,
            "in": "header",
            "description": meaning,
            "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
        }
        for name, meaning in one.headers.items()
    ]
    return found


def subject(one: Endpoint) -> str:
    """What it is about: the first part of the path behind `/api/v1`."""
    parts = one.path.split("/")
    return parts[3] if len(parts) > 3 else parts[-1]


def operation_id(one: Endpoint) -> str:
    """A name for generated clients: `postTerminalsCalls`."""
    words = [word for word in re.split(r"[/{}-]", one.path.split("/", 3)[-1]) if word]
    return one.method.lower() + "".join(word[0].upper() + word[1:] for word in words)
