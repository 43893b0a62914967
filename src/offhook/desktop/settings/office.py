"""The pages of the office's own telephone system: its providers, its groups, and what rings for whom."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from offhook.config import Config, TerminalSettings
from offhook.config.edit import edited, read_text, save
from offhook.config.phones import can_change
from offhook.config.sections.group import EVERY
from offhook.config.sections.incoming import REFUSALS
from offhook.desktop.settings.fields import Field
from offhook.desktop.settings.listedpages import ListedPages, ListTexts
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.trying import Checker

BOXES = 24
"""Phones of which each has a box of its own to be ticked, and a field for its number. Of more, those of a
group are typed, one a line, and a number is given by `offhook terminal change`."""


def has_office(config: Config, file: Path) -> bool:
    """Is it the switch of this computer that has providers and groups, and may this user change its file?"""
    return not config.sscp.url and config.switch.chosen.registrar is not None and can_change(file)


class NamedPages(ListedPages):
    """Pages for tables of the file, each titled by the first of these fields that is not empty, or `new`."""

    def __init__(
        self,
        texts: ListTexts,
        fields: tuple[str, ...],
        new: str,
        count: int,
        make: Callable[[int], SettingsPage],
        remove: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        self._fields, self._new = fields, new
        super().__init__(texts, count, make, remove, parent)

    def first(self, at: int) -> str:
        return self._fields[0].format(at=at)

    def name(self, at: int) -> str:
        editors = self.pages[at].editors
        return next(filter(None, (_text(editors[field.format(at=at)]) for field in self._fields)), self._new)


def _named(phone: TerminalSettings) -> str:
    return " ".join(filter(None, (phone.name, phone.id)))


def _text(editor: QWidget) -> str:
    if isinstance(editor, QPlainTextEdit):
        return ", ".join(editor.toPlainText().split())
    assert isinstance(editor, QLineEdit)
    return editor.text().strip()


class OfficePages(QObject):
    """Builds them for a configuration file. `check` raises `ConfigError` if the program could not start."""

    def __init__(self, config: Config, file: Path, check: Checker | None = None) -> None:
        super().__init__()
        self._config, self._file, self._check = config, file, check
        self._wait = self.tr("Save or undo the changes of the others first.")

    def all(self) -> list[NamedPages | SettingsPage]:
        """All pages, in the order in which an office is set up. Without a provider there are no numbers."""
        if not self._config.trunks:
            return [self.providers(), self.groups()]
        few = 0 < len(self._config.terminals) <= BOXES
        return [self.providers(), *([self.numbers()] if few else []), self.groups(), self.rings()]

    # Providers.

    def providers(self) -> NamedPages:
        """The accounts by which calls go outside."""
        texts = ListTexts(
            self.tr("Providers"),
            self.tr("The accounts of providers"),
            self.tr("Calls to numbers outside go by these accounts, of several providers in this order."),
            self.tr("&Add a provider"),
            self.tr("Remove {entry}? Calls do not go out by it any more."),
            self._wait,
        )
        new, count = self.tr("New: give it a name"), len(self._config.trunks)
        return NamedPages(
            texts, ("trunk.{at}.name",), new, count, self.provider, partial(self._remove, "trunk")
        )

    def provider(self, at: int) -> SettingsPage:
        """One account."""
        one = f"trunk.{at}"
        transports = {"udp": "UDP", "tcp": "TCP", "tls": "TLS"}
        formats = {
            "e164": self.tr("With + and the country"),
            "digits": self.tr("With the country, without +"),
            "national": self.tr("As they are dialled in the country"),
        }
        fields = (
            Field(f"{one}.name", self.tr("Na&me"), self.tr("What it is called here"), "provider"),
            Field(f"{one}.server", self.tr("Serv&er"), self.tr("Several: the best first"), "sip.example"),
            Field(f"{one}.transport", self.tr("Connected &by"), words=transports, always=True),
            Field(
                f"{one}.register",
                self.tr("It re&gisters there"),
                self.tr("Not where the provider knows this office by its address"),
                always=True,
            ),
            Field(f"{one}.user", self.tr("Acc&ount"), self.tr("The user at the provider"), "4930900"),
            Field(f"{one}.password", self.tr("Pass&word"), self.tr("As the provider has told it")),
            Field(
                f"{one}.password_file",
                self.tr("or password &file"),
                self.tr("A file that you alone can read, with the password in it"),
                "provider.password",
            ),
            Field(
                f"{one}.numbers",
                self.tr("&Numbers"),
                self.tr("The numbers of the account, or ranges, each in a line of its own"),
                "+4930900100-+4930900199",
                by_line=True,
            ),
            Field(f"{one}.number_format", self.tr("Numbers are sen&t"), words=formats, always=True),
            Field(f"{one}.max_calls", self.tr("Calls at a time"), self.tr("That go out, at most")),
            Field(f"{one}.max_calls_an_hour", self.tr("Calls an hour"), self.tr("That go out, at most")),
            Field(
                f"{one}.max_minutes_a_day",
                self.tr("Minutes a day"),
                self.tr("Of all calls that go out; then none goes until midnight, but for help"),
            ),
        )
        said = self.tr("What a stolen password can cost is bounded by the last three.")
        return self._page(self.tr("Providers"), said, fields)

    # Phones.

    def numbers(self) -> SettingsPage:
        """The page of numbers outside and of who has each."""
        said = self.tr(
            "The number outside of each phone: it rings there, and is shown to whom the phone calls."
            " Without one the number of its group is shown, or the account's."
        )
        fields = tuple(
            Field(f"terminal.{at}.number", _named(one).replace("&", "&&"), "", "+4930900101")
            for at, one in enumerate(self._config.terminals)
        )
        return self._page(self.tr("Numbers of phones"), said, fields)

    # Groups.

    def groups(self) -> NamedPages:
        """The page of groups."""
        texts = ListTexts(
            self.tr("Groups"),
            self.tr("The groups"),
            self.tr(
                "Who is in a group sees its phones and picks up calls there; a number can ring them all."
            ),
            self.tr("&Add a group"),
            self.tr("Remove the group {entry}?"),
            self._wait,
        )
        new, count = self.tr("New: give it a name"), len(self._config.groups)
        return NamedPages(texts, ("group.{at}.name",), new, count, self.group, partial(self._remove, "group"))

    def group(self, at: int) -> SettingsPage:
        """One group."""
        one = f"group.{at}"
        fields = (
            Field(f"{one}.name", self.tr("Na&me"), "", "sales"),
            self._phones(
                f"{one}.terminals", self.tr("&Phones"), self.tr("Whose phones they are belongs to it")
            ),
            Field(
                f"{one}.users",
                self.tr("&Users"),
                self.tr("Who else belongs to it, each in a line of its own"),
                "kim",
                by_line=True,
            ),
            Field(
                f"{one}.number",
                self.tr("Number &outside"),
                self.tr("Shown in calls outside for a phone that has none of its own"),
                "+4930900100",
            ),
        )
        return self._page(self.tr("Groups"), "", fields)

    def _phones(self, key: str, label: str, hint: str) -> Field:
        phones = self._config.terminals
        if len(phones) > BOXES:
            return Field(key, label, hint, "4000", by_line=True)
        words = {one.id: _named(one) for one in phones}
        return Field(key, label, hint, words=words | {EVERY: self.tr("All phones")}, several=True)

    # What rings.

    def rings(self) -> NamedPages:
        """Which phones ring for a number outside, and when."""
        texts = ListTexts(
            self.tr("Calls from outside"),
            self.tr("The numbers that ring"),
            self.tr("Which phones ring for which number. A phone's own number rings it without more."),
            self.tr("&Add numbers"),
            self.tr("Remove what rings for {entry}?"),
            self._wait,
        )
        fields = ("incoming.{at}.name", "incoming.{at}.numbers")
        new, count = self.tr("All other numbers"), len(self._config.incoming)
        return NamedPages(texts, fields, new, count, self.ring, partial(self._remove, "incoming"))

    def ring(self, at: int) -> SettingsPage:
        """The rule of which phones ring for some of the numbers."""
        one = f"incoming.{at}"
        orders = {
            "all": self.tr("All at once"),
            "in_order": self.tr("One after the other"),
            "longest_idle": self.tr("The longest idle first"),
        }
        example = self.tr("office hours")
        fields = (
            Field(f"{one}.name", self.tr("Na&me"), self.tr("What it is called here"), example),
            Field(
                f"{one}.numbers",
                self.tr("&Numbers"),
                self.tr("Or ranges, each in a line of its own; none: all others"),
                "+4930900100",
                by_line=True,
            ),
            Field(
                f"{one}.ring",
                self.tr("Phones or &groups"),
                self.tr("That ring, each in a line of its own"),
                "4000\nsales",
                by_line=True,
            ),
            Field(f"{one}.order", self.tr("&Order"), words=orders, always=True),
            Field(f"{one}.ring_s", self.tr("Seconds"), self.tr("How long each rings, before what follows")),
            Field(
                f"{one}.hours",
                self.tr("&When"),
                self.tr("Each time in a line of its own; none: always"),
                "mon-fri 09:00-17:30\nsat 10:00-12:00",
                by_line=True,
            ),
            Field(
                f"{one}.closed",
                self.tr("Not on"),
                self.tr("Each day in a line of its own, of every year or with one"),
                "12-25\n12-24/01-01\n2026-04-03",
                by_line=True,
            ),
            Field(
                f"{one}.otherwise",
                self.tr("&Else"),
                self.tr("A phone, a number with +, or one of: {words}").format(words=", ".join(REFUSALS)),
            ),
        )
        return self._page(self.tr("Calls from outside"), "", fields)

    def _page(self, title: str, intro: str, fields: tuple[Field, ...]) -> SettingsPage:
        return SettingsPage(title, intro, fields, self._config, self._file, None, self._check)

    def _remove(self, table: str, at: int) -> None:
        changes = {f"{table}.{at}": None}
        if self._check is not None:
            self._check(edited(read_text(self._file), self._file, changes))
        save(self._file, changes)
