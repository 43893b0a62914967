"""What a check finds of `[provisioning]` is what a start would refuse."""

from dataclasses import replace
from pathlib import Path

import pytest

from offhook.assembly.phonefiles import check_provisioning, told_host, wrong_templates
from offhook.assembly.run import running
from offhook.assembly.startable import check_startable
from offhook.cli.checks.provisioning import look_at_provisioning
from offhook.common.finding import Level
from offhook.config import Listen, load
from offhook.errors import ConfigError
from tests.assembly.provisioned import ACME, configured


@pytest.mark.parametrize(
    "extra, key",
    [
        ('time_zone = "Asia/Nowhere"', "provisioning.time_zone"),
        ('transport = "tls"', "provisioning.transport"),
        ('templates = "nowhere"', "provisioning.templates"),
        ('templates = "broken"', "acme.toml"),
        ('authority = "none.pem"', "provisioning.authority"),
        (
            'tls_listen = "127.0.0.1:0"\ntls_certificate = "none.pem"\ntls_key = "none.pem"',
            "provisioning.tls_certificate",
        ),
    ],
)
async def test_a_check_refuses_what_a_start_refuses(tmp_path: Path, extra: str, key: str) -> None:
    file, _ = configured(tmp_path, f"{extra}\n")
    (tmp_path / "none.pem").write_text("no certificate", encoding="utf-8")
    (tmp_path / "none.pem").chmod(0o600)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "acme.toml").write_text(f"{ACME}surprise = 1\n", encoding="utf-8")
    config = load(file, environ={}, secrets=True)
    with pytest.raises(ConfigError, match=key) as checked:
        check_startable(config)
    (found,) = look_at_provisioning(config)
    assert found.level is Level.FAIL and key in found.text and checked.value.fix == found.fix
    with pytest.raises(ConfigError) as started:
        async with running(config):
            pass
    assert str(started.value) == str(checked.value)


CLUSTERED = """\
[cluster]
node = "north"
[state]
dir = "{folder}/state"
database = "postgresql://offhook@127.0.0.1/offhook"
[switch.embedded]
listen = "127.0.0.1:5060"
[provisioning]
listen = "127.0.0.1:7780"
host = "phones.example"
[[terminal]]
id = "4001"
"""


@pytest.mark.parametrize(
    ("left_out", "key"), [("host = ", "provisioning.host"), ("database = ", "state.database")]
)
async def test_in_a_cluster_all_have_to_know_the_phones_and_where_they_register(
    tmp_path: Path, left_out: str, key: str
) -> None:
    file, text = tmp_path / "offhook.toml", CLUSTERED.format(folder=tmp_path)
    file.write_text(text, encoding="utf-8")
    check_startable(load(file, environ={}, secrets=True))
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith(left_out)]
    file.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError, match=key):
        check_startable(load(file, environ={}, secrets=True))


async def test_in_a_cluster_of_several_telephone_systems_phones_cannot_be_set_up_yet(tmp_path: Path) -> None:
    file, text = tmp_path / "offhook.toml", CLUSTERED.format(folder=tmp_path)
    part = '[[cluster.part]]\nname = "hq"\n'
    file.write_text(f'{text}part = "hq"\n{part}', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"cluster\.part"):
        check_startable(load(file, environ={}, secrets=True))


def test_a_switch_that_listens_everywhere_does_not_say_which_name_is_in_its_certificate(
    tmp_path: Path,
) -> None:
    file, _ = configured(tmp_path)
    config = load(file, environ={}, secrets=True)
    embedded = replace(config.switch.embedded, listen=Listen("0.0.0.0", 5060))
    assert told_host(replace(config, switch=replace(config.switch, embedded=embedded))) == ""
    embedded = replace(embedded, tls_listen=Listen("0.0.0.0", 5061))
    secure = replace(config, switch=replace(config.switch, embedded=embedded))
    with pytest.raises(ConfigError, match=r"provisioning\.host: is missing"):
        check_provisioning(secure)
    check_provisioning(replace(secure, provisioning=replace(secure.provisioning, host="sip.example")))
    check_provisioning(replace(secure, provisioning=replace(secure.provisioning, transport="udp")))


@pytest.mark.parametrize(
    "template, said",
    [
        ("{{ phone.pasword }}", "pasword"),
        ("{% for key in phone.keys %}{{ key.nothing }}{% endfor %}", "nothing"),
        ("{% if %}", "line 1"),
        (None, "acme.cfg"),
    ],
)
def test_a_broken_template_is_named(tmp_path: Path, template: str | None, said: str) -> None:
    file, _ = configured(tmp_path, 'templates = "own"\n')
    own = tmp_path / "own"
    own.mkdir()
    (own / "acme.toml").write_text(
        ACME.replace('models = ["A10"]', 'models = ["A10"]\npresence_keys = true'), encoding="utf-8"
    )
    if template is not None:
        (own / "acme.cfg").write_text(template, encoding="utf-8")
    (found,) = look_at_provisioning(load(file, environ={}, secrets=True))
    assert found.level is Level.FAIL
    assert "acme.cfg" in found.text and said in found.text and found.fix == "correct the template"


def test_templates_that_are_in_order_are_so(tmp_path: Path) -> None:
    file, _ = configured(tmp_path, 'templates = "own"\n')
    (tmp_path / "own").mkdir()
    config = load(file, environ={}, secrets=True)
    assert wrong_templates(config) == [], "of the vendors that come with Offhook"
    assert [one.level for one in look_at_provisioning(config)] == [Level.OK]
    check_startable(config)
