"""The configuration: one tree of frozen dataclasses, read from TOML, the environment and the command line.

`load()` finds and checks everything; what is wrong is one `ConfigError` naming file, key and fix. Each
section is a dataclass of `sections`, where a setting stands with all that is known of it, see `setting`.
"""

from offhook.config.listen import Listen
from offhook.config.load import FILE_NAME, LAUNCHERS, check_text, find, installed_file, load, user_file
from offhook.config.model import ENVIRONMENT, Config, System
from offhook.config.places import site_folder
from offhook.config.policies import PLACE, Policies, server_url
from offhook.config.secrets import make_secret, read_secret, renew_secret
from offhook.config.sections.access import AuthSettings, DialRuleSettings
from offhook.config.sections.asterisk import AsteriskSettings
from offhook.config.sections.cluster import ClusterSettings
from offhook.config.sections.directory import DirectorySettings, DirectorySourceSettings
from offhook.config.sections.embedded import EmbeddedSettings
from offhook.config.sections.group import GroupSettings
from offhook.config.sections.http import HttpSettings
from offhook.config.sections.incoming import IncomingSettings
from offhook.config.sections.media import MediaSettings
from offhook.config.sections.operation import DrainSettings, MetricsSettings
from offhook.config.sections.part import PartSettings
from offhook.config.sections.pbx import PbxSettings
from offhook.config.sections.pop import PopSettings
from offhook.config.sections.provisioning import ProvisioningSettings
from offhook.config.sections.site import AddressSettings, DiscoverySettings, LogSettings, StateSettings
from offhook.config.sections.sscp import SscpSettings
from offhook.config.sections.switch import DRIVERS, SwitchSettings
from offhook.config.sections.terminal import PHONE_MARK, TerminalSettings
from offhook.config.sections.trunk import TrunkSettings
from offhook.config.sections.tsp import TspSettings
from offhook.config.sections.update import UpdateSettings
from offhook.config.sections.webhook import WebhookSettings

__all__ = [
    "DRIVERS",
    "ENVIRONMENT",
    "FILE_NAME",
    "LAUNCHERS",
    "PHONE_MARK",
    "PLACE",
    "AddressSettings",
    "AsteriskSettings",
    "AuthSettings",
    "ClusterSettings",
    "Config",
    "DialRuleSettings",
    "DirectorySettings",
    "DirectorySourceSettings",
    "DiscoverySettings",
    "DrainSettings",
    "EmbeddedSettings",
    "GroupSettings",
    "HttpSettings",
    "IncomingSettings",
    "Listen",
    "LogSettings",
    "MediaSettings",
    "MetricsSettings",
    "PartSettings",
    "PbxSettings",
    "Policies",
    "PopSettings",
    "ProvisioningSettings",
    "SscpSettings",
    "StateSettings",
    "SwitchSettings",
    "System",
    "TerminalSettings",
    "TrunkSettings",
    "TspSettings",
    "UpdateSettings",
    "WebhookSettings",
    "check_text",
    "find",
    "installed_file",
    "load",
    "make_secret",
    "read_secret",
    "renew_secret",
    "server_url",
    "site_folder",
    "user_file",
]
