"""Authenticode signatures (osslsigncode) for the setup, what it installs, and its uninstaller.

signing = configured(options)        None: nothing is to be signed
signing.sign(file, "Offhook Setup")  in place: .exe, .dll, .tsp, .pyd, .msi
signing.sign_folder(folder)          every program in it that nobody has signed yet

`python -m installer.signing FILE` signs by what the environment says: makensis calls it for the uninstaller.
"""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

import pefile  # type: ignore[import-untyped]

from installer.kits import BuildError

PROGRAM = "osslsigncode"
"""Debian 12 has its version 2.5: nothing newer is asked of it."""

LIMIT_S = 180
"""For one file: milliseconds, a second with a time stamp; a token may want its button pressed."""

PREFIX = "OFFHOOK_SIGN_"

TOKEN = "pkcs11:"
"""How the URI of a key in a token begins (RFC 7512)."""

FILES = ("pfx", "certificate", "key", "module", "password_file")
"""What of the configuration names a file."""

PROGRAMS = (".exe", ".dll", ".pyd", ".tsp")


@dataclass(frozen=True)
class Signing:
    """By what is signed. Raises `BuildError` where it does not fit together."""

    pfx: str = ""
    certificate: str = ""
    key: str = ""
    module: str = ""
    password_file: str = ""
    timestamp: str = ""

    def __post_init__(self) -> None:
        if bool(self.pfx) == bool(self.certificate):
            raise BuildError("give --sign-pfx, or --sign-certificate with --sign-key, and not both")
        if self.pfx and (self.key or self.module):
            raise BuildError("--sign-pfx has the key in it: leave --sign-key and --sign-module out")
        if self.certificate and not self.key:
            raise BuildError("--sign-key is missing: give the key's file, or its pkcs11: URI")
        if self.key.startswith(TOKEN) != bool(self.module):
            raise BuildError("a pkcs11: URI as --sign-key needs --sign-module FILE, and only that does")
        if "pin-value" in self.key:
            raise BuildError(
                "--sign-key has the PIN in it, which every program of this computer could read;"
                " put it into a file and give that by --sign-password-file"
            )
        for name in FILES:
            file = getattr(self, name)
            if file and not file.startswith(TOKEN) and not Path(file).is_file():
                raise BuildError(f"--sign-{name.replace('_', '-')} {file}: there is no such file")
        self._check_private()
        for url in self.timestamps:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                raise BuildError(
                    f"--sign-timestamp {url}: write it like http://timestamp.example, without a login"
                )

    @property
    def timestamps(self) -> list[str]:
        """Servers of time stamps (RFC 3161); the next one is asked if one does not answer."""
        return self.timestamp.split()

    def sign(self, file: Path, description: str = "Offhook") -> None:
        """Sign the file in place: wholly, or it stays as it is. Its time stays. Raises `BuildError`."""
        before = file.stat()
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".signing") as beside:
            made = Path(beside) / file.name
            self._run([*self._arguments(), "-n", description, "-in", str(file), "-out", str(made)], file)
            made.chmod(stat.S_IMODE(before.st_mode))
            os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))
            made.replace(file)

    def sign_folder(self, folder: Path) -> list[Path]:
        """Sign the programs below it; those that their makers have signed keep that. Returns which."""
        found = sorted(path for path in folder.rglob("*") if path.suffix in PROGRAMS and path.is_file())
        unsigned = [path for path in found if not is_signed(path)]
        for path in unsigned:
            self.sign(path)
        return unsigned

    def environment(self) -> dict[str, str]:
        """The same as variables, for another process, which may have another current folder."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in FILES:
            if given[name] and not given[name].startswith(TOKEN):
                given[name] = str(Path(given[name]).absolute())
        return {PREFIX + name.upper(): value for name, value in given.items()}

    def _arguments(self) -> list[str]:
        arguments = [PROGRAM, "sign", "-h", "sha256"]
        if self.pfx:
            arguments += ["-pkcs12", self.pfx]
        else:
            arguments += ["-certs", self.certificate, "-key", self.key]
        if self.module:
            arguments += ["-pkcs11module", self.module]
        if self.password_file:
            arguments += ["-readpass", self.password_file]
        for url in self.timestamps:
            arguments += ["-ts", url]
        return arguments

    def _run(self, command: list[str], file: Path) -> None:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=LIMIT_S,
                check=False,
            )
        except FileNotFoundError:
            raise BuildError(
                f"{PROGRAM} is missing: it signs; install Debian's package of that name"
            ) from None
        except subprocess.TimeoutExpired:
            raise BuildError(
                f"{file.name} was not signed in {LIMIT_S} s: does the server of --sign-timestamp answer,"
                " and does the token wait for something?"
            ) from None
        if done.returncode != 0:
            raise BuildError(f"{file.name} was not signed:\n{done.stdout.strip()}")

    def _check_private(self) -> None:
        secrets = [("--sign-key", self.key), ("--sign-password-file", self.password_file)]
        if not self.password_file:
            secrets.append(("--sign-pfx", self.pfx))
        for option, file in secrets:
            if file and not file.startswith(TOKEN) and Path(file).stat().st_mode & stat.S_IROTH:
                raise BuildError(f"{option} {file} may be read by everybody on this computer: chmod 600 it")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command line; each may be a variable of the environment instead."""
    group = parser.add_argument_group(
        "signing", f"Without these nothing is signed. Each may be a variable instead, like {PREFIX}PFX."
    )
    group.add_argument("--sign-pfx", metavar="FILE", help="certificate and key in one file (PKCS #12)")
    group.add_argument(
        "--sign-certificate", metavar="FILE", help="the certificate and those above it, as PEM"
    )
    group.add_argument("--sign-key", metavar="FILE|URI", help="its key as PEM, or in a token as pkcs11:...")
    group.add_argument("--sign-module", metavar="FILE", help="the token's PKCS #11 module (.so)")
    group.add_argument(
        "--sign-password-file", metavar="FILE", help="has the key's password or the token's PIN"
    )
    group.add_argument("--sign-timestamp", metavar="URL", help="server of time stamps; several: with blanks")


def configured(
    options: argparse.Namespace | None = None, environ: Mapping[str, str] = os.environ
) -> Signing | None:
    """What options and environment say, None if they say nothing. Raises `BuildError`."""
    given = {
        one.name: getattr(options, f"sign_{one.name}", None) or environ.get(PREFIX + one.name.upper(), "")
        for one in fields(Signing)
    }
    return Signing(**given) if any(given.values()) else None


def is_signed(file: Path) -> bool:
    """Does the program carry a signature, whoever's? Raises `BuildError`."""
    try:
        with pefile.PE(str(file), fast_load=True) as program:
            security = pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_SECURITY"]
            directories = program.OPTIONAL_HEADER.DATA_DIRECTORY
            return len(directories) > security and bool(directories[security].Size)
    except pefile.PEFormatError as error:
        raise BuildError(f"{file} is no program of Windows ({error}): leave it out, or rename it") from None


def main() -> int:
    """Sign what the command line names."""
    try:
        signing = configured()
        if signing is None:
            raise BuildError(f"no variable says by what to sign: set {PREFIX}PFX, or {PREFIX}CERTIFICATE")
        for name in sys.argv[1:]:
            signing.sign(Path(name))
    except BuildError as error:
        print(f"signing: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
