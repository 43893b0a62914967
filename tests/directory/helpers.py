"""A site in Seoul, and scripted sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from offhook.address import AddressRules, normalise
from offhook.config import DirectorySourceSettings
from offhook.config.sections.directory import Security
from offhook.directory import Kind, Number, Person
from offhook.directory.numberkeys import NumberKeys
from offhook.errors import UnavailableError
from tests.peers.program import LIMIT_S
from tests.peers.slapd import PASSWORD, Slapd

SEOUL = AddressRules(country="KR", area="2", outside_prefix="9", extension_lengths=(4,))


def seoul_keys() -> NumberKeys:
    """The dialling rules: own numbers are +82 2 568 and the extension; 9 is the outside prefix."""
    return NumberKeys(lambda number: normalise(number, SEOUL), ["+82-2-568-"], "seoul")


def a_person(name: str, *numbers: str, kind: Kind = Kind.WORK, company: str = "") -> Person:
    return Person(name, tuple(Number(number, kind) for number in numbers), company=company)


def settings(slapd: Slapd, *, security: Security = "start_tls") -> DirectorySourceSettings:
    """The settings with which a source reads from a test server."""
    return replace(
        ldap_at("localhost", slapd.tls_port if security == "tls" else slapd.port, security),
        ca_file=slapd.ca_file,
        user=slapd.kind.reader,
        password=PASSWORD,
        base=slapd.kind.base,
        schema="activedirectory" if slapd.kind.schema else "openldap",
        timeout_s=LIMIT_S,
    )


def ldap_at(host: str, port: int, security: Security) -> DirectorySourceSettings:
    """A server that is encrypted like this."""
    url = f"{'ldaps' if security == 'tls' else 'ldap'}://{host}:{port}"
    return DirectorySourceSettings("company", "ldap", url, start_tls=security == "start_tls")


@dataclass
class PlayedSource:
    """A source with the people it is given; down while it has none."""

    people: Sequence[Person] | None = ()
    name: str = "played"
    identity: str = "played"
    check_s: float | None = None
    asked: list[str] = field(default_factory=list)

    async def fetch(self) -> Sequence[Person]:
        self.asked.append("fetch")
        if self.people is None:
            raise UnavailableError("nobody answers; try again later")
        return self.people

    async def picture(self, person: Person) -> bytes | None:
        return person.name.encode()
