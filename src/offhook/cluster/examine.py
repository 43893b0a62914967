"""What `offhook check` looks at: do the NATS servers take this node, and how many are kept copies on?"""

from offhook.cluster.bus import Bus, tls_of
from offhook.common.finding import Finding, Level
from offhook.config import ClusterSettings
from offhook.errors import UnavailableError

WHAT = "cluster"


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
