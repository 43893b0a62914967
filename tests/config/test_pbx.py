"""`[switch.pbx]`, also as `[switch.sip]`, and what terminals have at a PBX."""

from pathlib import Path

import pytest

from offhook.config import load
from offhook.errors import ConfigError

FILE = """\
[switch]
driver = "pbx"
[switch.pbx]
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
    assert config.switch.pbx.servers == ("pbx1.example", "pbx2.example:5070")
    assert config.switch.pbx.transport == "tcp"
    assert config.switch.pbx.auto_answer == (("Alert-Info", "<http://x>;info=ring-answer"),)
    (kim,) = config.terminals
    assert (kim.id, kim.user, kim.auth_user, kim.extension) == ("kim", "4000", "kim-4000", "*804000")


def test_one_server_needs_no_list(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text('[switch]\ndriver = "sip"\n[switch.sip]\nserver = "[2001:db8::5]:5060"\n')
    assert load(file).switch.pbx.servers == ("[2001:db8::5]:5060",)


def test_the_driver_and_its_section_may_be_called_sip(tmp_path: Path) -> None:
    named, other = tmp_path / "pbx.toml", tmp_path / "sip.toml"
    named.write_text(FILE)
    other.write_text(FILE.replace("switch.pbx", "switch.sip").replace('"pbx"', '"sip"'))
    assert load(other).switch == load(named).switch
    assert load(other).switch.driver == "pbx"
    assert load(other, {"switch.sip.transport": "udp"}).switch.pbx.transport == "udp"


def test_a_mistake_is_told_by_the_name_that_the_file_has(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text('[switch.sip]\ntransport = "sctp"\n')
    with pytest.raises(ConfigError, match=r"switch\.sip\.transport: must be one of: udp, tcp, tls"):
        load(file)


def test_both_names_at_once_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text('[switch.pbx]\nserver = "a"\n[switch.sip]\nserver = "b"\n')
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert (caught.value.key, caught.value.what, caught.value.fix) == (
        "switch.sip",
        "is set as well as switch.pbx, which is another name for the same",
        "keep one of them, as [switch.pbx]",
    )


def test_what_goes_wrong_later_is_told_by_that_name_too(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text('[switch]\ndriver = "sip"\n[switch.sip]\nserver = "pbx.example"\n')
    told = load(file).error("switch.pbx.server", "does not answer", "check it")
    assert str(told) == f"{file}: switch.sip.server: does not answer. check it"
    set_here = load(file, {"switch.sip.server": "other.example"}).error(
        "switch.pbx.server", "is away", "wait"
    )
    assert str(set_here) == "command line: switch.sip.server: is away. wait"
    file.write_text(
        '[tsp]\nlisten = "0.0.0.0:7700"\n[switch]\ndriver = "sip"\n'
        + '[switch.sip]\nserver = "a"\nlisten = "0.0.0.0:7700"\n'
    )
    with pytest.raises(ConfigError, match=r"switch\.sip\.listen: 0\.0\.0\.0:7700 is taken by tsp\.listen"):
        load(file)


def test_how_long_phones_may_ring_every_driver_is_told(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text("[switch]\nno_answer_s = 20\nterminal_answer_s = 10\n")
    switch = load(file).switch
    for driver in (switch.embedded, switch.asterisk, switch.pbx):
        assert (driver.no_answer_s, driver.terminal_answer_s) == (20.0, 10.0)


def codes(tmp_path: Path, text: str) -> tuple[tuple[str, str], ...]:
    file = tmp_path / "offhook.toml"
    file.write_text(f"[switch.pbx]\ncodes = {text}\n")
    return load(file).switch.pbx.codes


def test_the_pbxs_codes_are_named(tmp_path: Path) -> None:
    text = '["forward-always = *21*{number}#", "forward-always-off=#21#", "pickup = *8{number}"]'
    assert codes(tmp_path, text) == (
        ("forward-always", "*21*{number}#"),
        ("forward-always-off", "#21#"),
        ("pickup", "*8{number}"),
    )
    assert codes(tmp_path, "[]") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "forward-sometimes = *21{number}",
        "pickup = *8",
        "pickup = *8{seconds}",
        "pickup = *8{number}{number}",
        "pickup-group = *8{number}",
        "pickup-group =",
        "pickup-group",
        "pickup-group = *8 1",
        "pickup-group = <sip:x>",
        "pickup = *8{number",
    ],
)
def test_a_code_that_is_none_is_told(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"switch\.pbx\.codes: must be a list of codes, like") as caught:
        codes(tmp_path, f'["{wrong}"]')
    assert wrong in caught.value.what


@pytest.mark.parametrize("name", ["forward-busy = *90{number}", "do-not-disturb = *78"])
def test_what_has_a_code_to_begin_needs_one_to_end(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"and no (forward-busy|do-not-disturb)-off"):
        codes(tmp_path, f'["{name}"]')
