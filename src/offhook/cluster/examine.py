"""What `offhook check` looks at: do the NATS servers take this node, how many are kept copies on, and what do
its telephone systems tell each other in clear?"""

from collections.abc import Sequence

from offhook.cluster.bus import Bus, tls_of
from offhook.common.finding import Finding, Level
from offhook.config import ClusterSettings, EmbeddedSettings
from offhook.config.model import System
from offhook.errors import UnavailableError

WHAT = "cluster"

TLS_KEYS = "tls_listen and tls_certificate"
A_VPN = "a VPN between the nodes, or a network that only they are in"


async def examine(settings: ClusterSettings) -> list[Finding]:
    """Raises `ConfigError` for files that cannot be used."""
    try:
        bus = await Bus.connect(settings, tls_of(settings))
    except UnavailableError as error:
        return [Finding(WHAT, error.what, error.fix, Level.FAIL)]
    try:
        copies = await bus.copies()
    except UnavailableError as error:
        return [Finding(WHAT, error.what, error.fix, Level.FAIL)]
    finally:
        await bus.close()
    if copies != settings.replicas:
        return [
            Finding(
                WHAT,
                f"who owns what is kept on {copies} of the NATS servers, and cluster.replicas is"
                f" {settings.replicas}",
                f"nats stream edit KV_offhook-{settings.site} --replicas {settings.replicas}",
                Level.WARN,
            )
        ]
    return [Finding(WHAT, f"NATS takes node {settings.node} of {settings.site}")]


def between(systems: Sequence[System]) -> list[Finding]:
    """How calls go from one embedded switch to another: by TLS between those that have it. Where phones are
    reached by TLS, somebody counts on that nobody listens."""
    own = [one for one in systems if isinstance(one.switch.chosen, EmbeddedSettings)]
    if len(own) < 2 or all(one.switch.embedded.listen.loopback for one in own):
        return []
    clear = [one.part for one in own if one.switch.embedded.tls_listen is None]
    if not clear:
        return [Finding(WHAT, f"calls between {_listed([one.part for one in own])} go by TLS")]
    if len(clear) == len(own):
        text = f"calls between {_listed(clear)} go by UDP, and are not encrypted on the way"
        return [Finding(WHAT, text, f"set {TLS_KEYS} of each, or take {A_VPN}")]
    text = f"calls from and to {_listed(clear)} go by UDP, and are not encrypted on the way"
    return [Finding(WHAT, text, f"set {TLS_KEYS} there, as for the others, or take {A_VPN}", Level.WARN)]


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
