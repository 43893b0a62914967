"""What Offhook brings along only if it is asked for when it is installed."""


def how_to_install(extra: str) -> str:
    """The fix for whoever lacks one. Offhook is at no package registry: it is installed from its folder."""
    return f"pip install '.[{extra}]' in the folder of Offhook, or: pipx install --force '.[{extra}]'"
