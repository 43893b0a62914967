"""What a person has to know of a certificate."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from offhook.common.privatefile import read_file
from offhook.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Described:
    """`fingerprint`: SHA-256 in hex, in groups of four. `since`, `until`: when it is good (epoch)."""

    fingerprint: str
    name: str
    hosts: tuple[str, ...]
    until: float
    authority: bool
    since: float = 0.0


def describe(certificate: x509.Certificate) -> Described:
    """The certificate in plain words."""
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
    """The certificates in a PEM file, the server's own first. Raises `UnavailableError`."""
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
    """The names and addresses that it is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    dns = names.get_values_for_type(x509.DNSName)
    return (*dns, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def is_authority(certificate: x509.Certificate) -> bool:
    """May it sign others?"""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
