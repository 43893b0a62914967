"""What a setting says of itself is what the file may say, and what its errors tell."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from offhook.config import ENVIRONMENT
from offhook.config.kinds import Choice, Flag, Secret, Whole
from offhook.config.model import setting_of
from offhook.config.setting import read_section, setting
from offhook.config.table import Source, Table
from offhook.errors import ConfigError


@dataclass(frozen=True)
class LampSettings:
    """The lamp on the desk."""

    colour: str = setting(
        "", Choice(("red", "green")), "what it shines in", missing=("is missing", "choose one")
    )
    blinks: int = setting(3, Whole(1, 10), "how often")
    night: bool = setting(False, Flag(), "at night as well", only=("battery",))
    password: str = setting("", Secret(inline=True), "its own")

    volts: int = 230
    """Not in the file."""

    def check(self, table: Table) -> None:
        if self.colour == "red" and self.blinks > 5:
            raise table.error("blinks", "is too much for red", "take at most 5")


def lamp(data: object, variant: str = "", *, needed: bool = True, base: Path = Path("/")) -> LampSettings:
    return read_section(
        LampSettings, Table(data, Source("desk.toml", base, {}), "lamp"), variant, needed=needed
    )


def test_each_setting_that_there_is_is_named_once() -> None:
    table = Table({"else": 1}, Source("desk.toml", Path("/"), {}), "desk")
    for name in ("height", "drawers", "height"):
        table.take(name, 0)
    with pytest.raises(ConfigError, match=r"\[desk\] takes drawers, height$"):
        table.finish()


def test_what_the_file_does_not_say_has_its_default() -> None:
    assert lamp({"colour": "red"}) == LampSettings("red", 3)
    assert lamp({}, needed=False) == LampSettings()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"colour": "blue"}, "lamp.colour: must be one of: red, green, not 'blue'. correct it"),
        ({"colour": "red", "blinks": 11}, "lamp.blinks: must be from 1 to 10, not 11. correct it"),
        ({"color": "red"}, "lamp.color: is not a setting. did you mean 'colour'?"),
        ({}, "lamp.colour: is missing. choose one"),
        ({"colour": "red", "volts": 12}, "lamp.volts: is not a setting. remove it; [lamp] takes "),
        ({"colour": "red", "blinks": 6}, "lamp.blinks: is too much for red. take at most 5"),
        ({"colour": "red", "night": True}, "lamp.night: is not a setting"),
        ({"colour": "red", "password": "x", "password_file": "y"}, "lamp.password_file: is set as well as"),
    ],
)
def test_an_error_names_key_and_fix(data: object, error: str) -> None:
    with pytest.raises(ConfigError) as caught:
        lamp(data)
    assert str(caught.value).startswith(f"desk.toml: {error}")


def test_a_variant_has_settings_of_its_own() -> None:
    assert lamp({"colour": "red", "night": True}, "battery").night


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "lamp.password").write_text("hunter2\n")
    found = lamp({"colour": "red", "password_file": "lamp.password"}, base=tmp_path)
    assert found.password == "hunter2" and "hunter2" not in repr(found)


def test_files_are_looked_at_once_all_else_is_right() -> None:
    with pytest.raises(ConfigError, match="is too much for red"):
        lamp({"colour": "red", "blinks": 6, "password_file": "nowhere"})


def test_a_setting_is_found_by_its_key() -> None:
    assert setting_of("tsp.listen").default.port == 7700
    assert setting_of("directory.source.0.password_file").field == "password"
    assert setting_of("switch.pbx.server").field == "servers"


def test_a_variable_is_named_as_its_setting() -> None:
    assert ENVIRONMENT["OFFHOOK_SWITCH_EMBEDDED_LISTEN"] == "switch.embedded.listen"
    assert all(setting_of(key).setting.environment for key in ENVIRONMENT.values())
    assert len(ENVIRONMENT) == 10
