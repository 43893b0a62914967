"""A real LDAP server (OpenLDAP's slapd) with its own folder, certificate and 10,000 made people."""

import asyncio
import base64
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import trustme

from tests.peers.program import LIMIT_S, PeerProgramError, Program, find, free_port

PEOPLE = 10_000
PASSWORD = "read-only"
PICTURE = b"\xff\xd8\xff\xe0 a portrait of Kim \xff\xd9"

OPENLDAP_BASE = "ou=people,dc=example,dc=com"
OPENLDAP_READER = "cn=reader,dc=example,dc=com"
ACTIVE_BASE = "ou=Staff,dc=corp,dc=example"
ACTIVE_READER = "cn=reader,dc=corp,dc=example"

FAMILIES = "김이박최정강조윤장임한오서신권황안송전홍"
FIRST = "민서지도예하주시은현"
SECOND = "준연우윤원호진아수영"

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
{schema}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
sizelimit size.soft=1000 size.hard=1000 size.prtotal=unlimited
{security}
database mdb
suffix "{suffix}"
directory {folder}/data
maxsize 268435456
index objectClass eq
index telephoneNumber,mobile,cn,sn,displayName pres,eq,sub
access to attrs=userPassword by anonymous auth
access to * by {readers} read by anonymous auth
"""

ACTIVE_SCHEMA = """\
attributetype ( 2.16.840.1.113730.3.1.35 NAME 'thumbnailPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
objectclass ( 1.2.840.113556.1.5.15 NAME 'contact' SUP ( mstop $ organizationalPerson ) STRUCTURAL
 MAY ( displayName $ givenName $ mail $ mobile $ homePhone ) )
objectclass ( 1.2.840.113556.1.3.46 NAME 'mailRecipient' SUP top AUXILIARY
 MAY ( company $ ipPhone $ otherIpPhone $ otherTelephone $ otherMobile $ thumbnailPhoto ) )
"""
"""What `msuser.schema` leaves out of Active Directory's classes."""


@dataclass(frozen=True)
class Made:
    """A made person: the number is the extension, 1000 and up, in one of three writings."""

    name: str
    roman: str
    number: str
    mobile: str


def made_people() -> Iterator[Made]:
    """The same people each time, each with a direct number of their own; the first are 3848 and 3849."""
    yield Made("김철수", "Kim Chul-soo", "+82-2-568-3848", "010-9876-5432")
    yield Made("할인 50%", "Discount 50%", "02) 568 3849", "010-9876-5433")
    for count in range(2, PEOPLE):
        family = FAMILIES[count % 20]
        name = f"{family}{FIRST[count // 20 % 10]}{SECOND[count // 200 % 10]}"
        local = f"{2000 + count // 10_000:03}-{count % 10_000:04}"
        number = (f"+82-2-{local}", f"02) {local}", f"02{local}".replace("-", ""))[count % 3]
        yield Made(name, f"Person {count}", number, f"010-{1000 + count // 5000:04}-{count % 10_000:04}")


def openldap_ldif(people: int = PEOPLE) -> str:
    """So many of the people, the first ones, as inetOrgPerson (RFC 2798)."""
    blocks = [
        "dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example",
        _reader(OPENLDAP_READER),
        f"dn: {OPENLDAP_BASE}\nobjectClass: organizationalUnit\nou: people",
    ]
    for count, one in enumerate(islice(made_people(), people)):
        lines = [
            f"dn: uid=u{count},{OPENLDAP_BASE}",
            "objectClass: inetOrgPerson",
            f"uid: u{count}",
            _line("cn", one.roman),
            _line("sn", one.roman),
            _line("displayName", one.name),
            f"telephoneNumber: {one.number}",
            f"mobile: {one.mobile}",
            "o: Example",
            f"mail: u{count}@example.com",
        ]
        if count == 0:
            lines.append(f"jpegPhoto:: {base64.b64encode(PICTURE).decode()}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def active_ldif() -> str:
    """The people as Active Directory's users, with a switched off account, a computer and a contact."""
    blocks = [
        "dn: dc=corp,dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: corp\no: Corp",
        _reader(ACTIVE_READER),
        f"dn: {ACTIVE_BASE}\nobjectClass: organizationalUnit\nou: Staff",
    ]
    for count, one in enumerate(made_people()):
        entry = _active(f"Person {count}", "user", one.roman, one.name, one.number)
        entry += (
            f"\nuserAccountControl: 512\nmobile: {one.mobile}\ncompany: Corp\nmail: u{count}@corp.example"
        )
        if count == 0:
            entry += f"\nipPhone: 3848\nthumbnailPhoto:: {base64.b64encode(PICTURE).decode()}"
        blocks.append(entry)
    blocks.append(_active("Gone", "user", "Gone", "퇴사자", "02-555-0001") + "\nuserAccountControl: 514")
    blocks.append(_active("Printer", "computer", "Printer", "프린터", "02-555-0002"))
    blocks.append(_active("Supplier", "contact", "Supplier", "협력사", "02-555-0003"))
    return "\n\n".join(blocks) + "\n"


def _active(cn: str, kind: str, surname: str, shown: str, number: str) -> str:
    return "\n".join(
        [
            f"dn: cn={cn},{ACTIVE_BASE}",
            f"objectClass: {kind}",
            *(["objectClass: user"] if kind == "computer" else []),
            "objectClass: mailRecipient",
            "instanceType: 4",
            "nTSecurityDescriptor: none",
            "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example",
            f"cn: {cn}",
            _line("sn", surname),
            _line("displayName", shown),
            f"telephoneNumber: {number}",
        ]
    )


def _reader(dn: str) -> str:
    return f"dn: {dn}\nobjectClass: person\ncn: reader\nsn: reader\nuserPassword: {PASSWORD}"


def _line(name: str, value: str) -> str:
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


@dataclass(frozen=True)
class Kind:
    """A directory as it is at a site: its schema, people and rules."""

    base: str
    reader: str
    suffix: str
    schema: str
    anonymous: bool

    def config(self, folder: Path, security: str) -> str:
        (folder / "own.schema").write_text(self.schema)
        schema = f"include {folder}/own.schema"
        if self.schema:
            schema = (
                "".join(f"include /etc/ldap/schema/{name}.schema\n" for name in ("nis", "msuser")) + schema
            )
        readers = "*" if self.anonymous else "users"
        return CONFIG.format(
            folder=folder, schema=schema, suffix=self.suffix, readers=readers, security=security
        )


OPENLDAP = Kind(OPENLDAP_BASE, OPENLDAP_READER, "dc=example,dc=com", "", anonymous=True)
ACTIVE = Kind(ACTIVE_BASE, ACTIVE_READER, "dc=corp,dc=example", ACTIVE_SCHEMA, anonymous=False)


@dataclass(frozen=True)
class Prepared:
    """A folder with a filled database, and certificates for `localhost`."""

    kind: Kind
    folder: Path

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"


def prepare(kind: Kind, ldif: str, folder: Path) -> Prepared:
    """Fill a database, which takes some seconds."""
    (folder / "data").mkdir()
    authority = trustme.CA()
    # OpenLDAP's own programs take `localhost` for the machine's name, and want a common name.
    certificate = authority.issue_cert("localhost", socket.gethostname(), common_name="localhost")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    (folder / "server.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(folder / "server.key"))
    (folder / "slapd.conf").write_text(kind.config(folder, ""))
    (folder / "people.ldif").write_text(ldif, encoding="utf-8")
    command = [find("slapadd"), "-q", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerProgramError(f"slapadd failed: {done.stderr[-2000:]}")
    return Prepared(kind, folder)


class Slapd(Program):
    """A server of the prepared people, which are only read: `ldap://localhost:port` and
    `ldaps://localhost:tls_port`."""

    def __init__(self, prepared: Prepared, folder: Path, *, port: int = 0, security: str = "") -> None:
        self.kind, self.ca_file = prepared.kind, prepared.ca_file
        self.port, self.tls_port = port or free_port(), free_port()
        settings = folder / "slapd.conf"
        settings.write_text(self.kind.config(prepared.folder, security))
        urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        super().__init__(folder, "slapd", "-d", "none", "-f", str(settings), "-h", urls)

    async def start(self) -> None:
        """Start it; returns once it answers, some moments after it says so."""
        await super().start()
        await self.said("slapd starting")
        async with asyncio.timeout(LIMIT_S):
            while not self.over:
                with suppress(ConnectionRefusedError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    await writer.wait_closed()
                    return
                await asyncio.sleep(0.02)
        raise self.complaint("ended at once")
