"""Builds the directory with its sources, and the dialling rules, from the configuration.

Separate from the rest of the assembly, because the command line needs only the directory.
"""

from offhook.address import AddressRules, normalise
from offhook.config import Config, DirectorySourceSettings
from offhook.directory import DirectoryCache, Source
from offhook.directory.numberkeys import NumberKeys


def address_rules(config: Config) -> AddressRules:
    """The dialling rules of the site."""
    names = frozenset(entry.id for entry in config.terminals if not entry.id.isdecimal())
    return AddressRules(**vars(config.address), names=names)


def open_directory(config: Config, *, keep: bool = True) -> DirectoryCache:
    """The directory, not yet read; with `keep` it is stored in the state folder.

    Without sources it is empty. Raises `ConfigError`.
    """
    rules = address_rules(config)
    keys = NumberKeys(
        lambda number: normalise(number, rules), config.directory.own_numbers, repr(config.address)
    )
    sources = [_source(config, count, own) for count, own in enumerate(config.directory.sources, 1)]
    folder = config.state.dir if keep else None
    return DirectoryCache(sources, keys, folder=folder, refresh_s=config.directory.refresh_s)


def _source(config: Config, count: int, own: DirectorySourceSettings) -> Source:
    """Build a source. Its libraries are imported only here, so that the command line starts fast."""
    if own.type == "ldap":
        return _ldap(config, count, own)
    from offhook.directory.encoding import known_encoding

    assert own.file is not None
    encoding, country = known_encoding(own.encoding), config.address.country
    if own.encoding and not encoding:
        key, fix = f"directory.source[{count}].encoding", 'write it like "windows-1252", or leave it out'
        raise config.error(key, f"{own.encoding!r} is not a known encoding", fix)
    if own.type == "csv":
        from offhook.directory.csv import CsvSource

        return CsvSource(own.name, own.file, own.columns, encoding=encoding, country=country)
    from offhook.directory.vcard import VcardSource

    return VcardSource(own.name, own.file, encoding=encoding, country=country)


def _ldap(config: Config, count: int, own: DirectorySourceSettings) -> Source:
    from offhook.directory.ldap import LdapSource

    try:
        return LdapSource(own.name, own)
    except ValueError as error:
        key = f"directory.source[{count}].filter"
        raise config.error(
            key, f"is not a valid LDAP filter: {error}", 'write it like "(ou=Sales)"'
        ) from error
