"""A site's own certificate authority, and certificates that a person has confirmed.

`authority` makes and renews what a Call Manager shows; `pins` is for its clients: what a server shows,
whether that is known, and how a person's word for it is kept.
"""

from offhook.certificates.authority import (
    RENEW_DAYS,
    AuthorityError,
    SiteFiles,
    issue,
    make_authority,
    renewal_due,
)
from offhook.certificates.described import Described, describe, describe_file
from offhook.certificates.pins import Known, Presented, confirm, forget, look, pin_of, trusting

__all__ = [
    "RENEW_DAYS",
    "AuthorityError",
    "Described",
    "Known",
    "Presented",
    "SiteFiles",
    "confirm",
    "describe",
    "describe_file",
    "forget",
    "issue",
    "look",
    "make_authority",
    "pin_of",
    "renewal_due",
    "trusting",
]
