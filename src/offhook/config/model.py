"""The tree of settings. Values only: nothing here reads a file."""

from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass, replace
from typing import NamedTuple

from offhook.common.finding import Finding
from offhook.config.policies import Policies
from offhook.config.sections.access import AuthSettings, DialRuleSettings
from offhook.config.sections.cluster import ClusterSettings
from offhook.config.sections.directory import DirectorySettings, DirectorySourceSettings
from offhook.config.sections.group import GroupSettings
from offhook.config.sections.http import HttpSettings
from offhook.config.sections.incoming import IncomingSettings
from offhook.config.sections.media import MediaSettings
from offhook.config.sections.operation import DrainSettings, MetricsSettings
from offhook.config.sections.part import PartSettings
from offhook.config.sections.pop import PopSettings
from offhook.config.sections.provisioning import ProvisioningSettings
from offhook.config.sections.site import AddressSettings, DiscoverySettings, LogSettings, StateSettings
from offhook.config.sections.sscp import SscpSettings
from offhook.config.sections.switch import DRIVERS, SwitchSettings
from offhook.config.sections.terminal import TerminalSettings
from offhook.config.sections.trunk import TrunkSettings
from offhook.config.sections.tsp import TspSettings
from offhook.config.sections.update import UpdateSettings
from offhook.config.sections.webhook import WebhookSettings
from offhook.config.setting import Known, section, settings_of
from offhook.config.table import written_key
from offhook.errors import ConfigError


class System(NamedTuple):
    """A telephone system of the site: the only one, or a `[[cluster.part]]`. `key` is where its settings
    stand, like `switch`."""

    part: str
    key: str
    switch: SwitchSettings

    @property
    def listen_key(self) -> str:
        """The key of where phones register, see `DriverSettings.registrar`."""
        return f"{self.key}.{self.switch.driver}.listen"


@section
class Config:
    """Everything. `file` is where it was read, "" for the built-in values."""

    tsp: TspSettings = TspSettings()
    sscp: SscpSettings = SscpSettings()
    http: HttpSettings = HttpSettings()
    switch: SwitchSettings = SwitchSettings()
    terminals: tuple[TerminalSettings, ...] = ()
    provisioning: ProvisioningSettings = ProvisioningSettings()
    address: AddressSettings = AddressSettings()
    directory: DirectorySettings = DirectorySettings()
    auth: AuthSettings = AuthSettings()
    dial: tuple[DialRuleSettings, ...] = ()
    groups: tuple[GroupSettings, ...] = ()
    trunks: tuple[TrunkSettings, ...] = ()
    incoming: tuple[IncomingSettings, ...] = ()
    media: MediaSettings = MediaSettings()
    webhooks: tuple[WebhookSettings, ...] = ()
    pops: tuple[PopSettings, ...] = ()
    state: StateSettings = StateSettings()
    cluster: ClusterSettings = ClusterSettings()
    discovery: DiscoverySettings = DiscoverySettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    drain: DrainSettings = DrainSettings()
    update: UpdateSettings = UpdateSettings()
    file: str = ""
    warnings: tuple[Finding, ...] = ()
    policies: Policies = field(default_factory=Policies)
    origins: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)
    aliases: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def systems(self) -> list[System]:
        """The telephone systems of the site: one, or the parts of the cluster."""
        parts = enumerate(self.cluster.parts, 1)
        several = [System(part.name, f"cluster.part[{at}].switch", part.switch) for at, part in parts]
        return several or [System("", "switch", self.switch)]

    def system_of(self, terminal: str) -> System:
        """The one that has the terminal; the first for one that there is not."""
        systems = self.systems
        part = (
            next((one.part for one in self.terminals if one.id == terminal), "") if len(systems) > 1 else ""
        )
        return next((one for one in systems if one.part == part), systems[0])

    def only(self, system: System) -> "Config":
        """The configuration as if this telephone system were the only one; its people belong to the groups of
        the whole cluster."""
        if not system.part:
            return self
        terminals = tuple(one for one in self.terminals if one.part == system.part)
        ids = {one.id for one in terminals}
        return replace(
            self,
            switch=system.switch,
            terminals=terminals,
            trunks=tuple(one for one in self.trunks if one.part == system.part),
            incoming=tuple(one for one in self.incoming if ids.issuperset(one.ring)),
        )

    def check_login(self) -> None:
        """Raises `ConfigError` unless there are user and password for the Call Manager elsewhere.

        Only a window can do without them: it asks.
        """
        if not self.sscp.user or not self.sscp.password:
            raise self.error(
                "sscp.password_file" if self.sscp.user else "sscp.user",
                "is missing: the Call Manager elsewhere wants a login",
                "set user and password_file (there: offhook user add)",
            )

    def error(self, key: str, what: str, fix: str) -> ConfigError:
        """The error to raise for a setting (dotted key); names the place that really set it."""
        key = written_key(key, self.aliases)
        file, key = self.origins.get(key, (self.file or "built-in settings", key))
        return ConfigError(file, key, what, fix)


MAIN_SECTIONS: dict[str, type] = {
    one.name: type(one.default) for one in fields(Config) if is_dataclass(one.default)
}
"""The sections that are a field of `Config`, by name."""

SECTIONS: dict[str, type] = {
    **MAIN_SECTIONS,
    **{f"switch.{name}": section for name, section in DRIVERS.items()},
    "[terminal]": TerminalSettings,
    "[cluster.part]": PartSettings,
    "[directory.source]": DirectorySourceSettings,
    "dial": DialRuleSettings,
    "[dial.rule]": DialRuleSettings,
    "[group]": GroupSettings,
    "[trunk]": TrunkSettings,
    "[incoming]": IncomingSettings,
    "[webhook]": WebhookSettings,
    "[pop]": PopSettings,
}
"""Every section of the file, by what stands between its brackets."""

ENVIRONMENT = {
    f"OFFHOOK_{section}_{one.key}".upper().replace(".", "_"): f"{section}.{one.key}"
    for section, own in SECTIONS.items()
    for one in settings_of(own)
    if one.setting.environment
}
"""Variables that overrule the file, and the setting of each. OFFHOOK_CONFIG names the file itself."""


def setting_of(key: str) -> Known:
    """The setting of a dotted key. A number in it counts the tables of a list."""
    path, _, name = key.rpartition(".")
    *above, last = path.split(".")
    section = f"[{'.'.join(above)}]" if last.isdecimal() else path
    return next(one for one in settings_of(SECTIONS[section]) if name in one.keys)
