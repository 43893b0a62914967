"""Where phones that fetch their configuration register: the embedded switch, alone or in a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from offhook.config import Config
from offhook.provisioning.values import Transport
from offhook.switch.base import Switch
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.ports import PhoneLogins

if TYPE_CHECKING:
    from offhook.cluster.switch import ClusterSwitch


class PhoneSwitch(Protocol):
    """What provisioning needs of it."""

    def admit_phones(self, phones: PhoneLogins) -> None:
        """Let these phones log in. To be called before it is started."""
        ...

    def acts_for(self, terminal: str) -> bool:
        """Are the terminal's phones registered at this Call Manager, of several?"""
        ...

    def dismiss_phone(self, terminal: str, phone: str) -> None:
        """A phone may log in no more (`EmbeddedSwitch.dismiss_phone`)."""
        ...

    def tell_phone(self, terminal: str, phone: str, event: str, told: Callable[[int], None]) -> bool:
        """Send it a NOTIFY (`EmbeddedSwitch.tell_phone`)."""
        ...

    def port(self, transport: Transport) -> int:
        """Where phones register, once it has started."""
        ...


def phone_switch(switch: Switch, config: Config) -> PhoneSwitch:
    """Of the switch of this Call Manager, whose driver is the embedded one."""
    if isinstance(switch, EmbeddedSwitch):
        return _Alone(switch)
    from offhook.cluster.switch import ClusterSwitch  # needs NATS's library

    assert isinstance(switch, ClusterSwitch), "the configuration has no other with provisioning"
    return _InTurn(switch, config)


class _Alone:
    def __init__(self, switch: EmbeddedSwitch) -> None:
        self.admit_phones, self.acts_for = switch.admit_phones, switch.acts_for
        self.dismiss_phone, self.tell_phone = switch.dismiss_phone, switch.tell_phone
        self._address = switch.address

    def port(self, transport: Transport) -> int:
        return self._address(transport)[1]


class _InTurn:
    """The driver is another one in each turn of this node, and there is none while it stands by."""

    def __init__(self, switch: ClusterSwitch, config: Config) -> None:
        self._switch, self._settings = switch, config.switch.embedded
        self.acts_for = switch.acts_for

    def admit_phones(self, phones: PhoneLogins) -> None:
        def prepare(driver: Switch) -> None:
            assert isinstance(driver, EmbeddedSwitch)
            driver.admit_phones(phones)

        self._switch.prepare = prepare

    def dismiss_phone(self, terminal: str, phone: str) -> None:
        if (driver := self._acting(terminal)) is not None:
            driver.dismiss_phone(terminal, phone)

    def tell_phone(self, terminal: str, phone: str, event: str, told: Callable[[int], None]) -> bool:
        driver = self._acting(terminal)
        return driver is not None and driver.tell_phone(terminal, phone, event, told)

    def port(self, transport: Transport) -> int:
        listen = self._settings.tls_listen if transport == "tls" else self._settings.listen
        assert listen is not None
        return listen.port

    def _acting(self, terminal: str) -> EmbeddedSwitch | None:
        driver = self._switch.acting(terminal)
        return driver if isinstance(driver, EmbeddedSwitch) else None
