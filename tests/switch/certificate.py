"""A certificate for 127.0.0.1, of an authority made for the test."""

from __future__ import annotations

from pathlib import Path

import trustme


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate with its chain up to the authority, and of its key."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in [*made.cert_chain_pems, authority.cert_pem]))
    made.private_key_pem.write_to_path(str(key))
    return chain, key
