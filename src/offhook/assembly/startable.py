"""Checks whether `up` and the window could start with a configuration, with the code that they use.

Nothing is opened or connected: a port may still be taken, or a server down.
"""

from offhook.address import check_country
from offhook.config import Config


def check_startable(config: Config) -> None:
    """Raises the `ConfigError` that a start would raise."""
    # Imported here, because `check_settings` is used by every command and must stay fast.
    from offhook.assembly.access import dial_rules
    from offhook.assembly.directory import open_directory
    from offhook.assembly.switches import open_switch
    from offhook.assembly.tls import client_context, shown_pair

    check_settings(config)
    dial_rules(config)
    open_directory(config, keep=False)
    if config.sscp.url:
        for place in config.sscp.places:
            client_context(config, place)
    else:
        open_switch(config)
        if config.provisioning.on:
            from offhook.assembly.phonefiles import check_provisioning  # off by default

            check_provisioning(config)
        shown_pair(config)
    for key, file in (("tsp.token_file", config.tsp.token_file), ("state.dir", config.state.dir)):
        if file.is_dir() != (key == "state.dir") and file.exists():
            what = "is a folder" if file.is_dir() else "is not a folder"
            raise config.error(key, f"{file} {what}", "name another")


def check_settings(config: Config, only: str | None = None) -> None:
    """Check what follows from the settings alone. Raises `ConfigError`."""
    check_country(config)
    if not config.terminals and only != "messenger" and not config.sscp.url:
        raise config.error(
            "terminal",
            "there is no phone",
            "add one: offhook terminal add 4000 --name Kim; or set up all that is needed: offhook init",
        )
