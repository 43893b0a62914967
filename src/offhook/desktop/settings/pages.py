"""The settings of each page."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from offhook.config import Config, PopSettings, check_text
from offhook.config.edit import edited, read_text, save
from offhook.config.sections.pop import PLACES
from offhook.desktop.settings.configurationfile import ConfigurationFile
from offhook.desktop.settings.fields import Field
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.popspage import PopsPage
from offhook.desktop.settings.poptrial import PopTrial, Writings
from offhook.desktop.settings.sources import SourcesPage
from offhook.desktop.settings.trial import NumberTrial
from offhook.desktop.settings.trying import Checker, Testers, Trial

SOURCE = "directory.source.0"
"""The first source."""


class Pages(QObject):
    """Builds the settings pages for a configuration file."""

    def __init__(
        self,
        config: Config,
        file: Path,
        testers: Testers,
        trial: Trial | None = None,
        check: Checker | None = None,
        writings: Writings = lambda _number: ("", ""),
    ) -> None:
        super().__init__()
        self._writings = writings
        self._config, self._file, self._testers = config, file, testers
        self._trial, self._check = trial, check

    def all(self) -> list[SettingsPage]:
        """The pages over the file, with the first source of the directory."""
        return [self.account(), self.directory(), self.rules(), self.applications(), self.advanced()]

    def account(self) -> SettingsPage:
        """The Call Manager and the login."""
        fields = (
            Field(
                "sscp.url",
                self.tr("Call &Manager"),
                self.tr("Empty: on this computer"),
                "wss://phones.example.com:7701",
            ),
            Field("sscp.user", self.tr("&User"), self.tr("Your name at the Call Manager"), "kim"),
            Field(
                "sscp.ca_file",
                self.tr("Certificate &authority"),
                self.tr("A file, when the certificate is the company's own"),
                "/etc/offhook/ca.pem",
            ),
            Field(
                "tsp.terminal",
                self.tr("&Phone"),
                self.tr("The extension that dials; empty: the first of yours"),
                "4000",
            ),
        )
        intro = self.tr("The Call Manager makes the calls. The password is asked for at the next start.")
        return self._page("account", self.tr("Account and phone"), intro, fields)

    def applications(self) -> SettingsPage:
        """For Outlook and other telephony applications."""
        fields = (
            Field(
                "tsp.listen",
                self.tr("&Listen on"),
                self.tr("Address and port for the TAPI service provider"),
            ),
            Field(
                "tsp.require_token",
                self.tr("&Require a token"),
                self.tr("Without it every program on this computer can dial"),
            ),
            Field(
                "tsp.token_file",
                self.tr("Token &file"),
                self.tr("Made at the first start, readable by you alone"),
            ),
        )
        intro = self.tr("Outlook, Phone Dialer and other applications dial through this address.")
        return self._page("tsp", self.tr("Applications"), intro, fields)

    def sources(self) -> SourcesPage:
        """The directory: all its sources."""
        count = len(self._config.directory.sources)
        remove = partial(self._remove, "directory.source")
        return SourcesPage(self.tr("Directory"), count, self.directory, remove)

    def _remove(self, table: str, at: int) -> None:
        changes = {f"{table}.{at}": None}
        if self._check is not None:
            self._check(edited(read_text(self._file), self._file, changes))
        save(self._file, changes)

    def directory(self, at: int = 0) -> SettingsPage:
        """One source of the directory."""
        source = f"directory.source.{at}"
        kinds = {
            "ldap": self.tr("LDAP server"),
            "vcard": self.tr("vCard file"),
            "csv": self.tr("CSV file"),
        }
        schemas = {"openldap": "OpenLDAP", "activedirectory": "Active Directory"}
        fields = (
            Field(f"{source}.type", self.tr("&Kind"), words=kinds, unset=self.tr("None")),
            Field(f"{source}.url", self.tr("Serv&er"), self.tr("For LDAP"), "ldap://dc1.corp.example"),
            Field(f"{source}.schema", self.tr("Sc&hema"), self.tr("For LDAP"), words=schemas),
            Field(f"{source}.base", self.tr("&Base"), self.tr("Below it people are"), "ou=Staff,dc=corp"),
            Field(
                f"{source}.user", self.tr("&Log in as"), self.tr("Empty: anonymously"), "offhook@corp.example"
            ),
            Field(
                f"{source}.password_file",
                self.tr("Pass&word file"),
                self.tr("A file that you alone can read, with the password in it"),
                "ldap.password",
            ),
            Field(
                f"{source}.ca_file",
                self.tr("Certificate a&uthority"),
                self.tr("A file, when the certificate is the company's own"),
                "corp-ca.pem",
            ),
            Field(f"{source}.file", self.tr("&File"), self.tr("For vCard and CSV"), "contacts.vcf"),
        )
        return self._page("directory", self.tr("Directory"), "", fields)

    def pops(self) -> PopsPage:
        """What is opened for calls."""
        return PopsPage(len(self._config.pops), self.pop, partial(self._remove, "pop"))

    def pop(self, at: int = 0) -> SettingsPage:
        """One page or program."""
        pop = f"pop.{at}"
        directions = {
            "inbound": self.tr("Calls that come in"),
            "outbound": self.tr("Calls that you make"),
            "both": self.tr("All calls"),
        }
        events = {
            "ringing": self.tr("It rings"),
            "answered": self.tr("It is answered"),
            "ended": self.tr("It is over"),
            "missed": self.tr("It was missed"),
        }
        places = ", ".join(f"{{{one}}}" for one in PLACES)
        fields = (
            Field(
                f"{pop}.url",
                self.tr("&Web page"),
                self.tr("Where the caller's number is to stand: {places}").format(places=places),
                "https://crm.example/search?phone={e164}",
            ),
            Field(
                f"{pop}.program",
                self.tr("or &program"),
                self.tr("The program, and each of its arguments, in a line of its own"),
                "C:\\CRM\\crm.exe\n--phone\n{national}",
                by_line=True,
            ),
            Field(f"{pop}.direction", self.tr("&For"), words=directions, always=True),
            Field(f"{pop}.events", self.tr("When"), words=events, several=True),
        )
        said = self.tr("In the address or an argument, this stands for the call: {places}").format(
            places=places
        )
        page = self._page("pop", self.tr("Screen pops"), said, fields)
        trial = PopTrial(lambda: self._pop_on(page, at), self._writings)
        page.put_below(trial)
        page.changed.connect(trial.refresh)
        return page

    def _pop_on(self, page: SettingsPage, at: int) -> PopSettings | None:
        pops = check_text(page.text, self._file).pops
        return pops[at] if at < len(pops) and page.good else None

    def rules(self) -> SettingsPage:
        """The dialling rules."""
        fields = (
            Field("address.country", self.tr("Countr&y"), self.tr("Two letters"), "KR"),
            Field("address.area", self.tr("&Area code"), self.tr("Without its leading zero"), "2"),
            Field(
                "address.outside_prefix",
                self.tr("&Outside line"),
                self.tr("What is dialled before numbers outside the company"),
                "9",
            ),
            Field(
                "address.extension_lengths",
                self.tr("&Extensions"),
                self.tr("How many digits the company's own numbers have"),
                "3, 4",
            ),
        )
        intro = self.tr("How numbers as people write them become those that your telephone system dials.")
        page = self._page("rules", self.tr("Numbers"), intro, fields)
        if self._trial is not None:
            line = NumberTrial(self._trial, lambda: page.text)
            page.put_below(line)
            page.changed.connect(line.refresh)
        return page

    def advanced(self) -> SettingsPage:
        """What is rarely changed."""
        fields = (
            Field(
                "log.level",
                self.tr("&Log"),
                self.tr("How much is logged: debug, info, warning, error"),
                "info",
            ),
        )
        page = self._page("advanced", self.tr("Advanced"), "", fields)
        page.put_below(ConfigurationFile(self._file))
        return page

    def _page(self, name: str, title: str, intro: str, fields: tuple[Field, ...]) -> SettingsPage:
        return SettingsPage(
            title, intro, fields, self._config, self._file, self._testers.get(name), self._check
        )
