"""`[media]`."""

from pathlib import Path

import pytest

from offhook.config import Config, Listen, load
from offhook.errors import ConfigError


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load(file)


def test_nothing_is_relayed_unless_an_engine_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "").media.rtpengine == ()


def test_engines_are_relays_in_the_order_of_the_file(tmp_path: Path) -> None:
    media = read(tmp_path, '[media]\nrtpengine = ["127.0.0.1:2223", "[::1]:2224"]\n').media
    assert media.rtpengine == (Listen("127.0.0.1", 2223), Listen("::1", 2224))
    assert (media.relay, media.without_engine) == ("when-needed", "direct")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('rtpengine = ["2223"]', "media.rtpengine"),
        ('rtpengine = ["127.0.0.1:0"]', "media.rtpengine"),
        ('rtpengine = ["127.0.0.1"]', "media.rtpengine"),
        ('rtpengine = ["999.0.0.1:2223"]', "media.rtpengine"),
        ('rtpengine = ["engine.example:2223"]', "media.rtpengine"),
        ('rtpengine = ["192.0.2.7:2223"]', "media.rtpengine"),
        (
            "rtpengine = [" + ", ".join(f'"127.0.0.1:{port}"' for port in range(1, 10)) + "]",
            "media.rtpengine",
        ),
        ('relay = "sometimes"', "media.relay"),
        ('interfaces = ["one"]', "media.interfaces"),
        ('interfaces = ["one", "tw o"]', "media.interfaces"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, f"[media]\n{text}\n")
    assert raised.value.key == key
    assert raised.value.fix


def test_an_engine_on_another_machine_has_to_be_wanted(tmp_path: Path) -> None:
    text = '[media]\nrtpengine = ["192.0.2.7:2223"]\nengines_elsewhere = true\n'
    assert read(tmp_path, text).media.rtpengine == (Listen("192.0.2.7", 2223),)


def test_behind_a_pbx_there_is_nothing_to_relay(tmp_path: Path) -> None:
    switch = '[switch]\ndriver = "pbx"\n[switch.pbx]\nserver = "127.0.0.1"\n'
    text = f'[media]\nrtpengine = ["127.0.0.1:2223"]\n{switch}'
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    assert raised.value.key == "media.rtpengine"


def test_a_trunk_that_wants_a_relay_needs_an_engine(tmp_path: Path) -> None:
    text = '[[trunk]]\nname = "one"\nserver = "127.0.0.1"\nuser = "1"\npassword = "x"\nrelay = "always"\n'
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    assert raised.value.key == "media.rtpengine"
    with_engine = read(tmp_path, text + '[media]\nrtpengine = ["127.0.0.1:2223"]\n')
    assert [one.relay for one in with_engine.trunks] == ["always"]
