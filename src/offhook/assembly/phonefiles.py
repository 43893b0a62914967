"""What follows for phones from `[provisioning]` alone: found by a check before a start, and by the start."""

import sys
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import Config
from offhook.errors import ConfigError, PhoneError
from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.models import Models, Vendor
from offhook.provisioning.render import Templates
from offhook.provisioning.site import Site, first_certificate
from offhook.provisioning.timezones import TimeZone, time_zone
from offhook.provisioning.values import Key, Phone, Transport


def check_provisioning(config: Config) -> None:
    """Raises the `ConfigError` that a start would raise; nothing where phones fetch nothing here."""
    if config.sscp.url or not config.provisioning.on:
        return
    check_cluster(config)
    known_models(config)
    told_host(config)
    told_zone(config)
    check_transport(config)
    if config.provisioning.tls_listen is not None:
        shown_to_phones(config)
    if config.provisioning.plug_and_play:
        asking_network(config)


def check_cluster(config: Config) -> None:
    """Can each Call Manager of the cluster give phones the same files? Raises `ConfigError`."""
    if not config.cluster.on:
        return
    if config.cluster.parts:
        raise config.error(
            "cluster.part",
            "cannot be set with [provisioning]: phones are told of one telephone system only yet",
            "take one of them out",
        )
    if not config.state.database:
        raise config.error(
            "state.database",
            "is missing: with [provisioning] in a cluster all Call Managers need the same phones",
            "set it to the same PostgreSQL for all of them",
        )
    if not config.provisioning.host:
        raise config.error(
            "provisioning.host",
            "is missing: in a cluster the Call Manager that acts is not always this one",
            "set it to the address that moves to the one that acts, or its name",
        )


def known_models(config: Config) -> Models:
    """Those of the package and of the site. Raises `ConfigError`."""
    return Models(templates_folder(config))


def templates_folder(config: Config) -> Path | None:
    """The site's own, if there is one. Raises `ConfigError`."""
    folder = config.provisioning.templates
    if folder == Path():
        return None
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise config.error(
            "provisioning.templates", f"{folder} {what}", "name the folder with your templates"
        )
    return folder


def told_host(config: Config) -> str:
    """By which name or address phones are told to register; "": by the one that each has asked for its files.

    Raises `ConfigError`.
    """
    settings, embedded = config.provisioning, config.switch.embedded
    if settings.host or embedded.listen.host not in ("", "0.0.0.0", "::"):
        return settings.host or embedded.listen.host
    if embedded.tls_listen is not None and settings.transport in ("auto", "tls"):
        raise config.error(
            "provisioning.host",
            "is missing: phones look for it in the certificate of the switch, which listens everywhere",
            "set it to the name in switch.embedded.tls_certificate",
        )
    return ""


def told_zone(config: Config) -> TimeZone:
    """Raises `ConfigError`."""
    try:
        return time_zone(config.provisioning.time_zone)
    except PhoneError as error:
        raise config.error("provisioning.time_zone", error.what, error.fix) from error


def check_transport(config: Config) -> None:
    """Can phones register as they are told to, and trust whom? Raises `ConfigError`."""
    settings = config.provisioning
    if settings.transport == "tls" and config.switch.embedded.tls_listen is None:
        raise config.error(
            "provisioning.transport", "is tls, but the switch has none", "set switch.embedded.tls_listen"
        )
    if settings.authority is not None:
        try:
            first_certificate(settings.authority)
        except (OSError, PhoneError) as error:
            what = (
                "has no certificate in PEM" if isinstance(error, PhoneError) else f"cannot be read: {error}"
            )
            raise config.error("provisioning.authority", what, "give a readable PEM file") from error


def shown_to_phones(config: Config) -> WatchedPair:
    """The certificate that phones are shown, and the authorities of theirs. Raises `ConfigError`."""
    settings, key = config.provisioning, "tls_certificate"
    assert settings.tls_certificate is not None
    try:
        pair = WatchedPair(settings.tls_certificate, settings.tls_key)
        if settings.client_authorities is not None:
            key = "client_authorities"
            pair = WatchedPair(
                settings.tls_certificate, settings.tls_key, client_ca=settings.client_authorities
            )
    except OSError as error:
        raise config.error(
            f"provisioning.{key}", f"cannot be used: {error_text(error)}", "Give readable PEM files"
        ) from error
    return pair


def asking_network(config: Config) -> str:
    """The address of this machine in the network where phones ask by multicast. Raises `ConfigError`."""
    settings, embedded = config.provisioning, config.switch.embedded
    listens = (settings.tls_listen, settings.listen, embedded.listen)
    host = next((one.host for one in listens if one is not None and is_one_address(one.host)), None)
    if host is None or sys.platform == "win32":
        raise config.error(
            "provisioning.plug_and_play",
            "is set, but Windows does not let two programs have SIP's port"
            if host is not None
            else "is set, but it is not known in which network phones ask",
            "use DHCP's option 66" if host is not None else "set listen to an IPv4 address of it",
        )
    return host


def wrong_templates(config: Config) -> list[ConfigError]:
    """What is wrong with each template, of the site's own and of the package's that use them: each is filled
    for a made-up phone. A start does not refuse these: phones of other vendors get their files nevertheless.

    Raises `ConfigError` for what is wrong with the models. Blocks."""
    folder = templates_folder(config)
    if folder is None:
        return []
    embedded = config.switch.embedded
    ports: dict[Transport, int] = {"udp": embedded.listen.port, "tcp": embedded.listen.port}
    if embedded.tls_listen is not None:
        ports["tls"] = embedded.tls_listen.port
    site = Site(
        settings=config.provisioning,
        host=told_host(config) or "192.0.2.1",
        ports=ports,
        names={},  # what a phone cannot read in one of these is no fault of the template
        zone=told_zone(config),
        country=config.address.country,
        emergency_numbers=("112",),
        extension_lengths=config.address.extension_lengths,
        outside_prefix=config.address.outside_prefix,
        keys=lambda _terminal: (Key("4001", "Made Up", "*84001"),),
    )
    templates, found = Templates(folder), dict[str, ConfigError]()
    terminal = config.terminals[0].id if config.terminals else "4000"
    for vendor in known_models(config).vendors.values():
        for model in vendor.models[:1]:
            made_up = ProvisionedPhone(mac="000000000000", model=model, terminal=terminal, secret="made up")
            phone = site.phone(made_up, vendor, f"http://{site.host}/p/made-up/")
            for error in _template_errors(templates, vendor, phone):
                found.setdefault(str(error), error)
    return list(found.values())


def _template_errors(templates: Templates, vendor: Vendor, phone: Phone) -> Iterator[ConfigError]:
    for file in vendor.files:
        try:
            templates.render(file.template, phone)
        except ConfigError as error:
            yield error


def is_one_address(host: str) -> bool:
    """Is this one IPv4 address, and not all of them?"""
    try:
        return not IPv4Address(host).is_unspecified
    except ValueError:
        return False
