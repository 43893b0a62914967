"""`offhook cert`."""

import asyncio
import json
import socket
import sys
import time
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from offhook.cli.common import FAILED, OK, add_config, add_json, complain, config_file, read_config
from offhook.config import Config, user_file
from offhook.config.managerplaces import wrong_places
from offhook.errors import ConfigError, OffhookError
from offhook.sscp.places import Places

if TYPE_CHECKING:
    from offhook.certificates import Described, Presented

SUMMARY = """The certificate by which clients know the Call Manager. `make` and `renew` are for its machine,
if nobody else gives it one; `trust` is for the clients: compare the fingerprint with that of `show` there."""

EXAMPLES = """\
  offhook cert make --host manager.example --host 192.0.2.10
  offhook cert show
  offhook cert renew
  offhook cert trust wss://manager.example:7701
  offhook cert forget wss://manager.example:7701"""


class CertificateError(OffhookError):
    """A certificate that was not confirmed."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="make|show|renew|trust|forget")
    make = actions.add_parser("make", help="make an authority and a certificate, and set them up")
    make.add_argument(
        "--host", metavar="HOST", action="append", default=[], help="a name or address of this machine"
    )
    show = actions.add_parser("show", help="the fingerprint that clients are to compare, and until when")
    add_json(show)
    renew = actions.add_parser(
        "renew", help="a new certificate of the same authority; clients notice nothing"
    )
    renew.add_argument("--host", metavar="HOST", action="append", default=[], help="other names than before")
    trust = actions.add_parser("trust", help="compare and confirm a Call Manager's certificate")
    trust.add_argument("url", metavar="URL", nargs="?", default="", help="where it is, else sscp.url")
    trust.add_argument("--fingerprint", metavar="F", help="what it has to be, where nobody can be asked")
    forget = actions.add_parser("forget", help="trust what was confirmed no more")
    forget.add_argument("url", metavar="URL", nargs="?", default="")
    for action in (make, show, renew, trust, forget):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `AuthorityError`, `ConfigError`, `UnavailableError`."""
    config = read_config(options)
    actions = {"make": _make, "show": _show, "renew": _renew, "trust": _trust, "forget": _forget}
    try:
        return actions[options.action](options, config)
    except OSError as error:
        raise CertificateError(f"{error.filename or config.state.dir}: {error.strerror or error}") from error


def _make(options: Namespace, config: Config) -> int:
    from offhook.assembly.tls import site_folder
    from offhook.certificates import SiteFiles, issue, make_authority
    from offhook.config.edit import save

    if config.sscp.tls_certificate is not None:
        raise CertificateError(
            f"{config.sscp.tls_certificate} is configured; renew that, or take it out first"
        )
    files = SiteFiles(site_folder(config))
    names = dict.fromkeys([*(options.host or [socket.getfqdn()]), "localhost", "127.0.0.1"])
    if not files.authority_key.exists():
        make_authority(files, next(iter(names)))
    hosts = issue(files, tuple(names))
    file = config_file(options) or user_file()
    save(
        file,
        {
            "sscp.tls_certificate": str(files.server.absolute()),
            "sscp.tls_key": str(files.server_key.absolute()),
        },
    )
    print(f"a certificate for {', '.join(hosts)} was made and set up in {file}; restart `offhook up`")
    return _show(options, read_config(options))


def _show(options: Namespace, config: Config) -> int:
    from offhook.certificates import describe_file

    if config.sscp.tls_certificate is None:
        raise CertificateError("there is none; make one: offhook cert make --host NAME")
    shown = describe_file(config.sscp.tls_certificate)
    anchor = next((one for one in shown[1:] if one.authority), shown[0])
    if getattr(options, "json", False):
        print(json.dumps({"fingerprint": anchor.fingerprint, "server": asdict(shown[0])}, indent=2))
        return OK
    print(f"for          {', '.join(shown[0].hosts) or shown[0].name}")
    print(f"until        {_date(shown[0].until)}")
    print(f"fingerprint  {_in_lines(anchor)}")
    return OK


def _renew(options: Namespace, config: Config) -> int:
    from offhook.assembly.tls import site_folder
    from offhook.certificates import SiteFiles, issue

    hosts = issue(SiteFiles(site_folder(config)), tuple(options.host))
    print(
        f"a new certificate for {', '.join(hosts)} was made; a running Call Manager shows it within a minute"
    )
    return OK


def _trust(options: Namespace, config: Config) -> int:
    done = [_trust_one(options, config, url) for url in _urls(options, config)]
    return max(done)


def _trust_one(options: Namespace, config: Config, url: str) -> int:
    from offhook.certificates import Known, confirm, look

    presented = asyncio.run(look(url, config.state.dir, ca_file=config.sscp.ca_file))
    if presented.known in (Known.TRUSTED, Known.CONFIRMED):
        print(f"{url} is {presented.known.value} already, until {_date(presented.server.until)}")
        return OK
    if config.sscp.ca_file is not None:
        raise CertificateError(
            f"{url} shows a certificate that {config.sscp.ca_file} did not sign, or that is for another name"
            f" ({', '.join(presented.server.hosts)}); correct sscp.ca_file or sscp.url, or take ca_file out"
        )
    if not _confirmed(options, presented):
        complain("nothing was trusted")
        return FAILED
    confirm(presented, config.state.dir)
    known = asyncio.run(look(url, config.state.dir)).known
    if known is not Known.CONFIRMED:
        raise CertificateError(
            f"{url} is trusted, but its certificate is for {', '.join(presented.server.hosts)}: use that name"
        )
    print(f"{url} is trusted from now on")
    return OK


def _confirmed(options: Namespace, presented: "Presented") -> bool:
    """Has somebody compared the fingerprint?"""
    if options.fingerprint is not None:
        return _plain(options.fingerprint) == _plain(presented.shown.fingerprint)
    for line in words(presented):
        print(line)
    if not sys.stdin.isatty():
        raise CertificateError("nobody can be asked here; give the fingerprint with --fingerprint")
    return input("Is it the same, figure for figure? Type yes: ").strip().lower() == "yes"


def words(presented: "Presented") -> list[str]:
    """What a person has to know before saying yes."""
    from offhook.certificates import Known

    if presented.known is Known.CHANGED:
        first = [
            f"The certificate of {presented.url} HAS CHANGED since it was confirmed. Either its",
            "administrator made a new one, or somebody pretends to be this Call Manager, and would get your",
            "password. Ask the administrator, not by a message that the same somebody could have sent.",
        ]
    else:
        first = [f"The certificate of {presented.url} is not known here yet."]
    return [
        *first,
        f"for          {', '.join(presented.server.hosts) or presented.server.name}",
        f"until        {_date(presented.server.until)}",
        f"fingerprint  {_in_lines(presented.shown)}",
        "Compare the fingerprint with what `offhook cert show` says on the Call Manager's machine.",
    ]


def _forget(options: Namespace, config: Config) -> int:
    from offhook.certificates import forget

    for url in _urls(options, config):
        print(f"{url} is trusted no more" if forget(config.state.dir, url) else f"{url} was not confirmed")
    return OK


def _urls(options: Namespace, config: Config) -> list[str]:
    """The Call Managers that are meant, each by its own address. Raises `UnavailableError`."""
    text: str = options.url or config.sscp.url
    wrong = wrong_places(text)
    found = [] if wrong is not None else sorted(asyncio.run(Places(text).all()))
    if wrong is not None or not all(one.startswith("wss://") for one in found):
        raise ConfigError("command line", "URL", f"{text!r} is not a wss:// address", "name the Call Manager")
    return found


def _in_lines(described: "Described") -> str:
    groups = described.fingerprint.split()
    return " ".join(groups[:8]) + "\n             " + " ".join(groups[8:])


def _plain(fingerprint: str) -> str:
    return "".join(one for one in fingerprint.lower() if one.isalnum())


def _date(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(moment))
