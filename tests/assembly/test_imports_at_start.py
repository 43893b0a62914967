"""What a process that holds all does not import until something is configured that needs it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.assembly.helpers import a_config

START = """
import asyncio, json, sys
from pathlib import Path
from offhook.assembly.run import messenger_running
from offhook.config import load

async def main():
    async with messenger_running(load(Path(sys.argv[1]))):
        print(json.dumps(sorted(sys.modules)))

asyncio.run(main())
"""

ON_DEMAND = {
    "asyncpg",
    "cryptography",
    "ctypes",
    "difflib",
    "encodings.idna",
    "html",
    "jinja2",
    "nats",
    "offhook.directory.csv",
    "offhook.directory.ldap",
    "offhook.http",
    "offhook.manager.stores.postgresql",
    "offhook.provisioning",
    "offhook.sscp.client",
    "offhook.webhooks",
    "psycopg",
    "sansldap",
    "tomlkit",
    "urllib.request",
    "websockets.asyncio.client",
    "zeroconf",
}
"""Each of them costs a window that stays open all day memory, and its start time."""


def test_a_process_that_holds_all_imports_what_its_configuration_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START, str(a_config(tmp_path))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ON_DEMAND & set(json.loads(done.stdout)) == set()
