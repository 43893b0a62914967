"""`[update]`."""

from pathlib import Path
from urllib.parse import urlsplit

from offhook.config.kinds import File, Text
from offhook.config.setting import section, setting
from offhook.config.table import Table

PUBLIC_KEY = "[A-Za-z0-9+/]{43}="
"""The 32 bytes of an Ed25519 key in base64."""

MAX_KEYS = 4
"""Two while a key gives way to the next, and as many again in reserve; each is tried on every list."""


@section
class UpdateSettings:
    """Looking for a newer version; without both of the first two nobody is ever asked."""

    url: str = setting(
        "", Text(), 'where the signed list of the newest version is, `"https://updates.example/offhook.txt"`'
    )
    public_key: str = setting(
        "",
        Text(
            f"{PUBLIC_KEY}( {PUBLIC_KEY}){{0,{MAX_KEYS - 1}}}",
            f"an Ed25519 key, 44 characters that end in =, or up to {MAX_KEYS} with a blank between them",
        ),
        "the key that its signature has to fit, as `python -m installer.manifest --new-key` tells it; or"
        f" several, with a blank between them (at most {MAX_KEYS}), any of which counts: so one can follow"
        " another",
    )
    ca_file: Path | None = setting(
        None,
        File(),
        "PEM file of the authority that signed that server's certificate",
        shown="the system's authorities",
    )

    @property
    def public_keys(self) -> tuple[str, ...]:
        """Each of the keys that count."""
        return tuple(self.public_key.split())

    @property
    def wanted(self) -> bool:
        """Is anybody to look?"""
        return bool(self.url)

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if bool(self.url) != bool(self.public_key):
            missing, there = ("public_key", "url") if self.url else ("url", "public_key")
            raise table.error(missing, f"is missing while {there} is set", "set both, or neither")
        if self.url and not is_https(self.url):
            raise table.error(
                "url", f"{self.url!r} is not an https:// address", 'write it like "https://host/offhook.txt"'
            )


def is_https(url: str) -> bool:
    """Is it a whole https:// address, with nobody's login in it?"""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
