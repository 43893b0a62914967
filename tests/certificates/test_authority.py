"""A site's own authority and what it signs."""

import ssl
import stat
import subprocess
from pathlib import Path

import pytest

from offhook.certificates import (
    AuthorityError,
    SiteFiles,
    describe_file,
    issue,
    make_authority,
    renewal_due,
)
from offhook.common.privatefile import ExposedFileError

DAY_S = 86_400.0


@pytest.fixture
def files(tmp_path: Path) -> SiteFiles:
    files = SiteFiles(tmp_path / "state" / "tls")
    make_authority(files, "manager.example")
    return files


def test_the_certificate_is_for_the_hosts_that_were_asked_for(files: SiteFiles) -> None:
    hosts = ("manager.example", "192.0.2.10", "2001:db8::1")
    assert issue(files, hosts) == hosts
    server, authority = describe_file(files.server)
    assert server.hosts == hosts and not server.authority
    assert authority.authority and authority.name == "CN=Offhook authority of manager.example"


def test_openssl_finds_nothing_wrong_with_it(files: SiteFiles) -> None:
    issue(files, ["manager.example", "192.0.2.10"])
    for purpose in (["-verify_hostname", "manager.example"], ["-verify_ip", "192.0.2.10"]):
        command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", *purpose]
        files_of = ["-CAfile", str(files.authority), str(files.server)]
        subprocess.run([*command, *files_of], check=True, capture_output=True)


def test_keys_are_their_owners_only(files: SiteFiles) -> None:
    issue(files, ["manager.example"])
    assert [stat.S_IMODE(one.stat().st_mode) for one in (files.folder, files.folder.parent)] == [0o700] * 2
    for key in (files.authority_key, files.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_renewed_certificate_is_for_the_same_hosts_with_another_key(files: SiteFiles) -> None:
    issue(files, ["manager.example", "192.0.2.10"])
    before, key = describe_file(files.server), files.server_key.read_text()
    issue(files)
    after = describe_file(files.server)
    assert after[0].hosts == before[0].hosts and after[0].fingerprint != before[0].fingerprint
    assert after[1] == before[1], "clients trust the authority and notice nothing"
    assert files.server_key.read_text() != key
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.server, files.server_key)


def test_renewal_is_due_some_time_before_the_end(files: SiteFiles, tmp_path: Path) -> None:
    assert not renewal_due(files)
    issue(files, ["manager.example"], clock=lambda: 1_800_000_000.0)
    assert not renewal_due(files, clock=lambda: 1_800_000_000.0 + 300 * DAY_S)
    assert renewal_due(files, clock=lambda: 1_800_000_000.0 + 340 * DAY_S)
    assert renewal_due(files, clock=lambda: 1_800_000_000.0 + 4000 * DAY_S)


def test_a_second_authority_is_not_made_over_the_first(files: SiteFiles) -> None:
    with pytest.raises(AuthorityError, match="clients trust it"):
        make_authority(files, "other.example")


def test_without_an_authority_nothing_is_issued(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match="offhook cert make"):
        issue(SiteFiles(tmp_path), ["manager.example"])


def test_an_authority_whose_key_others_can_read_signs_nothing(files: SiteFiles) -> None:
    files.authority_key.chmod(0o644)
    with pytest.raises(ExposedFileError, match="open to other users"):
        issue(files, ["manager.example"])


@pytest.mark.parametrize("host", ["", "two words", "x" * 300, "*", "*.example", "a..b", "-x", "a/b", "a\n"])
def test_what_is_no_host_is_refused(files: SiteFiles, host: str) -> None:
    with pytest.raises(AuthorityError, match="not a host name"):
        issue(files, [host, "ok.example"])
    assert not files.server.exists()
