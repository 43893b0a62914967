"""Phones for the tests of their files."""

from typing import Any

from offhook.provisioning.values import Key, Phone

NAME = 'Kim "Lee" & <Söhne> 100% #1 김민준'
"""Everything that has a meaning in one format or another."""


def phone(**values: Any) -> Phone:
    """A phone, with awkward values wherever a person writes them."""
    return Phone(
        **{
            "mac": "805ec0123456",
            "vendor": "acme",
            "model": "A10",
            "terminal": "4003",
            "display_name": NAME,
            "server_host": "192.0.2.10",
            "server_port": 5060,
            "transport": "udp",
            "expires_s": 3600,
            "user": "4003",
            "auth_user": "4003",
            "password": "correct-horse-battery",
            "keys": (Key("4001", "Ann & Bob"), Key("4002", '"The <boss>"', "*84002")),
            **values,
        }
    )
