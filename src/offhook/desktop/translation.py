"""The window's languages: Qt's translation files beside this module."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).with_name("locale")


def languages(folder: Path = FOLDER) -> dict[str, str]:
    """The languages by code, each with its own name: English, and those that have a file here."""
    codes = sorted(file.stem.removeprefix("offhook_") for file in folder.glob("offhook_*.qm"))
    return {"en": "English", **{code: QLocale(code).nativeLanguageName() for code in codes}}


LANGUAGES = languages()

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def install(application: QApplication, language: str = "") -> None:
    """Load the translations of a language ("": the system's), ours and Qt's, and set the layout direction."""
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    code = locale.name().partition("_")[0]
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, where in (("offhook", str(FOLDER)), ("qtbase", folder)):
        translator = QTranslator(application)
        if translator.load(f"{name}_{code}", where):
            QCoreApplication.installTranslator(translator)
    right_to_left = code in RIGHT_TO_LEFT
    application.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight
    )
