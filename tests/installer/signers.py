"""Who signs in the tests: a throw-away authority with a certificate for programs, and time stamps."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PASSWORD = "not in the process list"

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")

PIN = "4711"

TIME_STAMPS = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


class Signer:
    """An authority, one below it that issues, as the real ones have it, and the files for signing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = _issue("Test Root", None, authority=True)
        self._issuing = _issue("Test Issuing", self._root, authority=True)
        program = _issue("Offhook Test", self._issuing, ExtendedKeyUsageOID.CODE_SIGNING)
        stamps = _issue("Test Time", self._root, ExtendedKeyUsageOID.TIME_STAMPING)
        self.authority = self._write("root.pem", _pem(self._root))
        self.certificate = self._write("program.pem", _pem(program) + _pem(self._issuing))
        self.key = self._write("program.key", _key(program))
        self.pfx = self._write(
            "program.pfx",
            pkcs12.serialize_key_and_certificates(
                b"offhook",
                program.key,
                program.certificate,
                [self._issuing.certificate],
                serialization.BestAvailableEncryption(PASSWORD.encode()),
            ),
        )
        self.password = self._write("password", f"{PASSWORD}\n".encode())
        self._write("tsa.pem", _pem(stamps) + _pem(self._root))
        self._write("tsa.key", _key(stamps))
        self._write("serial", b"01\n")
        self._write("tsa.cnf", TIME_STAMPS.format(folder=folder).encode())

    def _write(self, name: str, content: bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        return file

    def verify(self, file: Path) -> str:
        """What `osslsigncode verify` says, if it is content; else it is raised."""
        command = [
            "osslsigncode",
            "verify",
            "-CAfile",
            str(self.authority),
            "-TSA-CAfile",
            str(self.authority),
        ]
        done = subprocess.run([*command, "-in", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{file.name}: {done.stdout}"
        return done.stdout

    @contextmanager
    def time_stamps(self) -> Iterator[str]:
        """A server of time stamps (RFC 3161 §3.4) that OpenSSL answers for; its URL."""
        folder, one_at_a_time = self.folder, threading.Lock()

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = self.rfile.read(int(self.headers["Content-Length"]))
                with one_at_a_time:
                    (folder / "question").write_bytes(question)
                    command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "question"]
                    done = subprocess.run(
                        [*command, "-out", "answer"], cwd=folder, capture_output=True, check=True
                    )
                    assert done.returncode == 0
                    answer = (folder / "answer").read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()

    def token(self) -> str:
        """A PKCS #11 token in software that has the key, at SOFTHSM2_CONF; returns the URI of the key."""
        tokens = self.folder / "tokens"
        tokens.mkdir()
        place = self._write(
            "softhsm2.conf", f"directories.tokendir = {tokens}\nobjectstore.backend = file\n".encode()
        )
        os.environ["SOFTHSM2_CONF"] = str(place)
        begin = ["--init-token", "--free", "--label", "offhook", "--so-pin", "12345678", "--pin", PIN]
        put_in = [
            "--import",
            str(self.key),
            "--token",
            "offhook",
            "--label",
            "sign",
            "--id",
            "a1",
            "--pin",
            PIN,
        ]
        for arguments in (begin, put_in):
            subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
        self._write("pin", PIN.encode())
        return "pkcs11:token=offhook;object=sign"


def _issue(
    name: str, issuer: Issued | None, purpose: ObjectIdentifier | None = None, *, authority: bool = False
) -> Issued:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if purpose is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return Issued(made.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _pem(one: Issued) -> bytes:
    return one.certificate.public_bytes(serialization.Encoding.PEM)


def _key(one: Issued) -> bytes:
    return one.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
