"""Checks the country in the configuration."""

from offhook.address.site import known_country
from offhook.config import Config

MEANT = {"UK": "GB", "EN": "GB", "EL": "GR", "KO": "KR", "JA": "JP", "CS": "CZ", "DA": "DK", "UE": "AE"}
"""Common mistakes for a country code, with the right code (ISO 3166)."""


def meant_country(text: str) -> str:
    """The country code that somebody probably meant; "" if unclear."""
    import phonenumbers

    code = text.strip().upper()
    if known_country(code):
        return code
    prefix = code.removeprefix("+").removeprefix("00")
    if prefix.isascii() and prefix.isdecimal() and len(prefix) < 4:
        region = phonenumbers.region_code_for_country_code(int(prefix))
        return region if known_country(region) else ""
    return MEANT.get(code, "")


def check_country(config: Config) -> None:
    """Raises `ConfigError` for a country that the phone-number library does not know."""
    country = config.address.country
    if country and not known_country(country):
        meant = meant_country(country)
        fix = f"did you mean {meant!r}?" if meant else 'take its two letters, like "KR"'
        raise config.error("address.country", f"{country!r} is not a country", fix)
