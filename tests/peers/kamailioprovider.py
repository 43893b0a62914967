"""Kamailio as a provider: an account, and people outside who are its other users."""

from __future__ import annotations

from typing import Any

from offhook.config import TrunkSettings
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Phone
from tests.peers.kamailio import Kamailio

ACCOUNT, FRIEND, OTHER = "4930900101", "498912345678", "498912345679"


def trunk_to(kamailio: Kamailio, **more: Any) -> TrunkSettings:
    """Kamailio's users are their numbers, and it lets nobody call as somebody else."""
    values: dict[str, Any] = {
        "name": "provider",
        "servers": (kamailio.server,),
        "user": ACCOUNT,
        "password": f"secret-{ACCOUNT}",
        "number_format": "digits",
        "numbers": (outside_range(f"+{ACCOUNT}"),),
        "from_account": True,
    }
    return TrunkSettings(**{**values, **more})


def person(kamailio: Kamailio, behaviour: Behaviour | None = None, number: str = FRIEND) -> Phone:
    return Phone(kamailio.address, number, f"secret-{number}", behaviour=behaviour)
