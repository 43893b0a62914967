"""`[[webhook]]`: who is told of calls by a request over HTTP."""

from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from offhook.config.kinds import File, Flag, ListOf, Secret, Text, accepted
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

EVENTS = ("ringing", "answered", "ended", "missed")
TRUNK, PHONE = "trunk", "phone"
ADMINISTRATORS = (TRUNK, PHONE)
"""Events besides, which have to be asked for: they concern administrators."""

MIN_SECRET = 16
"""Characters of a secret: with fewer, who has seen a request may find it by trying."""


@section
class WebhookSettings:
    """A program elsewhere that is told of calls: [webhooks.md](webhooks.md)."""

    name: str = setting(
        "",
        Text("[A-Za-z0-9._-]{1,32}", 'letters and digits, like "crm"'),
        "what it is called",
        missing=("is missing", 'add one like name = "crm"'),
    )
    url: str = setting(
        "",
        Text(),
        'what is asked, `"https://crm.example/offhook"`',
        missing=("is missing", 'add it, like url = "https://crm.example/offhook"'),
    )
    secret: str = setting(
        "",
        Secret(inline=True),
        "what requests are signed with",
        missing=("is missing", "make one: openssl rand -base64 32 > crm.secret, and name the file"),
    )
    events: tuple[str, ...] = setting(
        EVENTS,
        ListOf(
            accepted((*EVENTS, *ADMINISTRATORS).__contains__),
            f"a list of {', '.join((*EVENTS, *ADMINISTRATORS))}",
        ),
        'of what it is told; `"trunk"` besides: no call can go out by a `[[trunk]]`, calls can again, or a '
        'limit is reached; `"phone"`: a stranger has asked for the files of a phone that fetches them',
    )
    terminals: tuple[str, ...] = setting(
        (),
        ListOf(accepted(bool), 'a list of phones, like ["4000", "4001"]'),
        "of whose calls, all by default",
        shown="all",
    )
    allow_private: bool = setting(
        False, Flag(), "`true` for a program on this machine or in the site's own network; `http://` too"
    )
    ca_file: Path | None = setting(
        None, File(), "PEM file of the authority that signed its certificate", shown="the system's"
    )

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0:
            what = f"{self.url!r} is not an address without user and password"
            raise table.error("url", what, 'write it like "https://crm.example/offhook"')
        if not self.url.isascii() or not self.url.isprintable() or " " in self.url:
            raise table.error(
                "url", "has characters that are in no address", "write them as %20 and the like"
            )
        if parts.scheme == "http" and not self.allow_private:
            raise table.error(
                "url", "would send who calls whom in the clear", "use https://, or set allow_private = true"
            )


def read_webhooks(root: Table, known: Collection[str], *, elsewhere: bool) -> tuple[WebhookSettings, ...]:
    """The webhooks. Raises `ConfigError`."""
    found: dict[str, WebhookSettings] = {}
    for table in root.tables("webhook"):
        one = read_section(WebhookSettings, table)
        if one.name in found:
            raise table.error("name", f"{one.name!r} is already used above", "give each its own")
        if table.source.secrets and len(one.secret) < MIN_SECRET:
            raise table.error(
                "secret_file", f"has fewer than {MIN_SECRET} characters", "make one: openssl rand -base64 32"
            )
        for phone in one.terminals:
            if phone not in known and not elsewhere:
                raise table.error(
                    "terminals", f"{phone!r} is not a [[terminal]]", "correct it, or take it out"
                )
        found[one.name] = one
    return tuple(found.values())
