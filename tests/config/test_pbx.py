"""`[switch.sip]` and what terminals have at a PBX."""

from pathlib import Path

from offhook.config import load

FILE = """\
[switch]
driver = "sip"
[switch.sip]
server = ["pbx1.example", "pbx2.example:5070"]
transport = "tcp"
auto_answer = ["Alert-Info: <http://x>;info=ring-answer"]
[[terminal]]
id = "kim"
password = "secret"
user = "4000"
auth_user = "kim-4000"
extension = "*804000"
"""


def test_a_pbx_with_fail_over_and_an_account_with_other_names_than_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(FILE)
    file.chmod(0o600)
    config = load(file)
    assert config.switch.sip.servers == ("pbx1.example", "pbx2.example:5070")
    assert config.switch.sip.transport == "tcp"
    assert config.switch.sip.auto_answer == (("Alert-Info", "<http://x>;info=ring-answer"),)
    (kim,) = config.terminals
    assert (kim.id, kim.user, kim.auth_user, kim.extension) == ("kim", "4000", "kim-4000", "*804000")


def test_one_server_needs_no_list(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text('[switch]\ndriver = "sip"\n[switch.sip]\nserver = "[2001:db8::5]:5060"\n')
    assert load(file).switch.sip.servers == ("[2001:db8::5]:5060",)
