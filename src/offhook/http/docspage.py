"""The API as a page to read: made of the endpoints, without a script, and without anything from elsewhere."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

import msgspec

from offhook import __version__
from offhook.http.endpoints import Access, Endpoint, NoQuery
from offhook.http.openapi import PATH_PARAMETER, problems_of, subject
from offhook.http.problems import BASE, KINDS, ProblemKind

STYLE = """
:root { color-scheme: light dark; --line: #d8dce2; --soft: #f4f6f8; --ink: #1c2430; --quiet: #5b6675;
  --accent: #0b6bcb; --page: #fff }
@media (prefers-color-scheme: dark) { :root { --line: #343b45; --soft: #1d232b; --ink: #e5e9ee;
  --quiet: #9aa6b4; --accent: #6cb2ff; --page: #14181d } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 58rem; background: var(--page);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 1.7rem; margin: 0 0 .25rem } h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem }
p { margin: .4rem 0 .8rem } a { color: var(--accent) } .quiet { color: var(--quiet) }
nav { display: flex; flex-wrap: wrap; gap: .35rem 1rem; margin: 1rem 0 }
code, pre { font: .9em/1.5 ui-monospace, Consolas, monospace }
pre { background: var(--soft); padding: .8rem 1rem; border-radius: .5rem; overflow-x: auto }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0 }
summary { cursor: pointer; padding: .55rem .9rem; display: flex; flex-wrap: wrap; gap: .25rem .8rem;
  align-items: baseline }
summary::-webkit-details-marker { display: none }
summary .quiet { margin-left: auto }
.method { font-weight: 650; min-width: 4.2rem; color: var(--accent) }
details > div { padding: .25rem .9rem .9rem; border-top: 1px solid var(--line) }
h3 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--quiet);
  margin: 1rem 0 .3rem }
table { border-collapse: collapse; width: 100% } td { padding: .25rem .8rem .25rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line) } td:first-child { white-space: nowrap }
"""

_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)

WHO = {
    Access.ANYBODY: "anybody",
    Access.LOGIN: "",
    Access.PERSON: "not with a program's token",
    Access.ADMINISTRATOR: "administrators",
}

BEGINNING = f"""<pre>curl -s http://127.0.0.1:7780{BASE}/session -H 'Content-Type: application/json' \\
     -d '{{"user": "kim", "password": "..."}}'
curl -s http://127.0.0.1:7780{BASE}/terminals/default/calls -H "Authorization: Bearer $TOKEN" \\
     -H 'Content-Type: application/json' -H 'Idempotency-Key: 5f2c9a' -d '{{"number": "+82 2 568 3848"}}'
curl -sN http://127.0.0.1:7780{BASE}/events -H "Authorization: Bearer $TOKEN"</pre>"""


def docs_page(endpoints: Sequence[Endpoint]) -> bytes:
    """The page with everything that can be asked for."""
    ordered = sorted(endpoints, key=_place)
    groups = [(name, list(own)) for name, own in groupby(ordered, key=subject)]
    nav = "".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name, _ in groups)
    sections = "".join(
        f'<h2 id="{escape(name)}">{escape(name)}</h2>' + "".join(map(_endpoint, own)) for name, own in groups
    )
    return page(
        "Offhook: the HTTP API",
        f'<h1>The HTTP API</h1><p class="quiet">Offhook {escape(__version__)}, version 1, below'
        f' <code>{BASE}</code>. The same for programs: <a href="{BASE}/openapi.json">OpenAPI 3.1</a>.</p>'
        f"<p>Log in, dial, hear what happens:</p>{BEGINNING}"
        f'<p>Errors are <a href="{BASE}/problems">problems</a> (RFC 9457) that say what to do.</p>'
        f"<nav>{nav}</nav>{sections}",
    )


def problems_page() -> bytes:
    """The page with all problems."""
    rows = "".join(
        f'<tr><td><a href="{kind.type}"><code>{code}</code></a></td><td>{kind.status}</td>'
        f"<td>{escape(kind.title)}</td></tr>"
        for code, kind in KINDS.items()
    )
    return page("Offhook: problems", f"<h1>Problems</h1><table>{rows}</table>{_back()}")


def problem_page(kind: ProblemKind) -> bytes:
    """What a problem's `type` leads to."""
    return page(
        f"Offhook: {kind.code}",
        f"<h1>{escape(kind.title)}</h1><p><code>{kind.code}</code>, answered with status {kind.status}."
        f" The problem's <code>detail</code> says what it was about and what to do.</p>{_back()}",
    )


def page(title: str, body: str) -> bytes:
    """A page of ours; the style is the one that `CSP` lets in."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    ).encode()


def _back() -> str:
    return f'<p><a href="{BASE}/docs">The whole API</a></p>'


def _place(one: Endpoint) -> tuple[int, str]:
    known = ("session", "me", "tokens", "terminals", "calls", "events", "history", "directory", "settings")
    name = subject(one)
    return (known.index(name) if name in known else len(known), name)


def _endpoint(one: Endpoint) -> str:
    path = PATH_PARAMETER.sub(lambda found: f"<b>{{{found[1]}}}</b>", escape(one.path.removeprefix(BASE)))
    who = f'<p class="quiet">For {WHO[one.access]}.</p>' if WHO[one.access] else ""
    parts = [who]
    if one.query is not NoQuery:
        parts.append(f"<h3>In the address</h3>{_members(one.query)}")
    if one.headers:
        rows = "".join(f"<tr><td><code>{escape(name)}</code></td><td>{escape(what)}</td></tr>"
                       for name, what in one.headers.items())  # fmt: skip
        parts.append(f"<h3>Headers</h3><table>{rows}</table>")
    if one.body is not None:
        parts.append(f"<h3>Body</h3>{_members(one.body)}")
    for status, kind in one.answers.items():
        parts.append(f"<h3>Answer {status}</h3>{_members(kind) if kind is not None else '<p>no body</p>'}")
    codes = ", ".join(f'<a href="{KINDS[code].type}">{code}</a>' for code in problems_of(one))
    parts.append(f"<h3>Or a problem</h3><p>{codes}</p>")
    return (
        f'<details><summary><span class="method">{one.method}</span><code>{path}</code>'
        f'<span class="quiet">{escape(one.summary)}</span></summary><div>{"".join(parts)}</div></details>'
    )


def _members(kind: Any) -> str:
    """A table of the members of a type."""
    if kind in (str, bytes):
        return "<p>text</p>"
    schema = msgspec.json.schema(kind)
    own = schema.get("$defs", {}).get(kind.__name__, schema)
    needed = own.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(member))}</td>"
        f'<td class="quiet">{"" if name in needed else "optional"}</td></tr>'
        for name, member in own.get("properties", {}).items()
    )
    said = (kind.__doc__ or "").split("\n")[0]
    return f"<p>{escape(said)}</p><table>{rows}</table>"


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return ", ".join(str(one) or '""' for one in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    limits = [f"{word} {schema[key]}" for key, word in LIMITS.items() if key in schema]
    return " ".join([str(schema.get("type", "any")), *limits])


LIMITS = {"minimum": "from", "maximum": "to", "maxLength": "up to"}
