"""An LDAP directory whose people have passwords, filled once."""

import pytest

from tests.attacks.people import LDIF
from tests.peers.slapd import OPENLDAP, Prepared, prepare


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(OPENLDAP, LDIF, tmp_path_factory.mktemp("people"))
