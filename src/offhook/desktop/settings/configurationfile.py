"""Where the configuration is stored, and as it was before."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from offhook.desktop.layouts import column
from offhook.desktop.plaintext import label


class ConfigurationFile(QWidget):
    """Its name, and a button that shows its folder."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = file.absolute().parent
        text = self.tr(
            "All these settings are stored in {file}. It may have more than is shown here: see "
            "docs/configuration.md. As it was before the last change it lies beside it, as {backup}."
        ).format(file=file, backup=f"{file.name}.bak")
        self.text = label(text, wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folder = QPushButton(self.tr("Open the &folder"))
        self.folder.clicked.connect(self._open)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.text)
        whole.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignLeading)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
