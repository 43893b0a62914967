"""A site whose phones fetch their files from it."""

from pathlib import Path

from tests.assembly.helpers import a_config
from tests.peers.program import free_port

ACME = """
title = "Acme"
document = "a guide"
version = "1"
models = ["A10"]
resync = "check-sync;reboot=false"
reboot = "check-sync;reboot=true"
[[file]]
names = ["{mac}.cfg"]
template = "acme.cfg"
"""


def configured(folder: Path, extra: str = "") -> tuple[Path, int]:
    file, port = a_config(folder), free_port()
    added = f'[[terminal]]\nid = "4003"\nname = "Han"\n[provisioning]\nlisten = "127.0.0.1:{port}"\n{extra}'
    file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    return file, port
