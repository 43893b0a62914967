"""Which call a pickup is about, and whether the principal may take it."""

from offhook.call import Call, Feature, Features, Pickup
from offhook.errors import CallError, Refusal
from offhook.manager.calls import LiveCalls
from offhook.manager.groups import Groups
from offhook.manager.permissions import Permissions
from offhook.manager.principal import EVERY_TERMINAL, Principal
from offhook.switch.base import Switch


class Pickups:
    """A pickup wants the right to watch the phone where the call rings.

    A pickup of nobody in particular is the switch's where it is capable of PICKUP_GROUP: then the telephone
    system has groups of its own. Elsewhere the call that has rung longest in the terminal's groups is meant.
    """

    def __init__(self, switch: Switch, calls: LiveCalls, permissions: Permissions, groups: Groups) -> None:
        self._switch, self._calls = switch, calls
        self._permissions, self._groups = permissions, groups

    def capabilities(self, terminal: str) -> Features:
        """Those of the switch, with what groups add to them."""
        own = self._switch.capabilities(terminal)
        if Feature.PICKUP in own and self._groups.beside(terminal) is not None:
            return own | {Feature.PICKUP_GROUP}
        return own

    def target(self, principal: Principal, command: Pickup) -> str:
        """What the switch is told to pick up: a terminal, a call's id, or "". Raises `CallError`."""
        target = command.target
        if not target:
            return self._in_group(command)
        call = self._calls.get(target)
        if call is None or not principal.may_watch(call.terminal):  # a call is betrayed to nobody
            self._permissions.check_watch(principal, target)
        return target

    def _in_group(self, command: Pickup) -> str:
        terminal = command.terminal
        if Feature.PICKUP_GROUP in self._switch.capabilities(terminal):
            return ""
        beside = self._groups.beside(terminal)
        if beside is None:
            raise CallError(
                Refusal.BAD_REQUEST,
                f"terminal {terminal} is in no group; name the phone that rings as target",
            )
        ringing = [call for call in self._calls.ringing() if _is_beside(call, terminal, beside)]
        if not ringing:
            raise CallError(Refusal.NOT_POSSIBLE_NOW, f"no phone rings in the groups of terminal {terminal}")
        return ringing[0].id


def _is_beside(call: Call, terminal: str, beside: frozenset[str]) -> bool:
    return call.terminal in beside or (EVERY_TERMINAL in beside and call.terminal != terminal)
