"""Ed25519 signatures (RFC 8032) of what a publisher publishes. Public keys and signatures are base64."""

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from offhook.common.privatefile import read_private, write_private
from offhook.errors import UnavailableError

MAX_KEY = 10_000
"""Bytes read of a key's file: many times what one has."""


def is_signed(data: bytes, signature: str, public_key: str) -> bool:
    """Is this a signature of the data by the owner of the key? Whatever is no signature is not."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def sign(data: bytes, key: Ed25519PrivateKey) -> str:
    """The signature."""
    return base64.b64encode(key.sign(data)).decode()


def public_key(key: Ed25519PrivateKey) -> str:
    """What those get who are to believe the owner of the key."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def new_key(file: Path, password: str = "") -> Ed25519PrivateKey:
    """A new key in a new file, for its owner only. Raises `UnavailableError`."""
    if file.exists():
        raise UnavailableError(f"{file} is there already", "give another name, or move it away")
    key = Ed25519PrivateKey.generate()
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    try:
        write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode())
    except OSError as error:
        raise UnavailableError(f"{file} cannot be written ({error.strerror})", "give another place") from None
    return key


def read_key(file: Path, password: str = "") -> Ed25519PrivateKey:
    """The key in the file, which has to be its owner's alone. Raises `UnavailableError`."""
    try:
        key = load_pem_private_key(read_private(file, MAX_KEY), password.encode() or None)
    except OSError as error:
        raise UnavailableError(f"{file}: {error.strerror}", "let it be this user's alone") from None
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnavailableError(
            f"{file} has no key that can be read ({error})", "give a key and its password"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnavailableError(f"{file} has another kind of key than Ed25519", "make one with --new-key")
    return key
