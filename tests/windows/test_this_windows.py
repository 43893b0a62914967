"""Which program tells TAPI of the provider, by the kinds of process and machine."""

from pathlib import Path

import pytest

from offhook.windows.ports import TelephonyError
from offhook.windows.tapi import Tapi32
from offhook.windows.this_windows import PROVIDER_PROGRAM, tapi_of


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    (tmp_path / "arm64").mkdir()
    (tmp_path / "arm64" / PROVIDER_PROGRAM).write_bytes(b"MZ")
    return tmp_path


@pytest.mark.parametrize("kind", ["x64", "x86", "arm64"])
def test_a_process_of_the_machines_own_kind_does_it_itself(packaged: Path, kind: str) -> None:
    assert tapi_of(kind, kind, packaged) is Tapi32


def test_an_emulated_x64_process_on_arm64_has_a_program_for_it(packaged: Path) -> None:
    assert tapi_of("x64", "arm64", packaged) == packaged / "arm64" / PROVIDER_PROGRAM


@pytest.mark.parametrize(("process", "machine"), [("x86", "arm64"), ("x86", "x64")])
def test_another_process_is_told_what_it_takes(packaged: Path, process: str, machine: str) -> None:
    with pytest.raises(TelephonyError, match=f"use Offhook with the {machine} Python"):
        tapi_of(process, machine, packaged)


def test_a_package_without_that_program_is_told_the_same(tmp_path: Path) -> None:
    with pytest.raises(TelephonyError, match="use Offhook with the arm64 Python"):
        tapi_of("x64", "arm64", tmp_path)
