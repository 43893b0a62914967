"""`[[cluster.part]]`: several telephone systems of a cluster, each with phones and settings of its own."""

from pathlib import Path

import pytest

from offhook.config import Config, Listen, load
from offhook.errors import ConfigError

SITE = """\
[cluster]
node = "seoul-1"
[switch]
driver = "asterisk"
no_answer_s = 20
[switch.asterisk]
user = "offhook"
secret = "of-all"
context = "from-internal"
[[cluster.part]]
name = "seoul"
nodes = ["seoul-1", "seoul-2"]
[cluster.part.switch.asterisk]
host = "pbx.seoul.example"
secret_file = "seoul.secret"
[[cluster.part]]
name = "busan"
[cluster.part.switch.asterisk]
host = "pbx.busan.example"
[[cluster.part]]
name = "jeju"
[cluster.part.switch]
driver = "embedded"
[cluster.part.switch.embedded]
listen = "127.0.0.1:5070"
[[terminal]]
id = "4000"
part = "seoul"
[[terminal]]
id = "5000"
part = "busan"
[[terminal]]
id = "6000"
part = "jeju"
password = "phone-6000"
[[group]]
name = "sales"
terminals = ["4000", "5000"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seoul.secret").write_text("of-seoul\n")
    (tmp_path / "seoul.secret").chmod(0o600)
    return tmp_path


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    return load(file, environ={})


def test_each_part_has_the_settings_of_the_switch_and_its_own_before_these(folder: Path) -> None:
    seoul, busan, jeju = read(folder, SITE).systems
    assert (seoul.part, busan.part, jeju.part) == ("seoul", "busan", "jeju")
    assert (seoul.switch.asterisk.host, busan.switch.asterisk.host) == (
        "pbx.seoul.example",
        "pbx.busan.example",
    )
    assert (seoul.switch.asterisk.user, busan.switch.asterisk.user) == ("offhook", "offhook")
    assert jeju.switch.chosen.registrar == Listen("127.0.0.1", 5070)
    assert {one.switch.no_answer_s for one in (seoul, busan, jeju)} == {20.0}
    assert seoul.switch.chosen.no_answer_s == 20.0


def test_a_secret_in_a_file_takes_the_place_of_one_that_is_written_for_all(folder: Path) -> None:
    seoul, busan, _jeju = read(folder, SITE).systems
    assert (seoul.switch.asterisk.secret, busan.switch.asterisk.secret) == ("of-seoul", "of-all")


def test_a_part_alone_has_its_phones_only(folder: Path) -> None:
    config = read(folder, SITE)
    seoul = config.only(config.systems[0])
    assert [one.id for one in seoul.terminals] == ["4000"]
    assert seoul.groups[0].terminals == ("4000", "5000")
    assert seoul.switch.driver == "asterisk"
    assert config.system_of("6000").listen_key == "cluster.part[3].switch.embedded.listen"


def test_the_nodes_of_a_part_stand_in_their_order(folder: Path) -> None:
    assert [part.nodes for part in read(folder, SITE).cluster.parts] == [("seoul-1", "seoul-2"), (), ()]


def test_without_parts_the_telephone_system_is_one(folder: Path) -> None:
    config = read(folder, '[[terminal]]\nid = "4000"\npassword = "phone-4000"\n')
    (only,) = config.systems
    assert (only.part, only.key, only.switch) == ("", "switch", config.switch)
    assert config.only(only) is config


def test_where_there_is_one_part_all_phones_are_in_it(folder: Path) -> None:
    part = '[cluster]\nnode = "a"\n[[cluster.part]]\nname = "hq"\n'
    config = read(folder, part + '[[terminal]]\nid = "4000"\npassword = "phone-4000"\n')
    assert [one.id for one in config.only(config.systems[0]).terminals] == ["4000"]


@pytest.mark.parametrize(
    ("wrong", "right", "key", "what"),
    [
        ('part = "busan"', "", "terminal[2].part", "is missing: which part has phone 5000?"),
        ('part = "busan"', 'part = "busam"', "terminal[2].part", "is not a [[cluster.part]]"),
        ('name = "busan"', 'name = "seoul"', "cluster.part[2].name", "already used"),
        ('name = "busan"', 'name = "a b"', "cluster.part[2].name", "letters and digits"),
        ('"seoul-2"]', '"seoul.2"]', "cluster.part[1].nodes", "seoul.2"),
        ('node = "seoul-1"', "", "cluster.node", "is missing"),
        ('user = "offhook"', "", "cluster.part[1].switch.asterisk.user", "is missing"),
        ('host = "pbx.busan.example"', "prot = 1", "cluster.part[2].switch.asterisk.prot", "not a setting"),
        ('driver = "embedded"', 'driver = "embed"', "cluster.part[3].switch.driver", "embedded"),
        ('password = "phone-6000"', "", "terminal[3].password", "could not register"),
        ("[cluster.part.switch.embedded]", "[cluster.part.sip]", "cluster.part[3].sip", "not a setting"),
    ],
)
def test_a_mistake_is_named_with_its_key(folder: Path, wrong: str, right: str, key: str, what: str) -> None:
    assert wrong in SITE
    with pytest.raises(ConfigError) as error:
        read(folder, SITE.replace(wrong, right))
    assert error.value.key == key
    assert what in error.value.what


def test_a_part_of_a_phone_needs_to_be_there(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"terminal\[1\]\.part: .* no \[\[cluster\.part\]\]"):
        read(folder, '[[terminal]]\nid = "4000"\npassword = "phone-4000"\npart = "seoul"\n')


TWO = """\
[cluster]
node = "a"
[switch.embedded]
listen = "127.0.0.1:5060"
[[cluster.part]]
name = "seoul"
[[cluster.part]]
name = "busan"
[cluster.part.switch.embedded]
listen = "127.0.0.1:5062"
[[terminal]]
id = "4000"
part = "seoul"
password = "phone-4000"
[[terminal]]
id = "5000"
part = "busan"
password = "phone-5000"
[[trunk]]
name = "provider"
part = "busan"
server = "127.0.0.1"
user = "u"
password = "account-pw"
numbers = ["+4930123450"]
[[incoming]]
ring = ["5000"]
"""


def test_a_trunk_and_what_it_rings_are_of_one_part(folder: Path) -> None:
    config = read(folder, TWO)
    seoul, busan = (config.only(system) for system in config.systems)
    assert (seoul.trunks, seoul.incoming) == ((), ())
    assert [trunk.name for trunk in busan.trunks] == ["provider"]
    assert busan.incoming[0].ring == ("5000",)


@pytest.mark.parametrize(
    ("wrong", "right", "key"),
    [
        ('part = "busan"\nserver', "server", "trunk[1].part"),
        ('ring = ["5000"]', 'ring = ["5000", "4000"]', "incoming[1].ring"),
        ('ring = ["5000"]', 'ring = ["5000"]\notherwise = "4000"', "incoming[1].otherwise"),
        ("127.0.0.1:5062", "127.0.0.1:5060", "cluster.part[2].switch.embedded.listen"),
    ],
)
def test_what_the_parts_cannot_share_is_named(folder: Path, wrong: str, right: str, key: str) -> None:
    assert wrong in TWO
    with pytest.raises(ConfigError) as error:
        read(folder, TWO.replace(wrong, right))
    assert error.value.key == key
