"""A call that comes in by a trunk has the directory's name on the phone's screen."""

from pathlib import Path

import pytest

from offhook.assembly import manager
from offhook.assembly.directory import open_directory
from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.directory import DirectoryCache
from tests.assembly.helpers import a_config, phone
from tests.switch.trunksite import FRIEND, scripted
from tests.waiting import until

TRUNK = """\
[[trunk]]
name = "provider"
server = "{}:{}"
user = "8225683800"
password = "account"
numbers = ["+8225683800"]
[[incoming]]
ring = ["4000"]
[[directory.source]]
name = "people"
type = "csv"
file = '{}'
"""


async def test_who_calls_from_outside_is_named_by_the_sites_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,work\nFriend of Munich,+49 89 12345678\n", encoding="utf-8")
    opened: list[DirectoryCache] = []

    def note(*given: object) -> DirectoryCache:
        opened.append(open_directory(*given))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(manager, "open_directory", note)
    async with scripted() as provider:
        file = a_config(tmp_path)
        file.write_text(file.read_text() + TRUNK.format(*provider.address, people))
        file.chmod(0o600)
        rings = Behaviour(answer_after=None, auto_answer=False)
        async with running(load(file, environ={})) as system, phone(system, "4000", rings) as own:
            await provider.next("REGISTER")
            (directory,) = opened
            await until(lambda: directory.name_of(FRIEND))
            assert system.sip_address is not None
            provider.invite(system.sip_address, "+8225683800")
            await until(lambda: own.last_invite is not None)
            assert own.last_invite is not None
            assert own.last_invite.from_.display == "Friend of Munich"
