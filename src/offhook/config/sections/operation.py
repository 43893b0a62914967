"""The sections for who looks after it: `[metrics]` and `[drain]`."""

from pathlib import Path

from offhook.config.kinds import File, Number, OptionalAddress, PrivateKey, Secret, check_pair
from offhook.config.listen import Listen
from offhook.config.setting import section, setting
from offhook.config.table import Table


@section
class MetricsSettings:
    """Metrics, for Prometheus, and whether it is ready: [operations.md](operations.md#monitoring)."""

    listen: Listen | None = setting(
        None,
        OptionalAddress(),
        'switches it on: `"127.0.0.1:7790"`; off loopback only with a certificate and a token',
        shown="off",
    )
    token: str = setting(
        "",
        Secret(inline=True),
        "who reads the metrics has to bring it, as `Authorization: Bearer`; needed off loopback",
    )
    tls_certificate: Path | None = setting(
        None, File(), "PEM file of the certificate that is shown", shown="that of `[sscp]`"
    )
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )

    def check(self, table: Table) -> None:
        """Raises `ConfigError`. Whether there is TLS where it has to be depends on `[sscp]`, too."""
        check_pair(table, "tls_certificate", "tls_key")


@section
class DrainSettings:
    """The end at SIGTERM: no new calls, and some time for those that are live.

    `systemctl restart` sends it. A second signal ends it at once, as Ctrl-C does.
    """

    ringing_s: float = setting(
        5,
        Number(0, 600),
        "how long calls that are just being made may still be answered; they would be taken back",
    )
    talking_s: float = setting(
        0,
        Number(0, 86_400),
        "how long calls that are answered are still under control; people talk on without",
    )
