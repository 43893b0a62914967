"""What the pictures of docs/window.md show of the first start; the program around it is played."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from offhook.call import Terminal
from offhook.desktop.errortexts import error_text
from offhook.desktop.firstrun.beginning import Account, Announced, Beginning, Outcome, PhoneSettings, Site
from offhook.desktop.firstrun.broken import BrokenConfiguration
from offhook.desktop.firstrun.phonesetup import PhoneSetup
from offhook.desktop.firstrun.wizard import FirstRunWizard
from offhook.errors import ConfigError
from tests.desktop.stage import OWN, Stage
from tests.waiting import until


async def _found() -> Sequence[Announced]:
    return [Announced("Offhook on pbx", "wss://pbx.example.com:7701")]


async def _nothing(_url: str) -> None:
    return None


async def _phones(_account: Account) -> Sequence[Terminal]:
    return [OWN, Terminal("4001", "Lee Min-ho")]


PLAYED = Beginning(
    find=_found,
    certificate=_nothing,
    log_in=_phones,
    join=lambda _account, _terminal: None,
    addresses=["10.0.0.5"],
    usual=Site("", 5060, "4000=Kim,4001=Lee Min-ho", "KR", "2", "9"),
    example=lambda _site, _text: "9025683848",
    make=lambda _site: None,
)

PROBLEM = ConfigError(
    "/home/kim/offhook.toml", "address.country", "'UK' is not a country", "did you mean 'GB'?"
)


async def first_scenes() -> AsyncIterator[tuple[str, QWidget]]:
    """Name and widget of each picture."""
    wizard = FirstRunWizard(PLAYED)
    wizard.show()
    await asyncio.sleep(0.05)
    yield "first-start", wizard
    wizard.next()
    await until(lambda: wizard.manager.found.count() == 1)
    await asyncio.sleep(0.05)
    yield "first-manager", wizard
    wizard.back()
    wizard.start.choices[Outcome.MADE].setChecked(True)
    wizard.next()
    wizard.site.area.setText("2")
    wizard.site.prefix.setText("9")
    await asyncio.sleep(0.05)
    yield "first-site", wizard
    wizard.reject()
    stage = Stage(OWN, Terminal("4001", "Lee Min-ho", problem="wrong password, from 10.0.0.8"))
    await until(lambda: len(stage.phones.terminals) == 2)
    settings = [
        PhoneSettings(number, name, ["10.0.0.5"], 5060, password, here_only=False)
        for number, name, password in (
            ("4000", "Kim", "C7GYzmtOF9PQ9mTUi4yv"),
            ("4001", "Lee Min-ho", "LeKP2Vm4eEztFjTiEtlb"),
        )
    ]
    setup = PhoneSetup(stage.phones, settings)
    setup.list.setCurrentRow(1)
    setup.show()
    await asyncio.sleep(0.05)
    yield "first-phones", setup
    setup.close()
    stage.phones.close()
    broken = BrokenConfiguration(
        error_text(PROBLEM), Path("/home/kim/.config/offhook/offhook.toml"), changeable=True
    )
    broken.show()
    await asyncio.sleep(0.05)
    yield "first-broken", broken
    broken.close()
