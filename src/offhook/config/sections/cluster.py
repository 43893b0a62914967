"""`[cluster]`."""

from pathlib import Path
from urllib.parse import urlsplit

from offhook.config.kinds import File, ListOf, PrivateKey, Secret, Text, Whole, check_pair
from offhook.config.listen import Listen
from offhook.config.sections.part import NODE_NAME, PartSettings
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

SERVER = "nats://127.0.0.1:4222"


def _server(text: str) -> str:
    """Raises `ValueError`."""
    parts = urlsplit(text)
    user = parts.username is not None or parts.password is not None
    if parts.scheme not in ("nats", "tls") or not parts.hostname or user or parts.port == 0:
        raise ValueError
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError
    return text


@section
class ClusterSettings:
    """Several Call Managers as one, by way of NATS: [cluster.md](cluster.md)."""

    node: str = setting(
        "",
        Text(NODE_NAME, 'letters and digits, like "north-1"'),
        "the name of this Call Manager among the others, different for each; without it there is no cluster",
    )
    site: str = setting(
        "offhook",
        Text("[A-Za-z0-9_-]{1,32}", 'letters and digits, like "hq"'),
        "the cluster's name, the same for all its nodes: several clusters can use the same NATS servers",
    )
    servers: tuple[str, ...] = setting(
        (SERVER,),
        ListOf(_server, f'a list of addresses of NATS servers without user, like ["{SERVER}"]'),
        "the NATS servers; `tls://` on other machines",
    )
    replicas: int = setting(
        1, Whole(1, 5), "on how many NATS servers the owners of terminals are kept: 3 where there are three"
    )
    token: str = setting("", Secret(), "the token that the NATS servers ask for")
    tls_certificate: Path | None = setting(None, File(), "PEM file of the certificate that is shown to them")
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )
    ca_file: Path | None = setting(
        None, File(), "PEM file of the authority that signed theirs", shown="the system's"
    )

    parts: tuple[PartSettings, ...] = ()
    """Its telephone systems, if they are several."""

    @property
    def on(self) -> bool:
        """Is this Call Manager one of several?"""
        return bool(self.node)

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        check_pair(table, "tls_certificate", "tls_key")
        if not self.servers:
            raise table.error("servers", "is empty", "name at least one NATS server")
        others = [one for one in self.servers if not Listen(urlsplit(one).hostname or "", 0).loopback]
        for one in others:
            if not one.startswith("tls://"):
                what = f"{one} on another machine would show who calls whom to the network"
                raise table.error("servers", what, "use tls://")
        known = table.has("token_file") or self.tls_certificate is not None
        if others and self.on and not known:
            what = "is missing: whoever reaches the NATS servers could make calls"
            raise table.error("token_file", what, "set it, or tls_certificate")


def read_cluster(table: Table, parts: tuple[PartSettings, ...], *, elsewhere: bool) -> ClusterSettings:
    """The section, with its parts. Raises `ConfigError`."""
    found = read_section(ClusterSettings, table, parts=parts)
    if found.parts and not found.on and not elsewhere:
        what = "is missing: only Call Managers of a cluster have a [[cluster.part]]"
        raise table.error("node", what, 'name this one, like node = "north-1"')
    return found
