"""Which settings there are, page by page."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from offhook.config import Config
from offhook.desktop.settings.fields import Field, numbers
from offhook.desktop.settings.page import SettingsPage, Tester

Testers = dict[str, Tester]
"""By page: account, tsp, directory, rules."""


def account_page(config: Config, file: Path, testers: Testers) -> SettingsPage:
    """Who logs in, and where."""
    tr = QCoreApplication.translate
    fields = (
        Field(
            "sscp.url",
            tr("settings", "Call &Manager"),
            tr("settings", "Empty: on this computer"),
            "wss://phones.example.com:7701",
        ),
        Field("sscp.user", tr("settings", "&User"), tr("settings", "Your name at the Call Manager"), "kim"),
        Field(
            "sscp.ca_file",
            tr("settings", "Certificate a&uthority"),
            tr("settings", "A file, when the certificate is the company's own"),
            "/etc/offhook/ca.pem",
        ),
        Field(
            "tsp.terminal",
            tr("settings", "&Phone"),
            tr("settings", "The extension that dials; empty: the first of yours"),
            "4000",
        ),
    )
    intro = tr("settings", "The Call Manager makes the calls. The password is asked for at the next start.")
    return SettingsPage(tr("settings", "Account"), intro, fields, config, file, testers.get("account"))


def tsp_page(config: Config, file: Path, testers: Testers) -> SettingsPage:
    """For Outlook and other telephony applications."""
    tr = QCoreApplication.translate
    fields = (
        Field(
            "tsp.listen",
            tr("settings", "&Listen on"),
            tr("settings", "Address and port for the TAPI service provider"),
            "127.0.0.1:7700",
        ),
        Field(
            "tsp.require_token",
            tr("settings", "&Require a token"),
            tr("settings", "Without it every program on this computer can dial"),
            is_flag=True,
        ),
        Field(
            "tsp.token_file",
            tr("settings", "Token &file"),
            tr("settings", "Made at the first start, readable by you alone"),
            "tsp.token",
        ),
    )
    intro = tr("settings", "Outlook, Phone Dialer and other applications dial through this door.")
    return SettingsPage(tr("settings", "Applications"), intro, fields, config, file, testers.get("tsp"))


def rules_page(config: Config, file: Path, testers: Testers) -> SettingsPage:
    """How numbers are dialled here."""
    tr = QCoreApplication.translate
    fields = (
        Field("address.country", tr("settings", "&Country"), tr("settings", "Two letters"), "KR"),
        Field("address.area", tr("settings", "&Area code"), tr("settings", "Without its leading zero"), "2"),
        Field(
            "address.outside_prefix",
            tr("settings", "&Outside line"),
            tr("settings", "What is dialled before numbers outside the company"),
            "9",
        ),
        Field(
            "address.extension_lengths",
            tr("settings", "&Extensions"),
            tr("settings", "How many digits the company's own numbers have"),
            "3, 4",
            parse=numbers,
        ),
    )
    intro = tr(
        "settings", "How numbers as people write them become numbers that your telephone system dials."
    )
    return SettingsPage(tr("settings", "Dialling rules"), intro, fields, config, file, testers.get("rules"))
