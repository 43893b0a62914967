"""`[switch]`: which switch drives the phones. Each driver has a section that is named as it is."""

from dataclasses import fields, replace
from typing import Any

from offhook.config.kinds import Choice, Number
from offhook.config.sections.asterisk import AsteriskSettings
from offhook.config.sections.driver import NO_ANSWER_S, TERMINAL_ANSWER_S, DriverSettings
from offhook.config.sections.embedded import EmbeddedSettings
from offhook.config.sections.pbx import PbxSettings
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table


@section
class _Drivers:
    """Every driver that there is: its name, and its section `[switch.<name>]`."""

    embedded: EmbeddedSettings = EmbeddedSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    pbx: PbxSettings = PbxSettings()


DRIVERS: dict[str, type[DriverSettings]] = {
    one.name: type(one.default) for one in fields(_Drivers) if isinstance(one.default, DriverSettings)
}
"""What `switch.driver` may name, and the section of each."""

ALIASES = {"pbx": "sip"}
"""What drivers and their sections may be called besides: `sip` was the driver's name for any SIP PBX."""


class _Driver(Choice[str]):
    def read(self, table: Table, name: str, default: str) -> str:
        for driver, alias in ALIASES.items():
            if table.take(name, default) == alias:
                return driver
        return super().read(table, name, default)


@section
class SwitchSettings(_Drivers):
    """What makes the calls."""

    driver: str = setting(
        "embedded",
        _Driver(tuple(DRIVERS)),
        'the built-in SIP switch, an Asterisk, or any SIP PBX (`"sip"` is another name for `"pbx"`)',
    )
    no_answer_s: float = setting(NO_ANSWER_S, Number(1, 3600), "how long the called phone may ring")
    terminal_answer_s: float = setting(
        TERMINAL_ANSWER_S, Number(1, 3600), "how long the user's own phone may ring"
    )

    @property
    def chosen(self) -> DriverSettings:
        """The section of the driver that is used."""
        section: DriverSettings = getattr(self, self.driver)
        return section

    @property
    def listen_key(self) -> str:
        """The key of where phones register, see `DriverSettings.registrar`."""
        return f"switch.{self.driver}.listen"


def read_switch(table: Table, *, needed: bool = True) -> SwitchSettings:
    """The section with those of all drivers. If it is not `needed`, anything may be missing. Raises
    `ConfigError`."""
    tables = {name: table.table(name, ALIASES.get(name, "")) for name in DRIVERS}
    switch = read_section(SwitchSettings, table)
    common: dict[str, Any] = {one.name: getattr(switch, one.name) for one in fields(DriverSettings)}
    drivers: dict[str, object] = {
        name: read_section(section, tables[name], needed=needed and name == switch.driver, **common)
        for name, section in DRIVERS.items()
    }
    return replace(switch, **drivers)  # type: ignore[arg-type]


def needs_passwords(driver: object) -> bool:
    """Does it use the passwords of terminals? As far as can be told before the section is read; an invalid
    driver is told of then."""
    names = [name for name in DRIVERS if driver in (name, ALIASES.get(name))]
    return all(DRIVERS[name].needs_passwords for name in names)
