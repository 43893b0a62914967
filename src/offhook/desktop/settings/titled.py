"""The pages of the settings, as this site has them: made, with all that they import, when somebody looks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from offhook.config import Config
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.preferences import Preferences
from offhook.desktop.program import Program
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.settings.deskphones import DeskPhonesPage, has_desk_phones
from offhook.desktop.settings.links import LinksPage
from offhook.desktop.settings.listedpages import ListedPages
from offhook.desktop.settings.office import OfficePages, has_office
from offhook.desktop.settings.outside import OutsidePage, has_outside
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.pages import Pages
from offhook.desktop.settings.phones import PhonesPage
from offhook.desktop.startup import Startup


def titled_pages(
    config: Config,
    program: Program,
    phones: PhoneModel,
    preferences: Preferences,
    startup: Startup,
    on_saved: Callable[[], None],
    on_appearance: Callable[[], None],
) -> list[tuple[str, QWidget]]:
    """The pages with their titles, in their order; `on_saved` hears that one of them has changed the file."""
    file: Path = program.file
    pages = Pages(config, file, program.testers, program.trial, program.check, program.writings(config))
    account, sources, rules = pages.account(), pages.sources(), pages.rules()
    applications, pops, advanced = pages.applications(), pages.pops(), pages.advanced()
    own_phones = PhonesPage(config, phones, file, program.check)
    for page in (account, own_phones, sources, rules, applications, pops, advanced):
        page.saved.connect(on_saved)
    appearance = AppearancePage(preferences, startup, config.policies)
    appearance.changed.connect(on_appearance)
    links = LinksPage(preferences, startup, config.policies)
    titled: list[tuple[str, QWidget]] = [(page.title, page) for page in (account, own_phones)]
    if has_outside(config):
        outside = OutsidePage(config, phones)
        titled.append((outside.title, outside))
    if has_office(config, file):
        for office in OfficePages(config, file, program.check).all():
            office.saved.connect(on_saved)
            titled.append((office.title, office))
    if has_desk_phones(config):
        desk = DeskPhonesPage(phones)
        titled.append((desk.title, desk))
    shown = (sources, rules, applications, pops, appearance, links, advanced)
    return [*titled, *((page.title, page) for page in shown)]


def say_saved(page: QWidget | None, text: str, added: str) -> None:
    """Say on the page that it is saved; on that of the phones, choose the one that was `added`."""
    if isinstance(page, SettingsPage | ListedPages | PhonesPage):
        page.say_saved(text)
    if isinstance(page, PhonesPage):
        page.choose(added)


def added_phone(page: QWidget | None) -> str:
    """The phone that was added on the page, if it is that of the phones."""
    return page.added if isinstance(page, PhonesPage) else ""
