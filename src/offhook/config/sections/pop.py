"""`[[pop]]`: what opens on the desktop when somebody calls."""

import re

from offhook.config.kinds import Choice, ListOf, Text, accepted
from offhook.config.sections.webhook import EVENTS
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

PLACES = ("number", "e164", "national", "name", "call", "terminal", "direction", "event")
"""What may stand between braces in a template."""

DIRECTIONS = ("inbound", "outbound", "both")

_PLACE = re.compile(r"\{([^{}]*)\}")
_FIXED = re.compile(r"https?://[^/{}\s@\\]+(?:/|\?|#|$)", re.IGNORECASE)
"""An address whose host is not made of what a caller says of itself."""


@section
class PopSettings:
    """A web page or a program that opens with the caller's number: [pops.md](pops.md)."""

    url: str = setting("", Text(), 'the page that is opened, `"https://crm.example/search?phone={e164}"`')
    program: tuple[str, ...] = setting(
        (),
        ListOf(accepted(bool), 'a list, like ["C:\\\\CRM\\\\crm.exe", "--phone", "{national}"]'),
        "or the program that is started, with its arguments",
    )
    events: tuple[str, ...] = setting(
        ("ringing",), ListOf(accepted(EVENTS.__contains__), f"a list of {', '.join(EVENTS)}"), "when"
    )
    direction: str = setting("inbound", Choice(DIRECTIONS), "for which calls")

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if bool(self.url) == bool(self.program):
            raise table.error("url", "or program has to be set, and only one of them", "keep one")
        for key, templates in (("url", [self.url]), ("program", self.program)):
            for template in templates:
                _check_places(table, key, template)
        if self.url and not _FIXED.match(self.url):
            what = "has to begin with http:// or https:// and a host that is always the same"
            raise table.error("url", what, 'write it like "https://crm.example/search?phone={e164}"')
        if self.program and _PLACE.search(self.program[0]):
            raise table.error("program", "begins with what a caller would choose", "name the program")
        if self.program and self.program[0].lower().endswith((".bat", ".cmd")):
            what = "is a batch file, in which a caller's name could be a command"
            raise table.error("program", what, "name an .exe, like powershell.exe with -File and a script")


def _check_places(table: Table, key: str, template: str) -> None:
    for name in _PLACE.findall(template):
        if name not in PLACES:
            raise table.error(key, f"has {{{name}}}", f"take one of: {', '.join(PLACES)}")
    if re.search(r"[{}]", _PLACE.sub("", template)):
        raise table.error(key, "has a brace without the other one", "write {number} and the like")


def read_pops(root: Table) -> tuple[PopSettings, ...]:
    """The pops. Raises `ConfigError`."""
    return tuple(read_section(PopSettings, table) for table in root.tables("pop"))
