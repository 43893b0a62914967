"""What `offhook check` says of the files that phones fetch."""

from collections.abc import Iterator

from offhook.common.finding import Finding, Level
from offhook.config import Config
from offhook.errors import ConfigError

WHAT = "provisioning"


def look_at_provisioning(config: Config) -> Iterator[Finding]:
    """Would it start, and can a file be made of each template?"""
    if config.sscp.url or not config.provisioning.on:
        return
    from offhook.assembly.phonefiles import (  # needs Jinja2; off by default
        check_provisioning,
        wrong_templates,
    )

    try:
        check_provisioning(config)
        wrong = wrong_templates(config)
    except ConfigError as error:
        yield _failed(error)
        return
    yield from map(_failed, wrong)
    if not wrong:
        yield Finding(WHAT, "phones can fetch their files")


def _failed(error: ConfigError) -> Finding:
    return Finding(WHAT, f"{error.key or error.file}: {error.what}", error.fix, Level.FAIL)
