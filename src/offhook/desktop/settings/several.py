"""A choice of several words: a box for each."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from offhook.desktop.layouts import column
from offhook.desktop.plaintext import caption


class Several(QWidget):
    """`words` has the words of the file, and what they are called; `changed` says that others are chosen."""

    changed = Signal()

    def __init__(self, words: Mapping[str, str], chosen: Sequence[str]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        whole = column(self, 2)
        whole.setContentsMargins(0, 0, 0, 0)
        for word, text in words.items():
            self.boxes[word] = box = QCheckBox(caption(text))
            box.setChecked(word in chosen)
            box.toggled.connect(self.changed)
            whole.addWidget(box)
        self.setFocusProxy(next(iter(self.boxes.values())))

    def chosen(self) -> list[str]:
        """The words that are chosen."""
        return [word for word, box in self.boxes.items() if box.isChecked()]

    def choose(self, words: Sequence[str]) -> None:
        """Choose these."""
        for word, box in self.boxes.items():
            box.setChecked(word in words)
