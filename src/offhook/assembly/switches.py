"""The switch that the configuration names: nothing else, and no other part, names a concrete driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from offhook.config import Config
from offhook.switch.base import Remark, Switch

if TYPE_CHECKING:
    from offhook.switch.asterisk import AsteriskSettings, AsteriskTerminal
    from offhook.switch.pbx import PbxAccount, PbxSettings

SipAddress = Callable[[], tuple[str, int] | None]
"""Where phones register here, once the switch has been started; None: at a PBX."""


def open_switch(config: Config) -> tuple[Switch, SipAddress]:
    """The switch, not yet started. Raises `ConfigError`."""
    if config.switch.driver == "pbx":
        return _pbx(config), lambda: None
    if config.switch.driver == "asterisk":
        return _asterisk(config), lambda: None
    return _embedded(config)


async def examine(config: Config) -> list[Remark]:
    """What the PBX that is configured lacks; empty for the embedded switch. Raises `ConfigError`."""
    if config.switch.driver == "asterisk":
        from offhook.switch.asterisk.examine import examine as examine_asterisk

        return await examine_asterisk(asterisk_settings(config), asterisk_terminals(config))
    if config.switch.driver == "pbx":
        from offhook.switch.pbx.examine import examine as examine_pbx

        return await examine_pbx(pbx_settings(config), pbx_accounts(config))
    return []


def _embedded(config: Config) -> tuple[Switch, SipAddress]:
    from offhook.switch.embedded import EmbeddedSettings, EmbeddedSwitch, SipTerminal

    own = config.switch.embedded
    settings = EmbeddedSettings(
        listen=(own.listen.host, own.listen.port),
        tls_listen=(own.tls_listen.host, own.tls_listen.port) if own.tls_listen else None,
        tls_certificate=own.tls_certificate,
        tls_key=own.tls_key,
        tls_client_ca=own.tls_client_ca,
        realm=own.realm,
        no_answer_s=config.switch.no_answer_s,
        terminal_answer_s=config.switch.terminal_answer_s,
        digest_algorithms=own.digest_algorithms,
        registrations=config.state.dir / "registrations.json",
        from_elsewhere=own.from_elsewhere,
        local_networks=config.auth.local_networks,
    )
    terminals = [SipTerminal(entry.id, entry.name, entry.password) for entry in config.terminals]
    switch = EmbeddedSwitch(terminals, settings)
    return switch, switch.address


def _asterisk(config: Config) -> Switch:
    from offhook.switch.asterisk import AsteriskSwitch

    return AsteriskSwitch(asterisk_terminals(config), asterisk_settings(config))


def asterisk_terminals(config: Config) -> list[AsteriskTerminal]:
    """The phones at Asterisk."""
    from offhook.switch.asterisk import AsteriskTerminal

    return [AsteriskTerminal(one.id, one.name) for one in config.terminals]


def asterisk_settings(config: Config) -> AsteriskSettings:
    """The Asterisk."""
    from offhook.switch.asterisk import AsteriskSettings

    own = config.switch.asterisk
    return AsteriskSettings(
        user=own.user,
        secret=own.secret,
        context=own.context,
        host=own.host,
        port=own.port,
        tls=own.tls,
        ca_file=own.ca_file,
        channel=own.channel,
        auto_answer=own.auto_answer,
        no_answer_s=config.switch.no_answer_s,
        terminal_answer_s=config.switch.terminal_answer_s,
    )


def _pbx(config: Config) -> Switch:
    from offhook.switch.pbx import PbxSwitch

    return PbxSwitch(pbx_accounts(config), pbx_settings(config))


def pbx_accounts(config: Config) -> list[PbxAccount]:
    """The users' accounts at the SIP PBX."""
    from offhook.switch.pbx import PbxAccount

    return [
        PbxAccount(one.id, one.name, one.password, one.user, one.auth_user, one.extension)
        for one in config.terminals
    ]


def pbx_settings(config: Config) -> PbxSettings:
    """The SIP PBX."""
    from offhook.switch.pbx import PbxSettings

    own = config.switch.pbx
    return PbxSettings(
        servers=own.servers,
        transport=own.transport,
        domain=own.domain,
        outbound_proxy=own.outbound_proxy,
        listen=(own.listen.host, own.listen.port),
        tls_ca_file=own.tls_ca_file,
        mode=own.mode,
        from_elsewhere=own.from_elsewhere,
        register=own.register,
        register_s=own.register_s,
        watch_s=own.watch_s,
        dialog_events=own.dialog_events,
        auto_answer=PbxSettings().auto_answer if own.auto_answer is None else own.auto_answer,
        no_answer_s=config.switch.no_answer_s,
        terminal_answer_s=config.switch.terminal_answer_s,
        ping_s=own.ping_s,
    )
