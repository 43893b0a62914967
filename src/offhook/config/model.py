"""The tree of settings, with their defaults. Values only: nothing here reads a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from pathlib import Path
from typing import Literal

from offhook.common.network import host_port, is_loopback
from offhook.errors import ConfigError

DRIVERS = ("embedded", "asterisk", "sip")
"""What `switch.driver` may name; each has its own section `[switch.<driver>]`."""

DIRECTORY_TYPES = ("ldap", "vcard", "csv")
"""What the `type` of a `[[directory.source]]` may be."""

DIRECTORY_SCHEMAS = ("openldap", "activedirectory")
"""What its `schema` may be, the default first."""

DIRECTORY_FIELDS = ("name", "alias", "work", "ip", "mobile", "home", "company", "mail", "picture")
"""What its `attributes` or `columns` may name."""


@dataclass(frozen=True)
class Listen:
    """Where a server listens, `host:port` in the file. Port 0 takes any free one."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Is it reached from this machine only?"""
        return is_loopback(self.host)

    @property
    def here(self) -> "Listen":
        """Where a program on this machine reaches it: loopback for `0.0.0.0` and `::`."""
        return Listen({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)

    def __str__(self) -> str:
        return host_port(self.host, self.port)


@dataclass(frozen=True)
class TspConfig:
    """The TSP session. `terminal` serves sessions that name none ("" when there is no terminal)."""

    listen: Listen = Listen("127.0.0.1", 7700)
    require_token: bool = True
    token_file: Path = Path("tsp.token")
    terminal: str = ""
    max_sessions: int = 20_000


@dataclass(frozen=True)
class SscpConfig:
    """The SSCP session. With `url` the Call Manager runs elsewhere, and `user` logs in there."""

    listen: Listen = Listen("127.0.0.1", 7701)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    proxy_header: str = "X-Forwarded-For"
    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True)
class EmbeddedConfig:
    """The embedded SIP switch: UDP and TCP on `listen`, TLS on `tls_listen`."""

    listen: Listen = Listen("127.0.0.1", 5060)
    tls_listen: Listen | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    digest_algorithms: tuple[str, ...] = ("MD5",)
    realm: str = "offhook"
    from_elsewhere: Literal["authenticate", "refuse"] = "authenticate"


@dataclass(frozen=True)
class AsteriskConfig:
    """An Asterisk, see `offhook.switch.asterisk.settings`. `port` 0: AMI's usual one, with or without TLS."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    ca_file: Path | None = None
    user: str = ""
    secret: str = field(default="", repr=False)
    context: str = ""
    channel: str = "PJSIP/{terminal}"
    auto_answer: bool = True


@dataclass(frozen=True)
class SipConfig:
    """A SIP PBX, see `offhook.switch.pbx.settings`. Without `auto_answer` the usual headers are sent."""

    servers: tuple[str, ...] = ()
    transport: Literal["udp", "tcp", "tls"] = "udp"
    domain: str = ""
    outbound_proxy: str = ""
    listen: Listen = Listen("0.0.0.0", 0)
    tls_ca_file: Path | None = None
    mode: Literal["calls", "refer"] = "calls"
    from_elsewhere: Literal["refuse", "accept"] = "refuse"
    register: bool = False
    register_s: float = 300.0
    watch_s: float = 10.0
    dialog_events: bool = True
    auto_answer: tuple[tuple[str, str], ...] | None = None
    ping_s: float = 20.0


@dataclass(frozen=True)
class SwitchConfig:
    """Which switch, and how long phones may ring: the called one, and the user's own (seconds)."""

    driver: str = "embedded"
    no_answer_s: float = 60.0
    terminal_answer_s: float = 30.0
    embedded: EmbeddedConfig = EmbeddedConfig()
    asterisk: AsteriskConfig = AsteriskConfig()
    sip: SipConfig = SipConfig()


@dataclass(frozen=True)
class TerminalConfig:
    """A phone: its extension, the user's name, the password with which it registers.

    At a SIP PBX the password is that of the account `user` (the name with it `auth_user`), and `extension` is
    what is dialled to ring the phone; empty ones are as the id.
    """

    id: str
    name: str = ""
    password: str = field(default="", repr=False)
    user: str = ""
    auth_user: str = ""
    extension: str = ""


@dataclass(frozen=True)
class AddressConfig:
    """The site's dialling rules, see `offhook.address`. None: as the country has it."""

    country: str = ""
    country_prefix: str = ""
    area: str = ""
    outside_prefix: str = ""
    international_prefix: str | None = None
    national_prefix: str | None = None
    extension_lengths: tuple[int, ...] = ()


@dataclass(frozen=True)
class AuthConfig:
    """Who checks passwords, in this order: `local`, and LDAP sources of the directory by their names.

    `login_attribute` "" is the schema's; `terminal_attribute` names the phones of a directory's user, and
    `administrators` is the LDAP filter that administrators match ("": the directory tells neither).
    `password_cost` is how slow the hashes of local passwords are, see `offhook.manager.passwordcost`. In
    `local_networks` failures are counted by host, elsewhere an IPv6 host counts with its /64.
    """

    sources: tuple[str, ...] = ("local",)
    login_attribute: str = ""
    terminal_attribute: str = ""
    administrators: str = ""
    token_days: float = 7.0
    password_cost: str = "high"
    audit_days: float = 400.0
    audit_mb: int = 1000
    local_networks: tuple[IPv6Network, ...] = ()


@dataclass(frozen=True)
class DialRuleConfig:
    """Prefixes of what may and may not be dialled by those named, or by everybody."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateConfig:
    """The folder of what must last: call log, users, tokens."""

    dir: Path = Path()

    @property
    def local_token(self) -> Path:
        """The token with which programs on this machine log in to the Call Manager."""
        return self.dir / "local.token"


@dataclass(frozen=True)
class DiscoveryConfig:
    """The Call Manager announced on the local network. `host` is the name on its certificate."""

    announce: bool = False
    name: str = ""
    host: str = ""


@dataclass(frozen=True)
class LogConfig:
    """`level` as the logging module names it: DEBUG, INFO, WARNING, ERROR."""

    level: str = "INFO"


@dataclass(frozen=True)
class DirectorySourceConfig:
    """Where people come from: an LDAP server (`host` and on), or a `file`.

    `security` is plain, tls or start_tls; `attributes` are what the fields of a person are called there.
    """

    name: str
    type: str
    file: Path | None = None
    encoding: str = ""
    host: str = ""
    port: int = 389
    security: str = "start_tls"
    ca_file: Path | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    base: str = ""
    schema: str = "openldap"
    filter: str = ""
    page_size: int = 500
    timeout_s: float = 10.0
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class DirectoryConfig:
    """People by number and name. `own_numbers`: what the site's numbers begin with, up to the extension."""

    refresh_s: float = 3600.0
    own_numbers: tuple[str, ...] = ()
    sources: tuple[DirectorySourceConfig, ...] = ()


@dataclass(frozen=True)
class Config:
    """Everything. `file` is where it was read, "" for the built-in values."""

    tsp: TspConfig = TspConfig()
    sscp: SscpConfig = SscpConfig()
    switch: SwitchConfig = SwitchConfig()
    terminals: tuple[TerminalConfig, ...] = ()
    address: AddressConfig = AddressConfig()
    directory: DirectoryConfig = DirectoryConfig()
    auth: AuthConfig = AuthConfig()
    dial: tuple[DialRuleConfig, ...] = ()
    state: StateConfig = StateConfig()
    discovery: DiscoveryConfig = DiscoveryConfig()
    log: LogConfig = LogConfig()
    file: str = ""
    warnings: tuple[str, ...] = ()
    origins: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)

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
        file, key = self.origins.get(key, (self.file or "built-in settings", key))
        return ConfigError(file, key, what, fix)
