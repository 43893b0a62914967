"""The configuration: one tree of frozen dataclasses, read from TOML, the environment and the command line.

`load()` finds and checks everything; what is wrong is one `ConfigError` naming file, key and fix.
"""

from offhook.config.load import ENVIRONMENT, check_text, find, load, user_file
from offhook.config.model import (
    DRIVERS,
    AddressConfig,
    AsteriskConfig,
    AuthConfig,
    Config,
    DialRuleConfig,
    DirectoryConfig,
    DirectorySourceConfig,
    DiscoveryConfig,
    EmbeddedConfig,
    Listen,
    LogConfig,
    SscpConfig,
    StateConfig,
    SwitchConfig,
    TerminalConfig,
    TspConfig,
)
from offhook.config.secrets import make_secret, read_secret, renew_secret

__all__ = [
    "DRIVERS",
    "ENVIRONMENT",
    "AddressConfig",
    "AsteriskConfig",
    "AuthConfig",
    "Config",
    "DialRuleConfig",
    "DirectoryConfig",
    "DirectorySourceConfig",
    "DiscoveryConfig",
    "EmbeddedConfig",
    "Listen",
    "LogConfig",
    "SscpConfig",
    "StateConfig",
    "SwitchConfig",
    "TerminalConfig",
    "TspConfig",
    "check_text",
    "find",
    "load",
    "make_secret",
    "read_secret",
    "renew_secret",
    "user_file",
]
