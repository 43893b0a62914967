"""What `check` says of the certificates of each port."""

from pathlib import Path

import trustme

from offhook.cli.checks.certificates import look_at_certificates
from offhook.common.finding import Level
from offhook.config import load
from tests.cli.helpers import CONFIG, write_config


def test_the_certificate_of_the_metrics_is_looked_at_where_they_have_one_of_their_own(tmp_path: Path) -> None:
    pem = tmp_path / "metrics.pem"
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(pem))
    pem.chmod(0o600)
    own = f'[metrics]\nlisten = "127.0.0.1:7790"\ntls_certificate = "{pem}"\n'
    (finding,) = look_at_certificates(load(write_config(tmp_path, CONFIG + own), environ={}))
    assert (finding.what, finding.level) == ("metrics certificate", Level.OK)
    assert list(look_at_certificates(load(write_config(tmp_path, CONFIG), environ={}))) == []
