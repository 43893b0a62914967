"""Errors say what is wrong and what to do about it, in one line and apart."""

import pytest

from offhook.errors import AddressError, ConfigError, OffhookError, UnavailableError


def test_a_fix_stands_behind_what_is_wrong() -> None:
    error = UnavailableError("no server answers", "check the URL")
    assert (error.what, error.fix) == ("no server answers", "check the URL")
    assert str(error) == "no server answers; check the URL"


@pytest.mark.parametrize("kind", [OffhookError, AddressError, UnavailableError])
def test_an_error_may_have_no_fix(kind: type[OffhookError]) -> None:
    error = kind("the disk is full")
    assert (str(error), error.what, error.fix) == ("the disk is full", "the disk is full", "")


def test_an_error_of_the_configuration_names_the_place_first() -> None:
    error = ConfigError("offhook.toml", "tsp.listen", "is in use", "name another port")
    assert str(error) == "offhook.toml: tsp.listen: is in use. name another port"
    assert (error.key, error.what, error.fix) == ("tsp.listen", "is in use", "name another port")
