"""The trunks of the switch, for administrators."""

import logging
from collections.abc import Callable

from offhook.call import TrunkState
from offhook.errors import CallError, Refusal
from offhook.manager.principal import Principal
from offhook.switch.base import Switch, SwitchEvent, TrunkChanged

logger = logging.getLogger(__name__)

TrunkListener = Callable[[TrunkState], None]


class TrunkNews:
    """Tells what the switch tells of its trunks. Whoever passes it on asks `may_see` first."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._listeners: list[TrunkListener] = []
        switch.subscribe(self._on_switch)

    def subscribe(self, listener: TrunkListener) -> Callable[[], None]:
        """Call `listener` with each new value of a trunk, until the function returned is called."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    @staticmethod
    def may_see(principal: Principal) -> bool:
        """Are this principal's the accounts of the site, what they cost and who refuses them?"""
        return principal.administrator

    def all(self, principal: Principal) -> list[TrunkState]:
        """Every trunk as it is now, in the order of the configuration. Raises `CallError`."""
        if not self.may_see(principal):
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"user {principal.name} is no administrator, and only they see the trunks; ask one of them",
            )
        return self._switch.trunk_states()

    def _on_switch(self, event: SwitchEvent) -> None:
        if not isinstance(event, TrunkChanged):
            return
        for listener in list(self._listeners):
            try:
                listener(event.trunk)
            except Exception:
                logger.exception("a listener to the trunks failed")
