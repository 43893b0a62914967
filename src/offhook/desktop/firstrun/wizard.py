"""The wizard where there is no configuration: join a Call Manager, start here, or try the demo."""

from enum import IntEnum

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget, QWizard, QWizardPage

from offhook.desktop.bridge import finished
from offhook.desktop.firstrun.beginning import Account, Beginning, Outcome
from offhook.desktop.firstrun.joining import AccountPage, ManagerPage, OwnPhonePage
from offhook.desktop.firstrun.sitepage import SitePage
from offhook.desktop.layouts import column
from offhook.desktop.plaintext import label
from offhook.desktop.theme import colors

SIZE = (640, 560)

INDENT = 28
"""Logical pixels of what stands below a choice, so that it is under its text."""


class Page(IntEnum):
    """The pages, by number."""

    START = 0
    MANAGER = 1
    ACCOUNT = 2
    OWN_PHONE = 3
    SITE = 4


class StartPage(QWizardPage):
    """How to begin."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle(self.tr("Welcome to Offhook"))
        self.setSubTitle(self.tr("Nothing is set up on this computer yet. How do you want to begin?"))
        self.choices: dict[Outcome, QRadioButton] = {}
        group, whole = QButtonGroup(self), column(self, 4)
        for outcome, text, explained in (
            (
                Outcome.JOINED,
                self.tr("&Join a Call Manager"),
                self.tr("Your company has one already. You need its address, a user and a password."),
            ),
            (
                Outcome.MADE,
                self.tr("&Start here, with phones of my own"),
                self.tr("This computer becomes the telephone system of desk phones and softphones."),
            ),
            (
                Outcome.DEMO,
                self.tr("Try the &demo"),
                self.tr("Three phones that are played on this computer; nothing is kept."),
            ),
        ):
            choice = QRadioButton(text)
            choice.setAccessibleDescription(explained)
            choice.toggled.connect(self.completeChanged)
            group.addButton(choice)
            self.choices[outcome] = choice
            more = label(explained, wrap=True)
            more.setIndent(INDENT)
            more.setStyleSheet(f"color: {colors(self.palette()).quiet.name()}")
            whole.addWidget(choice)
            whole.addWidget(more)
            whole.addSpacing(12)
        whole.addStretch(1)
        self.choices[Outcome.JOINED].setChecked(True)

    @property
    def chosen(self) -> Outcome:
        """What is chosen."""
        return next(outcome for outcome, choice in self.choices.items() if choice.isChecked())

    def initializePage(self) -> None:
        self.choices[self.chosen].setFocus()

    def nextId(self) -> int:
        return {Outcome.JOINED: Page.MANAGER, Outcome.MADE: Page.SITE, Outcome.DEMO: -1}[self.chosen]


class FirstRunWizard(QWizard):
    """`outcome` is what was done when it was accepted."""

    def __init__(self, beginning: Beginning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Set up Offhook"))
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage)
        self.resize(*SIZE)
        self.start = StartPage()
        self.manager = ManagerPage(beginning)
        self.account = AccountPage(beginning, self.manager)
        self.own_phone = OwnPhonePage(beginning, self.account)
        self.site = SitePage(beginning)
        for number, page in (
            (Page.START, self.start),
            (Page.MANAGER, self.manager),
            (Page.ACCOUNT, self.account),
            (Page.OWN_PHONE, self.own_phone),
            (Page.SITE, self.site),
        ):
            self.setPage(number, page)
        self._name_buttons()

    def _name_buttons(self) -> None:
        for button, text in (
            (QWizard.WizardButton.BackButton, self.tr("&Back")),
            (QWizard.WizardButton.NextButton, self.tr("&Next")),
            (QWizard.WizardButton.FinishButton, self.tr("&Finish")),
            (QWizard.WizardButton.CancelButton, self.tr("Cancel")),
        ):
            self.setButtonText(button, text)

    async def ask(self) -> Outcome | None:
        """Show it until it is done; None if it was left."""
        return self.outcome if await finished(self) == QWizard.DialogCode.Accepted else None

    @property
    def outcome(self) -> Outcome:
        """What was chosen."""
        return self.start.chosen

    @property
    def joined(self) -> Account | None:
        """The account that was joined with."""
        return self.account.account if self.outcome is Outcome.JOINED else None
