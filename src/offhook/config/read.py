"""From TOML's tables to the tree of settings, with the checks that concern more than one of them."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

from offhook.common.privatefile import read_file
from offhook.config.access import read_auth, read_dial
from offhook.config.asterisk import read_asterisk
from offhook.config.directory import read_directory
from offhook.config.model import (
    DRIVERS,
    AddressConfig,
    Config,
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
from offhook.config.pbx import SIP_USER, read_sip
from offhook.config.secrets import exposed, read_secret
from offhook.config.table import Source, Table

MAX_TERMINAL_ID = 32
"""Characters of a terminal's id: an extension or a short SIP user, which also has to fit a line's label."""

TERMINAL_ID = rf"[A-Za-z0-9][A-Za-z0-9_.+-]{{0,{MAX_TERMINAL_ID - 1}}}"
"""What a terminal's id is made of: fit for a SIP user, a field of the TSP session and a file's name."""

SECTIONS = ("tsp", "sscp", "switch", "address", "directory", "auth", "dial", "state", "discovery", "log")
HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DIGESTS = ("SHA-256", "MD5")

_DIGITS = "[0-9]{0,8}"
_DIALLED = "[0-9*#]{0,8}"


class Reader:
    """Reads one configuration; keeps what it found doubtful on the way."""

    def __init__(self, source: Source, file: Path | None, *, secrets: bool) -> None:
        self.source, self.file, self.secrets = source, file, secrets
        self.warnings: list[str] = []

    def config(self, data: object) -> Config:
        """The whole tree."""
        root = Table(data, self.source)
        sections = {name: root.table(name) for name in SECTIONS}
        driver = sections["switch"].text("driver", SwitchConfig.driver)
        elsewhere = sections["sscp"].has("url") or driver == "asterisk"
        terminals = self._terminals(root, elsewhere=elsewhere)
        root.finish()  # before the rest: a mistyped key is often what else would be complained about
        state = self._state(sections["state"])
        directory = read_directory(
            sections["directory"], self._check_file, self._secret if self.secrets else None
        )
        config = Config(
            tsp=self._tsp(sections["tsp"], terminals, state, elsewhere=sections["sscp"].has("url")),
            sscp=self._sscp(sections["sscp"]),
            switch=self._switch(sections["switch"]),
            terminals=terminals,
            address=self._address(sections["address"]),
            directory=directory,
            auth=read_auth(sections["auth"], directory),
            dial=read_dial(sections["dial"]),
            state=state,
            discovery=self._discovery(sections["discovery"]),
            log=self._log(sections["log"]),
            file="" if self.file is None else str(self.file),
            origins=dict(self.source.origins),
        )
        self._check_ports(config)
        if self.file is not None and _holds_secret(data) and exposed(self.file):
            self._warn(self.file, "holds passwords and anybody on this machine can read it")
        return replace(config, warnings=tuple(self.warnings))

    def _tsp(
        self, table: Table, terminals: tuple[TerminalConfig, ...], state: StateConfig, *, elsewhere: bool
    ) -> TspConfig:
        tsp = TspConfig(
            listen=table.listen("listen", TspConfig.listen),
            require_token=table.flag("require_token", TspConfig.require_token),
            token_file=table.file("token_file") or state.dir / TspConfig.token_file,
            terminal=table.text(
                "terminal", terminals[0].id if terminals else "", TERMINAL_ID, "the id of a terminal"
            ),
            max_sessions=table.whole("max_sessions", TspConfig.max_sessions, 1, 1_000_000),
        )
        table.finish()
        if not tsp.listen.loopback and not tsp.require_token:
            raise table.error(
                "require_token",
                f"is false while {tsp.listen} is open to other machines",
                "set it to true, or listen on 127.0.0.1",
            )
        known = [terminal.id for terminal in terminals]
        if table.has("terminal") and tsp.terminal not in known and not elsewhere:
            raise table.error(
                "terminal",
                f"{tsp.terminal!r} is no [[terminal]]",
                f"take one of: {', '.join(known) or 'none yet'}",
            )
        return tsp

    def _sscp(self, table: Table) -> SscpConfig:
        password_file = table.file("password_file")
        sscp = SscpConfig(
            listen=table.listen("listen", SscpConfig.listen),
            tls_certificate=table.file("tls_certificate"),
            tls_key=table.file("tls_key"),
            origins=table.texts(
                "origins", (), _is_origin, 'a list of origins, like ["https://phone.example"]'
            ),
            trusted_proxies=table.texts(
                "trusted_proxies", (), _is_network, 'a list of addresses, like ["127.0.0.1", "10.0.0.0/24"]'
            ),
            proxy_header=table.text(
                "proxy_header",
                SscpConfig.proxy_header,
                "X-Forwarded-For|Forwarded",
                '"X-Forwarded-For" or "Forwarded"',
            ),
            url=table.text("url"),
            user=table.text("user"),
            ca_file=table.file("ca_file"),
        )
        table.finish()
        self._check_tls(table, "tls_certificate", "tls_key")
        self._check_file(table, "ca_file", sscp.ca_file)
        if not sscp.listen.loopback and sscp.tls_certificate is None:
            raise table.error(
                "tls_certificate",
                f"is missing while {sscp.listen} is open to other machines",
                "set tls_certificate and tls_key, or listen on 127.0.0.1",
            )
        if sscp.url:
            self._check_url(table, sscp)
        if password_file is not None and self.secrets:
            sscp = replace(sscp, password=self._secret(password_file, table.key("password_file")))
        return sscp

    def _check_url(self, table: Table, sscp: SscpConfig) -> None:
        scheme, _, rest = sscp.url.partition("://")
        host = rest.partition("/")[0]
        if scheme not in ("ws", "wss") or not host or "@" in host:
            raise table.error(
                "url", f"{sscp.url!r} is no WebSocket address", 'write it like "wss://manager.example:7701"'
            )
        name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        port = host.rpartition("]")[2].partition(":")[2] if host.startswith("[") else host.partition(":")[2]
        if port and not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
            raise table.error("url", f"{port[:20]!r} is not a port", "take one from 1 to 65535")
        if scheme == "ws" and not Listen(name, 0).loopback:
            raise table.error(
                "url", "ws:// to another machine would send passwords in the clear", "use wss://"
            )

    def _switch(self, table: Table) -> SwitchConfig:
        driver = table.text("driver", SwitchConfig.driver, "|".join(DRIVERS), f"one of: {', '.join(DRIVERS)}")
        switch = SwitchConfig(
            driver=driver,
            no_answer_s=table.seconds("no_answer_s", SwitchConfig.no_answer_s, 1, 3600),
            terminal_answer_s=table.seconds("terminal_answer_s", SwitchConfig.terminal_answer_s, 1, 3600),
            embedded=self._embedded(table.table("embedded")),
            asterisk=read_asterisk(
                table.table("asterisk"),
                chosen=driver == "asterisk",
                check_file=self._check_file,
                secret=self._secret if self.secrets else None,
            ),
            sip=read_sip(table.table("sip"), chosen=driver == "sip", check_file=self._check_file),
        )
        table.finish()
        return switch

    def _embedded(self, table: Table) -> EmbeddedConfig:
        embedded = EmbeddedConfig(
            listen=table.listen("listen", EmbeddedConfig.listen),
            tls_listen=table.optional_listen("tls_listen"),
            tls_certificate=table.file("tls_certificate"),
            tls_key=table.file("tls_key"),
            tls_client_ca=table.file("tls_client_ca"),
            digest_algorithms=table.texts(
                "digest_algorithms",
                EmbeddedConfig.digest_algorithms,
                DIGESTS.__contains__,
                f"a list of {' and '.join(DIGESTS)}",
            ),
            from_elsewhere=table.one_of(
                "from_elsewhere", EmbeddedConfig.from_elsewhere, ("authenticate", "refuse")
            ),
            realm=table.text(
                "realm", EmbeddedConfig.realm, r'[^"\\]{1,64}', "1 to 64 characters without quotes"
            ),
        )
        table.finish()
        if not embedded.digest_algorithms:
            raise table.error("digest_algorithms", "is empty, no phone could register", "name at least one")
        self._check_tls(table, "tls_certificate", "tls_key")
        self._check_file(table, "tls_client_ca", embedded.tls_client_ca)
        if embedded.tls_listen is not None and embedded.tls_certificate is None:
            raise table.error("tls_certificate", "is missing while tls_listen is set", "set it and tls_key")
        return embedded

    def _terminals(self, root: Table, *, elsewhere: bool) -> tuple[TerminalConfig, ...]:
        terminals: dict[str, TerminalConfig] = {}
        for table in root.tables("terminal"):
            want = f'1 to {MAX_TERMINAL_ID} letters, digits or . _ + - in quotes, like "4000"'
            terminal_id = table.text("id", "", TERMINAL_ID, want)
            name = table.text("name")
            password, password_file = table.secret("password"), table.file("password_file")
            at_pbx = {key: _sip_user(table, key) for key in ("user", "auth_user", "extension")}
            table.finish()
            if not table.has("id"):
                raise table.error("id", "is missing", 'add one like id = "4000"')
            if terminal_id in terminals:
                raise table.error("id", f"{terminal_id!r} is already used above", "give each its own")
            if password and password_file is not None:
                raise table.error("password_file", "is set as well as password", "keep one of them")
            if not password and password_file is None and not elsewhere:
                raise table.error(
                    "password",
                    f"is missing: phone {terminal_id} could not register",
                    "set it or password_file",
                )
            if password_file is not None and self.secrets:
                password = self._secret(password_file, table.key("password_file"))
            terminals[terminal_id] = TerminalConfig(terminal_id, name, password, **at_pbx)
        return tuple(terminals.values())

    def _address(self, table: Table) -> AddressConfig:
        address = AddressConfig(
            country=table.text("country", "", "[A-Za-z]{2}", 'a country of two letters, like "KR"').upper(),
            country_prefix=table.text("country_prefix", "", "[1-9][0-9]{0,2}", 'digits like "82"'),
            area=table.text("area", "", _DIGITS, 'digits like "2", without the leading 0'),
            outside_prefix=table.text("outside_prefix", "", _DIALLED, 'what gets an outside line, like "9"'),
            international_prefix=self._optional(table, "international_prefix", 'digits like "00"'),
            national_prefix=self._optional(table, "national_prefix", 'digits like "0"'),
            extension_lengths=table.wholes("extension_lengths", 1, 15),
        )
        table.finish()
        return address

    @staticmethod
    def _optional(table: Table, name: str, want: str) -> str | None:
        value = table.text(name, "", _DIALLED, want)
        return value if table.has(name) else None

    @staticmethod
    def _state(table: Table) -> StateConfig:
        folder = table.file("dir")
        table.finish()
        if folder is None:
            from platformdirs import user_state_path  # only where the file does not say

            folder = user_state_path("offhook", appauthor=False)
        return StateConfig(folder)

    @staticmethod
    def _discovery(table: Table) -> DiscoveryConfig:
        discovery = DiscoveryConfig(
            announce=table.flag("announce", DiscoveryConfig.announce),
            name=table.text("name", "", ".{1,63}", "1 to 63 characters"),
            host=table.text("host", "", HOST, 'a host\'s name, like "manager.example"'),
        )
        table.finish()
        return discovery

    @staticmethod
    def _log(table: Table) -> LogConfig:
        level = table.text("level", LogConfig.level).upper()
        table.finish()
        if level not in LEVELS:
            raise table.error(
                "level", f"{level.lower()!r} is no level", f"take one of: {', '.join(LEVELS).lower()}"
            )
        return LogConfig(level)

    def _check_ports(self, config: Config) -> None:
        taken: dict[Listen, str] = {}
        embedded = config.switch.embedded
        for key, listen in (
            ("tsp.listen", config.tsp.listen),
            ("sscp.listen", config.sscp.listen),
            *(
                [("switch.sip.listen", config.switch.sip.listen)]
                if config.switch.driver == "sip"
                else []
                if config.switch.driver == "asterisk"
                else [
                    ("switch.embedded.listen", embedded.listen),
                    ("switch.embedded.tls_listen", embedded.tls_listen),
                ]
            ),
        ):
            if listen is None or not listen.port:
                continue
            if listen in taken:
                raise self.source.error(
                    key, f"{listen} is taken by {taken[listen]}", "give each its own port"
                )
            taken[listen] = key

    def _check_tls(self, table: Table, certificate: str, key: str) -> None:
        """A key without a certificate is a mistake; a certificate's file may hold its key as well."""
        if table.has(key) and not table.has(certificate):
            raise table.error(certificate, f"is missing while {key} is set", "set both")
        self._check_file(table, certificate, table.file(certificate))
        path = table.file(key)
        self._check_file(table, key, path)
        if path is not None and exposed(path):
            self._warn(path, "is a private key and anybody on this machine can read it")

    def _check_file(self, table: Table, name: str, path: Path | None) -> None:
        if path is None or not self.secrets:
            return
        try:
            read_file(path, 0)
        except OSError as error:
            raise table.error(
                name, f"{path} cannot be read ({error.strerror})", "correct the path or let this user read it"
            ) from None

    def _secret(self, path: Path, key: str) -> str:
        if exposed(path):
            self._warn(path, "is a password and anybody on this machine can read it")
        return read_secret(path, self.source.origins.get(key, ("", key))[1])

    def _warn(self, path: Path, what: str) -> None:
        self.warnings.append(f"{path}: {what}. chmod 600 it")


def read(data: object, source: Source, file: Path | None, *, secrets: bool) -> Config:
    """The tree of settings in `data`, TOML's tables. Raises `ConfigError`."""
    return Reader(source, file, secrets=secrets).config(data)


def _sip_user(table: Table, key: str) -> str:
    return table.text(key, "", SIP_USER, 'a user at the PBX, like "4000"')


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_origin(text: str) -> bool:
    scheme, mark, host = text.partition("://")
    return scheme in ("http", "https") and bool(mark and host) and "/" not in host


def _holds_secret(data: object) -> bool:
    terminals = data.get("terminal", []) if isinstance(data, dict) else []
    return any("password" in terminal for terminal in terminals)
