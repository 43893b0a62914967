"""The window from its first question to Quit: the wizard, a broken configuration, the program itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.cli.common import OK, USAGE, read_config
from offhook.cli.desktopprogram import program
from offhook.desktop.app import App
from offhook.desktop.bridge import Application, finished
from offhook.desktop.preferences import Preferences
from offhook.desktop.program import Login
from offhook.desktop.singleinstance import address
from offhook.errors import ConfigError

if TYPE_CHECKING:
    from offhook.desktop.firstrun.beginning import Account, Outcome, PhoneSettings

# What is there for the first start, a broken file and the demonstration is imported for those.

Problem = Callable[[Namespace], ConfigError | None]
Listen = Callable[[Namespace, Callable[[], None]], None]


class Desktop:
    """Runs the window. `problem` is why it cannot start yet, if it cannot. `listen` lets other programs end
    it once it has started."""

    def __init__(
        self,
        options: Namespace,
        file: Path,
        instance: str,
        problem: Problem,
        listen: Listen,
        preferences: Preferences,
    ) -> None:
        self._options, self._file, self._instance = options, file, instance
        self._problem, self._listen = problem, listen
        self._preferences = preferences
        self._account: Account | None = None
        self._phones: Sequence[PhoneSettings] = ()

    async def run(self, application: Application, wanted: Sequence[str]) -> int:
        """Run until Quit; returns the exit code."""
        App.dress(application, self._preferences)
        while (problem := self._problem(self._options)) is not None:
            if self._file.exists():
                if not await self._repair(problem):
                    return USAGE
            else:
                from offhook.desktop.firstrun.beginning import Outcome

                outcome = await self._begin()
                if outcome is Outcome.DEMO:
                    return await self._demo(application)
                if outcome is None:
                    return OK
        return await self._program(application, wanted)

    async def _begin(self) -> Outcome | None:
        """Show the wizard. Returns what was set up in it; None if the person closed it."""
        from offhook.cli.desktopfirst import beginning, phone_settings
        from offhook.desktop.firstrun.beginning import Outcome
        from offhook.desktop.firstrun.wizard import FirstRunWizard

        wizard = FirstRunWizard(beginning(self._file))
        outcome = await wizard.ask()
        self._account = wizard.joined
        if outcome is Outcome.MADE:
            self._phones = phone_settings(read_config(self._options, secrets=True))
        return outcome

    async def _repair(self, problem: ConfigError) -> bool:
        """Have the person correct the configuration. False if the person gives up."""
        from offhook.desktop.errortexts import error_text
        from offhook.desktop.firstrun.broken import Answer, BrokenConfiguration, SettingsAlone
        from offhook.desktop.settings.pages import Pages

        try:
            config = read_config(self._options)
        except ConfigError:
            config = None
        answer = await finished(BrokenConfiguration(error_text(problem), self._file, config is not None))
        if answer == Answer.SETTINGS and config is not None:
            made = program(self._options, self._file, self._instance)
            pages = Pages(config, self._file, made.testers, made.trial, made.check)
            await finished(SettingsAlone(pages.all))
        return answer != Answer.QUIT

    async def _program(self, application: Application, wanted: Sequence[str]) -> int:
        app = App(application, program(self._options, self._file, self._instance), self._preferences)
        if self._account is not None:
            app.logins.typed = Login(self._account.user, self._account.password)
        if self._phones:
            app.opened.connect(lambda: self._set_phones_up(app))
        self._listen(self._options, app.asked_to_end.emit)
        return await app.run(wanted)

    def _set_phones_up(self, app: App) -> None:
        """Show how the phones are set up, beside the window; only when it opens for the first time."""
        if self._phones and app.phones is not None:
            from offhook.desktop.firstrun.phonesetup import PhoneSetup

            setup = PhoneSetup(app.phones, self._phones, app.window)
            self._phones = ()
            setup.show()
            setup.raise_()
            setup.activateWindow()

    async def _demo(self, application: Application) -> int:
        from offhook.cli.desktopdemo import demo_site, start_demo

        async with demo_site() as file:
            options = Namespace(config=file, set=())
            made = replace(program(options, file, address(str(file))), start=start_demo)
            return await App(application, made, self._preferences).run(["show"])
