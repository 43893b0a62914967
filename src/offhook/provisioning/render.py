"""A phone's file from its template.

The templates are Jinja2's, in its sandbox: `phone` is a `Phone`, and for a phone book `page` is a `Page`. A
name that these do not have is an error. In a template whose name ends with .xml or .htm every value is
escaped for XML by itself. Elsewhere a value cannot break out of its line, as it has no line break; what else
has a meaning in a vendor's format is for the template's filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from offhook.errors import ConfigError
from offhook.provisioning.daylight import clock, daylight, hours, plain_zone
from offhook.provisioning.dialplan import own_numbers
from offhook.provisioning.models import PACKAGED
from offhook.provisioning.phonebook import Page
from offhook.provisioning.values import Phone

MAX_FILE = 256 * 1024
"""Bytes of a file. The largest have a line for each of 120 keys and stay below 50 KiB; what is larger comes
of a site's template that has gone wrong, and no phone would take it."""


class UnfitError(TemplateError):
    """A value cannot be written in a format. The message is shown: it has nothing of the value."""


class Templates:
    """The templates of the package; those of the site's folder with the same names are taken instead."""

    def __init__(self, site: Path | None = None) -> None:
        self._site = site
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder for folder in (site, PACKAGED) if folder is not None]),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("xml", "htm"), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(FILTERS)

    def render(self, template: str, phone: Phone) -> bytes:
        """The file. Blocks; raises `ConfigError`, which names the template but no value of the phone."""
        return self._filled(template, phone=phone)

    def book(self, template: str, page: Page) -> bytes:
        """A page of the phone book. Blocks; raises `ConfigError`, as `render` does."""
        return self._filled(template, page=page)

    def _filled(self, template: str, **values: object) -> bytes:
        size, parts = 0, list[bytes]()
        try:
            for part in self._environment.get_template(template).generate(**values):
                parts.append(part.encode("utf-8"))
                size += len(parts[-1])
                if size > MAX_FILE:
                    raise self._wrong(template, f"gives more than {MAX_FILE} bytes")
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise self._wrong(template, f"{'' if line is None else f'line {line}: '}{error}") from None
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            # A template can call for anything on a value; the message of what comes of it may show the value.
            raise self._wrong(template, f"failed with {type(error).__name__}") from None
        return b"".join(parts)

    def _wrong(self, template: str, what: str) -> ConfigError:
        folder = PACKAGED
        if self._site is not None and (self._site / template).exists():
            folder = self._site
        return ConfigError(str(folder / template), "", what, "correct the template")


def _quoted(text: str) -> str:
    """A quoted string of SIP (RFC 3261 §25.1)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _parameter(text: str) -> str:
    """The value of a parameter that knows no quotes, and therefore not all characters."""
    if re.fullmatch(r"[^;,<>\"\s]+", text) is None:
        raise UnfitError(
            "a value has a space, quote, comma, semicolon or bracket, which this phone cannot read"
        )
    return text


def _address(url: str) -> str:
    """An address without its scheme, as `host:port/path`."""
    return url.partition("://")[2].rstrip("/")


FILTERS: dict[str, Callable[..., object]] = {
    "quoted": _quoted,
    "parameter": _parameter,
    "address": _address,
    "daylight": daylight,
    "hours": hours,
    "clock": clock,
    "plain_zone": plain_zone,
    "own_numbers": own_numbers,
}
"""Besides Jinja2's own. One that cannot write a value raises `UnfitError`."""
