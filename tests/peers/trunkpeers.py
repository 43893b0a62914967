"""Asterisk and Kamailio as providers: an account, and people outside who are phones registered there.

4001 is the friend in Munich, 4002 somebody else; whoever calls one of the account's numbers calls us.
"""

from __future__ import annotations

from typing import Any

from offhook.config import TrunkSettings
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Phone
from tests.peers.asterisk import Asterisk
from tests.peers.asteriskconf import EXTENSIONS, MODULES, TLS, asterisk_modules, endpoint
from tests.switch.trunksite import ACCOUNT, FRIEND, OTHER, OWN

OUTSIDE = "127.0.0.9"
"""Where people outside are: not at the address by which the site is known."""

PEOPLE = {FRIEND: "4001", OTHER: "4002"}

LONG_S = 190
"""Somebody outside rings for so long: for more than the three minutes after which a proxy gives up that hears
nothing meanwhile (RFC 3261 §16.6, timer C)."""

DIALPLAN = (
    EXTENSIONS
    + f"""
[outside]
exten => {FRIEND},1,Dial(PJSIP/4001,20)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => {OTHER},1,Dial(PJSIP/4002,20)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => +4989111101,1,Hangup(17)
exten => +4989111102,1,Hangup(1)
exten => +4989111103,1,Hangup(27)
exten => +4989111104,1,Progress()
 same => n,Echo()
exten => +4989111105,1,Answer()
 same => n,Echo()
exten => +4989111106,1,Ringing()
 same => n,Wait({LONG_S})
 same => n,Answer()
 same => n,Echo()
exten => _+4930900X.,1,Set(CALLERID(num)=${{PERSON_${{CALLERID(num)}}}})
 same => n,Dial(PJSIP/${{EXTEN}}@{ACCOUNT},20)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => _*4930900X.,1,Set(CALLERID(num)=${{PERSON_${{CALLERID(num)}}}})
 same => n,Set(CALLERID(pres)=prohib)
 same => n,Dial(PJSIP/+${{EXTEN:1}}@{ACCOUNT},1)
 same => n,Hangup(19)
[globals]
PERSON_4001={FRIEND}
PERSON_4002={OTHER}
"""
)
"""1101 busy, 1102 no such number, 1103 out of order, 1104 early media, 1105 a machine that answers,
1106 the same after a long time. People
call our numbers with + and, hiding their own and with a second's patience, with * for +."""

TRUNK = f"""\
[{ACCOUNT}]
type = endpoint
context = outside
disallow = all
allow = ulaw
direct_media = yes
moh_passthrough = yes
send_pai = yes
trust_id_inbound = yes
trust_id_outbound = yes
rtp_symmetric = no
from_domain = provider.example
{{auth}}aors = {ACCOUNT}
identify_by = {{by}}
[auth{ACCOUNT}]
type = auth
auth_type = userpass
username = {ACCOUNT}
password = account
[{ACCOUNT}]
type = aor
max_contacts = 1
remove_existing = yes
minimum_expiration = 60
{{more}}
"""


class AsteriskProvider(Asterisk):
    """`by_address`: it knows the site by this address, and wants no registration. `reliable`: it demands
    reliable provisional responses (RFC 3262), of the site and for its own calls. With a certificate it speaks
    TLS at `sip_tls`."""

    def __init__(
        self,
        *,
        by_address: tuple[str, int] | None = None,
        reliable: bool = False,
        certificate: bytes = b"",
    ) -> None:
        super().__init__(certificate=certificate)
        more = ""
        if by_address is not None:
            more = f"contact = sip:{by_address[0]}:{by_address[1]}\n[site]\ntype = identify\n"
            more += f"endpoint = {ACCOUNT}\nmatch = {by_address[0]}\n"
        trunk = TRUNK.format(
            auth=("" if by_address else f"auth = auth{ACCOUNT}\n") + ("100rel = required\n" * reliable),
            by="ip" if by_address else "username,auth_username",
            more=more,
        )
        people = "".join(endpoint(id, "outside") for id in PEOPLE.values())
        transport = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{self.sip[1]}\n"
        transport += f"[tcp]\ntype = transport\nprotocol = tcp\nbind = 127.0.0.1:{self.sip[1]}\n"
        if certificate:
            transport += TLS.format(port=self.sip_tls[1], certificate=f"/srv/{self.folder.name}/etc/ami.pem")
        self.change(
            pjsip=transport + people + trunk,
            extensions=DIALPLAN,
            modules=asterisk_modules(MODULES + " res_pjsip_endpoint_identifier_ip"),
        )

    def person(self, number: str, behaviour: Behaviour | None = None) -> Phone:
        """Somebody outside."""
        id = PEOPLE[number]
        return Phone(self.sip, id, f"secret-{id}", behaviour=behaviour, name="", host=OUTSIDE)


def trunk_to(address: tuple[str, int], **more: Any) -> TrunkSettings:
    """A trunk to the account at a provider of this file."""
    values: dict[str, Any] = {
        "name": "provider",
        "servers": (f"{address[0]}:{address[1]}",),
        "user": ACCOUNT,
        "password": "account",
        "numbers": (outside_range(f"{OWN}-+4930900199"),),
        "probe_s": 1.0,
    }
    return TrunkSettings(**{**values, **more})
