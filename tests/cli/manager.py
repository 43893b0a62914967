"""A Call Manager on a scripted switch, and the command line run against it within this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.manager.localtoken import keep_token
from tests.cli.helpers import Result, write_config
from tests.manager.helpers import FakeSwitch
from tests.sscp.helpers import Site
from tests.sscp.helpers import a_site as a_manager


@dataclass
class Desk:
    """Someone at the command line of a scripted site; their phone is 4000."""

    site: Site
    capsys: pytest.CaptureFixture[str]

    @property
    def switch(self) -> FakeSwitch:
        return self.site.switch

    async def run(self, *arguments: str) -> Result:
        """Run a command to its end."""
        code = await asyncio.to_thread(main, arguments)
        told = self.capsys.readouterr()
        return Result(code, told.out, told.err)


@asynccontextmanager
async def a_desk(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """A site whose switch does everything, and its configuration."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    async with a_manager(state) as site:
        site.switch.do_anything()
        keep_token(state / "local.token", site.users.local_token)
        monkeypatch.setenv("OFFHOOK_CONFIG", str(write_config(folder)))
        monkeypatch.setenv("OFFHOOK_SSCP_LISTEN", f"127.0.0.1:{site.server.port}")
        yield Desk(site, capsys)
