"""Describes a certificate for people."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from offhook.common.privatefile import read_file
from offhook.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Described:
    """`fingerprint`: SHA-256 in hex, in groups of four. `since`, `until`: its validity (epoch)."""

    fingerprint: str
    name: str
    hosts: tuple[str, ...]
    until: float
    authority: bool
    since: float = 0.0


def describe(certificate: x509.Certificate) -> Described:
    """The description of a certificate."""
    digest = certificate.fingerprint(hashes.SHA256()).hex()
    return Described(
        " ".join(digest[at : at + 4] for at in range(0, len(digest), 4)),
        certificate.subject.rfc4514_string(),
        hosts_of(certificate),
        certificate.not_valid_after_utc.timestamp(),
        is_authority(certificate),
        certificate.not_valid_before_utc.timestamp(),
    )


def describe_file(path: Path) -> list[Described]:
    """The descriptions of the certificates in a PEM file, the server's first. Raises `UnavailableError`."""
    return [describe(certificate) for certificate in read_certificates(path)]


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file. Raises `UnavailableError`."""
    try:
        return x509.load_pem_x509_certificates(read_file(path))
    except OSError as error:
        raise UnavailableError(
            f"{path} cannot be read ({error.strerror})", "let this user read it"
        ) from error
    except ValueError as error:
        raise UnavailableError(f"{path} holds no certificate", "put it there as PEM") from error


def hosts_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The host names and addresses of the certificate."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    dns = names.get_values_for_type(x509.DNSName)
    return (*dns, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def is_authority(certificate: x509.Certificate) -> bool:
    """Is it a certificate authority?"""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
