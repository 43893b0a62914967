"""Where a Call Manager that is a service of Windows has its files."""

import sys
from pathlib import Path


def site_folder() -> Path | None:
    """On Windows the folder of a Call Manager that is a service: its configuration, and beside that its
    state, since an account of its own has no other place. None elsewhere."""
    if sys.platform != "win32":
        return None
    from platformdirs import site_config_path

    # Windows is asked, and not the variable ProgramData: anybody may set that for programs of his own.
    return site_config_path("Offhook", appauthor=False)
