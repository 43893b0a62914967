"""The sheet of keyboard shortcuts (F1)."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QWidget

from offhook.desktop.layouts import GRID, column
from offhook.desktop.plaintext import label


class ShortcutSheet(QDialog):
    """Every key of the window, by what it is for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 1)
        for heading, keys in self.sections():
            self._add_heading(heading)
            for what, sequence in keys:
                self._add(what, sequence)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = column(self, 2 * GRID)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        whole.addLayout(self._grid)
        whole.addWidget(buttons)

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Headings with what the keys under them do, and the keys."""
        return [
            (
                self.tr("Window"),
                [
                    (self.tr("Search or dial"), "Ctrl+L"),
                    (self.tr("Home"), "Ctrl+1"),
                    (self.tr("Contacts"), "Ctrl+2"),
                    (self.tr("Calls"), "Ctrl+3"),
                    (self.tr("Settings"), "Ctrl+4"),
                    (self.tr("More"), "F10"),
                    (self.tr("Keyboard shortcuts"), "F1"),
                    (self.tr("Quit"), "Ctrl+Q"),
                ],
            ),
            (
                self.tr("What was found"),
                [
                    (self.tr("Into the list, and back"), "Down"),
                    (self.tr("Call what is highlighted"), "Return"),
                    (self.tr("Copy its number"), "Ctrl+C"),
                    (self.tr("Leave the search"), "Esc"),
                ],
            ),
            (
                self.tr("In any program"),
                [
                    (self.tr("Call the number that is selected"), "Ctrl+Alt+D"),
                    (self.tr("Answer the call that rings"), "Ctrl+Alt+A"),
                    (self.tr("Decline it"), "Ctrl+Alt+X"),
                ],
            ),
        ]

    def _add_heading(self, text: str) -> None:
        made = label(text)
        font = QFont(made.font())
        font.setBold(True)
        made.setFont(font)
        at = self._grid.rowCount()
        self._grid.setRowMinimumHeight(at, 4 * GRID if self._grid.count() else 0)
        self._grid.addWidget(made, at, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)

    def _add(self, what: str, sequence: str) -> None:
        at = self._grid.rowCount()
        keys = label(QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText))
        keys.setFrameShape(QLabel.Shape.StyledPanel)
        keys.setMargin(GRID // 2)
        keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        keys.setAccessibleName(f"{what}: {keys.text()}")
        self._grid.addWidget(label(what), at, 0)
        self._grid.addWidget(keys, at, 1, Qt.AlignmentFlag.AlignTrailing)
