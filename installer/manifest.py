"""`python -m installer.manifest`: the signed list by which Offhook finds a newer version."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from offhook.certificates.signatures import new_key, public_key, read_key, sign
from offhook.errors import OffhookError
from offhook.update.manifest import MAX_FILE, WINDOWS, Download, Manifest, read_manifest, write_manifest

DAYS = 90
"""How long a list holds, unless told otherwise: who can only show old lists wins so many days at most."""

MAX_DAYS = 366

EXAMPLES = """\
examples:
  python -m installer.manifest --new-key update.key
  python -m installer.manifest --key update.key --setup dist/OffhookSetup-0.2.0-x64.exe \\
      --base-url https://updates.example --notes https://example.org/offhook/0.2.0 --out dist/offhook.txt"""


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    options = _options(arguments)
    try:
        if not 1 <= options.days <= MAX_DAYS:
            raise OffhookError(f"--days {options.days}", f"give 1 to {MAX_DAYS}")
        password = options.password_file.read_text().partition("\n")[0] if options.password_file else ""
        if options.new_key is not None:
            print(f'public_key = "{public_key(new_key(options.new_key, password))}"')
            return 0
        key = read_key(options.key, password)
        manifest = describe(options.setup, options.base_url, options.notes, options.days)
        data = write_manifest(manifest, lambda signed: sign(signed, key))
        read_manifest(data, public_key(key))  # as those read it who get it
        options.out.write_bytes(data)
    except (OffhookError, OSError) as error:
        print(f"manifest: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: Offhook {manifest.version}, until {manifest.expires:%Y-%m-%d}")
    return 0


def describe(setup: Path, base_url: str, notes: str, days: int) -> Manifest:
    """The list for this setup, not signed yet. Raises `OffhookError`, `OSError`."""
    named = re.fullmatch(r"OffhookSetup-([0-9.]+)-x64\.exe", setup.name)
    if named is None:
        raise OffhookError(
            f"{setup} is not named like OffhookSetup-0.2.0-x64.exe", "give what the build has made"
        )
    content = setup.read_bytes()
    if not 0 < len(content) <= MAX_FILE:
        raise OffhookError(f"{setup} has {len(content):,} bytes", f"it may have {MAX_FILE:,}")
    now = datetime.now(UTC).replace(microsecond=0)
    download = Download(
        f"{base_url.rstrip('/')}/{setup.name}", len(content), hashlib.sha256(content).hexdigest()
    )
    return msgspec.convert(
        Manifest(named[1], now, now + timedelta(days=days), notes, {WINDOWS: download}),
        Manifest,
        from_attributes=True,
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m installer.manifest",
        description="Make and sign the list of the newest version, or a key for it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a key; prints update.public_key")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the key to sign by")
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="has the key's password, if it has one"
    )
    parser.add_argument("--setup", type=Path, metavar="FILE", help="the setup, signed already")
    parser.add_argument("--base-url", metavar="URL", help="the folder from which it will be fetched")
    parser.add_argument("--notes", metavar="URL", help="the page that tells what is new")
    parser.add_argument("--days", type=int, default=DAYS, help=f"how long the list holds ({DAYS})")
    parser.add_argument("--out", type=Path, default=Path("dist/offhook.txt"), metavar="FILE")
    options = parser.parse_args(arguments)
    needed = ("key", "setup", "base_url", "notes")
    if options.new_key is None and (missing := [one for one in needed if getattr(options, one) is None]):
        parser.error(f"--{missing[0].replace('_', '-')} is missing")
    return options


if __name__ == "__main__":
    sys.exit(main())
