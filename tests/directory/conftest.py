"""Directories with 10,000 people, filled once; each test has a server of its own."""

import pytest

from tests.peers.slapd import ACTIVE, OPENLDAP, Prepared, active_ldif, openldap_ldif, prepare


@pytest.fixture(scope="session")
def openldap(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(OPENLDAP, openldap_ldif(), tmp_path_factory.mktemp("openldap"))


@pytest.fixture(scope="session")
def active(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(ACTIVE, active_ldif(), tmp_path_factory.mktemp("active"))
