"""The settings of each page."""

from pathlib import Path

from PySide6.QtCore import QObject

from offhook.config import Config
from offhook.desktop.settings.fields import Field
from offhook.desktop.settings.page import Checker, SettingsPage, Tester
from offhook.desktop.settings.trial import NumberTrial, Trial

Testers = dict[str, Tester]
"""By page: account, tsp, directory, rules."""

SOURCE = "directory.source.0"
"""The window edits the first source; further ones are edited in the file."""


class Pages(QObject):
    """Builds the settings pages for a configuration file."""

    def __init__(
        self,
        config: Config,
        file: Path,
        testers: Testers,
        trial: Trial | None = None,
        check: Checker | None = None,
    ) -> None:
        super().__init__()
        self._config, self._file, self._testers = config, file, testers
        self._trial, self._check = trial, check

    def all(self) -> list[SettingsPage]:
        """All pages, in order."""
        return [self.account(), self.applications(), self.directory(), self.rules()]

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
                self.tr("Certificate a&uthority"),
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
        return self._page("account", self.tr("Account"), intro, fields)

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

    def directory(self) -> SettingsPage:
        """The directory."""
        kinds = {
            "ldap": self.tr("LDAP server"),
            "vcard": self.tr("vCard file"),
            "csv": self.tr("CSV file"),
        }
        schemas = {"openldap": "OpenLDAP", "activedirectory": "Active Directory"}
        fields = (
            Field(f"{SOURCE}.type", self.tr("&Kind"), words=kinds, unset=self.tr("None")),
            Field(f"{SOURCE}.url", self.tr("&Server"), self.tr("For LDAP"), "ldap://dc1.corp.example"),
            Field(f"{SOURCE}.schema", self.tr("Sc&hema"), self.tr("For LDAP"), words=schemas),
            Field(f"{SOURCE}.base", self.tr("&Base"), self.tr("Below it people are"), "ou=Staff,dc=corp"),
            Field(
                f"{SOURCE}.user", self.tr("&Log in as"), self.tr("Empty: anonymously"), "offhook@corp.example"
            ),
            Field(
                f"{SOURCE}.password_file",
                self.tr("Pass&word file"),
                self.tr("A file that you alone can read, with the password in it"),
                "ldap.password",
            ),
            Field(
                f"{SOURCE}.ca_file",
                self.tr("Certificate a&uthority"),
                self.tr("A file, when the certificate is the company's own"),
                "corp-ca.pem",
            ),
            Field(f"{SOURCE}.file", self.tr("&File"), self.tr("For vCard and CSV"), "contacts.vcf"),
        )
        intro = self.tr("Names for numbers and numbers for names come from here.")
        return self._page("directory", self.tr("Directory"), intro, fields)

    def rules(self) -> SettingsPage:
        """The dialling rules."""
        fields = (
            Field("address.country", self.tr("&Country"), self.tr("Two letters"), "KR"),
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
        page = self._page("rules", self.tr("Dialling rules"), intro, fields)
        if self._trial is not None:
            line = NumberTrial(self._trial, lambda: page.text)
            page.put_below(line)
            page.changed.connect(line.refresh)
        return page

    def _page(self, name: str, title: str, intro: str, fields: tuple[Field, ...]) -> SettingsPage:
        return SettingsPage(
            title, intro, fields, self._config, self._file, self._testers.get(name), self._check
        )
