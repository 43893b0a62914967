"""A certificate authority of one site, for a site that has none (RFC 5280; P-256 throughout).

It signs the Call Manager's certificate, and is trusted by clients where a person has confirmed it. It is in
no list of trusted authorities: its key is only good for impersonating this Call Manager.
"""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from offhook.certificates.described import hosts_of, read_certificates
from offhook.common.privatefile import private_folder, read_private, replace_private
from offhook.errors import OffhookError

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""Lifetime of a server certificate: the longest that programs accept. It is renewed automatically."""

RENEW_DAYS = 60
"""A server certificate is renewed this long before its end."""

SLACK = timedelta(hours=1)
"""Certificates are valid from this long ago, for clients with slow clocks."""

MAX_KEY = 10_000
MAX_HOST = 253
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")

Clock = Callable[[], float]


class AuthorityError(OffhookError):
    """A certificate cannot be made as requested."""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The files of a site's certificates, in one folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate of the authority, for clients."""
        return self.folder / "authority.pem"

    @property
    def authority_key(self) -> Path:
        """The private key of the authority; to be kept secret."""
        return self.folder / "authority.key"

    @property
    def server(self) -> Path:
        """The certificate of the server, followed by that of the authority."""
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        """The private key of the server."""
        return self.folder / "server.key"


def make_authority(files: SiteFiles, site: str, *, clock: Clock = time.time) -> None:
    """Create an authority. Raises `AuthorityError` if there is one already, and `OSError`."""
    if files.authority_key.exists():
        raise AuthorityError(f"{files.authority_key} is there; clients trust it. Use: offhook cert renew")
    key, now = ec.generate_private_key(ec.SECP256R1()), _now(clock)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Offhook authority of {site}"[:64])])
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    private_folder(files.folder)
    replace_private(files.authority_key, _pem_of(key))
    replace_private(files.authority, _pem(certificate))


def issue(files: SiteFiles, hosts: Sequence[str] = (), *, clock: Clock = time.time) -> tuple[str, ...]:
    """Create a server certificate with a new key, for these hosts or those of the previous certificate.

    Returns the hosts. Raises `AuthorityError`, `UnavailableError` and `OSError`.
    """
    if not files.authority_key.exists():
        raise AuthorityError(f"there is no authority in {files.folder}; make one: offhook cert make")
    hosts = tuple(hosts) or hosts_of(read_certificates(files.server)[0])
    names = [_host(host) for host in hosts]
    authority = read_certificates(files.authority)[0]
    signing = serialization.load_pem_private_key(read_private(files.authority_key, MAX_KEY), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    key, now = ec.generate_private_key(ec.SECP256R1()), _now(clock)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    certificate = (
        _builder(name, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, hashes.SHA256())
    )
    # The key first: a reader in between sees a mismatch, keeps its valid pair, and loads both next time.
    replace_private(files.server_key, _pem_of(key))
    replace_private(files.server, _pem(certificate) + _pem(authority))
    return hosts


def renewal_due(files: SiteFiles, *, clock: Clock = time.time) -> bool:
    """Is there a certificate of this authority that should be renewed? Raises `UnavailableError`.

    Also one that is not valid yet: it was made while the clock was ahead.
    """
    if not (files.authority_key.exists() and files.server.exists()):
        return False
    server, now = read_certificates(files.server)[0], _now(clock)
    return server.not_valid_after_utc - now < timedelta(days=RENEW_DAYS) or server.not_valid_before_utc > now


def _now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock(), UTC)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.strip("[]")))
    except ValueError:
        pass
    name = host
    with suppress(UnicodeError):
        name = host if host.isascii() else host.encode("idna").decode()
    if not HOST.fullmatch(name) or len(name) > MAX_HOST:
        raise AuthorityError(f"{host!r} is not a host name; take one like manager.example")
    return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
