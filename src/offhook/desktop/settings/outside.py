"""The page of what is outside: the providers and how they are, and which phones ring for which number."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from offhook.call import TrunkState
from offhook.config import Config, IncomingSettings
from offhook.config.sections.group import EVERY
from offhook.config.sections.incoming import Hours
from offhook.desktop.formatting import when_text
from offhook.desktop.layouts import GRID, column, on_grid
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.rows import LOOK, ROW, Look, as_text, dress
from offhook.desktop.theme import colors
from offhook.desktop.trunkbook import why
from offhook.errors import Refusal

LINES = 4
"""Rows of a list that are seen at a time."""


def has_outside(config: Config) -> bool:
    """Is it the switch that has providers, or may it be, elsewhere? A PBX has its own."""
    return bool(config.sscp.url) or config.switch.chosen.registrar is not None


class OutsidePage(QWidget):
    """Nothing here is stored: who may see the providers sees how they are now."""

    def __init__(self, config: Config, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Outside")
        self._config, self._phones = config, phones
        self.intro = label(wrap=True)
        self.trunks = _a_list(self.tr("Providers"))
        self.problem = label(wrap=True)
        self.detail = label(wrap=True)
        self.heading = label(self.tr("What rings for which number:"), wrap=True)
        self.rings = _a_list(self.tr("What rings for which number"))
        self.ring = label(wrap=True)
        self.teams = label(wrap=True)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for widget in (self.intro, self.trunks, self.problem, self.detail):
            whole.addWidget(widget)
        for widget in (self.heading, self.rings, self.ring, self.teams):
            whole.addWidget(widget)
        whole.addStretch(1)
        self.trunks.currentRowChanged.connect(self._show_detail)
        self.rings.currentRowChanged.connect(self._show_ring)
        phones.trunks.changed.connect(self.refresh)
        phones.link_changed.connect(self.refresh)
        self.refresh()
        self._show_rings()
        self.setFocusProxy(self.trunks)

    def refresh(self, *_: object) -> None:
        """Show the providers as they are now."""
        found = self._phones.trunks.all
        before = self.trunks.currentRow()
        self.intro.setText(self._intro())
        self.trunks.clear()
        for one in found:
            _add(self.trunks, self._look(one))
        _fit(self.trunks)
        self.trunks.setVisible(bool(found))
        self.detail.setVisible(bool(found))
        self.trunks.setCurrentRow(min(max(0, before), len(found) - 1))

    def _intro(self) -> str:
        refusal = self._phones.trunks.refusal
        if self._phones.trunks.all:
            return self.tr("Calls to numbers outside go out by these providers, and come in by them:")
        if refusal is Refusal.NOT_ALLOWED:
            return self.tr("The providers are shown to administrators only.")
        if refusal is Refusal.NOT_SUPPORTED:
            return self.tr("The Call Manager is too old to tell of its providers.")
        if not self._phones.connected:
            return self.tr("The providers are shown as soon as the Call Manager can be reached.")
        return self.tr(
            "There is no provider: only the phones here can be called. How to add one: docs/trunks.md"
        )

    def _look(self, trunk: TrunkState) -> Look:
        look = colors(self.palette())
        color = look.bad if not trunk.usable else look.attention if trunk.limit else look.good
        since = "" if trunk.since is None else self.tr("since {when}").format(when=when_text(trunk.since))
        return Look(trunk.name, " · ".join(filter(None, (self._state(trunk), since))), presence=color)

    def _state(self, trunk: TrunkState) -> str:
        if not trunk.usable:
            return self.tr("No way out")
        if trunk.limit:
            return self.tr("Limit reached")
        return self.tr("Registered") if trunk.registers else self.tr("Knows us by our address")

    def _show_detail(self, *_: object) -> None:
        at, found = self.trunks.currentRow(), self._phones.trunks.all
        if not 0 <= at < len(found):
            self.problem.hide()
            self.detail.clear()
            return
        one = found[at]
        bad = why(one)
        self.problem.setText(bad[:1].upper() + bad[1:])
        self.problem.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.problem.setVisible(bool(bad))
        lines = []
        for server in one.servers:
            unasked = self.tr("not asked yet") if one.asked else self.tr("never asked whether it is there")
            said = {None: unasked, True: self.tr("answers"), False: server.problem}[server.up]
            lines.append(f"{server.address}: {said}")
        lines.append(
            self.tr("Calls out now: {now} of {most}; minutes today: {minutes} of {all}").format(
                now=one.calls, most=one.max_calls, minutes=round(one.minutes_today), all=one.max_minutes_a_day
            )
        )
        self.detail.setText("\n".join(lines))

    # What rings.

    def _show_rings(self) -> None:
        """By the configuration of the switch; a Call Manager elsewhere has its own."""
        here = not self._config.sscp.url
        found = list(self._rings()) if here else []
        for one in found:
            _add(self.rings, one)
        _fit(self.rings)
        for widget in (self.heading, self.rings, self.ring):
            widget.setVisible(bool(found))
        self.rings.setCurrentRow(0)
        teams = [f"{one.name}: {self._named(one.terminals)}" for one in self._config.groups if here]
        self.teams.setText("\n".join((self.tr("Groups:"), *teams)) if teams else "")
        self.teams.setVisible(bool(teams))

    def _show_ring(self, at: int) -> None:
        """All of it, for which a row does not always have the room."""
        look: Look | None = self.rings.item(at).data(LOOK) if at >= 0 else None
        self.ring.setText(f"{look.title}: {look.detail}" if look is not None else "")

    def _rings(self) -> Iterator[Look]:
        for one in self._config.incoming:
            if one.numbers:
                yield Look(self._called(one, self._numbers(one)), self._order(one))
        for phone in self._config.terminals:
            if phone.number:
                yield Look(self._phones.show(phone.number), self._named([phone.id]))
        for one in self._config.incoming:
            if not one.numbers:
                called = self._called(one, self.tr("All other numbers"))
                yield Look(called, self._order(one), icon="phone")

    def _called(self, one: IncomingSettings, numbers: str) -> str:
        return f"{one.name}: {numbers}" if one.name else numbers

    def _numbers(self, one: IncomingSettings) -> str:
        show = self._phones.show
        return ", ".join(
            show(first) if first == last else f"{show(first)} - {show(last)}" for first, last in one.numbers
        )

    def _order(self, one: IncomingSettings) -> str:
        order = {
            "all": self.tr("all at once"),
            "in_order": self.tr("one after the other"),
            "longest_idle": self.tr("the longest idle first"),
        }[one.order]
        otherwise = {
            "busy": self.tr("busy"),
            "unavailable": self.tr("nobody is there"),
            "no-such-number": self.tr("no such number"),
        }.get(one.otherwise) or self._named([one.otherwise])
        parts = [
            self._named(one.ring),
            order if len(one.ring) > 1 else "",
            ", ".join(map(hours_text, one.hours)),
            self.tr("else {what}").format(what=otherwise),
        ]
        return " · ".join(filter(None, parts))

    def _named(self, phones: Sequence[str]) -> str:
        names = {one.id: one.name for one in self._config.terminals}
        if EVERY in phones:
            return self.tr("all phones")
        return ", ".join(" ".join(filter(None, (names.get(one, ""), one))) for one in phones)


def hours_text(hours: Hours) -> str:
    """On which days, and from when to when: `Mon - Fri 09:00-17:30`."""
    locale, days = QLocale(), sorted(hours.days)
    names = [locale.dayName(day + 1, QLocale.FormatType.ShortFormat) for day in days]
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    said = f"{names[0]} - {names[-1]}" if in_a_row else ", ".join(names)
    return f"{said} {_clock(hours.first)}-{_clock(hours.last)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _a_list(name: str) -> QListWidget:
    made = QListWidget()
    dress(made)
    made.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
    made.setAccessibleName(name)
    return made


def _add(view: QListWidget, look: Look) -> None:
    item = QListWidgetItem(as_text(look), view)
    item.setData(LOOK, look)


def _fit(view: QListWidget) -> None:
    """As high as its rows, up to some of them."""
    high = max(ROW, on_grid(2 * view.fontMetrics().height() + GRID))
    view.setFixedHeight(min(max(1, view.count()), LINES) * high)
