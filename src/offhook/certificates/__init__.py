"""A site's own certificate authority, and certificates that a person has confirmed.

`authority` creates and renews the certificate of a Call Manager. `pins` is for its clients: it gets the
certificate of a server, knows whether a person has confirmed it, and stores that.
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
