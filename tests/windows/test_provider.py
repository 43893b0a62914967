"""Installing and removing: what is done, in which order, and what it leaves. Beside `test_in_wine.py`."""

from pathlib import Path

import pytest

from offhook.windows.lines import LINES, Line, add_line, read_lines
from offhook.windows.ports import TelephonyError
from offhook.windows.provider import find_provider, install, status, uninstall
from tests.windows.helpers import NATIVE, OTHER, FakeWindows


@pytest.fixture
def fake(tmp_path: Path) -> FakeWindows:
    return FakeWindows(tmp_path)


def test_install_copies_both_dlls_before_tapi_is_told(fake: FakeWindows) -> None:
    report = install(fake.windows())
    assert fake.log == ["stop", "put System32", "put SysWOW64", "add offhook.tsp", "start"]
    assert (fake.files.native.read_bytes(), fake.files.other.read_bytes()) == (NATIVE, OTHER)
    assert report.provider == 5
    assert report.restarted


def test_a_service_that_does_not_run_is_not_started(fake: FakeWindows) -> None:
    fake.service.is_running = False
    install(fake.windows())
    assert fake.log == ["put System32", "put SysWOW64", "add offhook.tsp"]


def test_installing_again_does_nothing(fake: FakeWindows) -> None:
    install(fake.windows())
    fake.log.clear()
    report = install(fake.windows())
    assert fake.log == []
    assert report.was_there
    assert not report.copied


def test_an_upgrade_replaces_the_files_and_keeps_the_provider_id(fake: FakeWindows) -> None:
    install(fake.windows())
    fake.files.native.write_bytes(b"an older one")
    fake.log.clear()
    report = install(fake.windows())
    assert fake.log == ["stop", "put System32", "start"]
    assert report.provider == 5
    assert fake.files.native.read_bytes() == NATIVE


def test_a_silent_install_sets_the_line_up_before_the_provider_sees_it(fake: FakeWindows) -> None:
    line = Line(terminal="4000", name="Kim", host="messenger.example.org", port=7800)
    report = install(fake.windows(), line, "s3cret")
    assert [other.name for other in read_lines(fake.registry)] == ["Kim"]
    assert fake.registry.keys[rf"{LINES}\1\Secret"] == {"Token": "secret:s3cret"}
    assert report.line is not None
    assert report.line.index == 1


def test_a_silent_install_over_a_bare_one_takes_its_empty_line(fake: FakeWindows) -> None:
    install(fake.windows())
    install(fake.windows(), Line(terminal="4000"))
    assert [(line.index, line.shown) for line in read_lines(fake.registry)] == [(1, "Offhook 4000")]


def test_a_silent_install_again_changes_the_line_of_that_terminal(fake: FakeWindows) -> None:
    install(fake.windows(), Line(terminal="4000", name="Kim"), "s3cret")
    install(fake.windows(), Line(terminal="4000", host="10.0.0.7"))
    assert read_lines(fake.registry) == [Line(terminal="4000", name="Kim", host="10.0.0.7", index=1)]
    assert fake.registry.keys[rf"{LINES}\1\Secret"] == {"Token": "secret:s3cret"}


def test_a_silent_install_again_leaves_what_is_said_of_calls_by_hand(fake: FakeWindows) -> None:
    install(fake.windows(), Line(terminal="4000", report_manual="always"))
    install(fake.windows(), Line(terminal="4000"))
    assert read_lines(fake.registry)[0].report_manual == "always"
    install(fake.windows(), Line(terminal="4000", report_manual="auto"))
    assert read_lines(fake.registry)[0].report_manual == "auto"


def test_nothing_is_left_of_an_install_that_tapi_refuses(fake: FakeWindows) -> None:
    fake.tapi.refuses = True
    with pytest.raises(TelephonyError, match="did not add"):
        install(fake.windows(), Line(terminal="4000"), "s3cret")
    assert fake.left_behind() == []
    assert fake.registry.keys.keys() & {LINES, r"SOFTWARE\Offhook\TSP"} == set()
    assert fake.service.is_running


def test_a_refused_install_gives_older_files_and_lines_back(fake: FakeWindows) -> None:
    install(fake.windows(), Line(terminal="4000", host="10.0.0.7"))
    fake.tapi.listed.popitem()
    fake.files.native.write_bytes(b"an older one")
    fake.tapi.refuses = True
    with pytest.raises(TelephonyError):
        install(fake.windows(), Line(terminal="4000", host="10.0.0.8"))
    assert fake.files.native.read_bytes() == b"an older one"
    assert [line.host for line in read_lines(fake.registry)] == ["10.0.0.7"]


def test_services_that_need_telephony_are_left_alone_and_told(fake: FakeWindows) -> None:
    fake.service.needed_by = ["RasMan"]
    report = install(fake.windows())
    assert fake.log == ["put System32", "put SysWOW64", "add offhook.tsp"]
    assert report.busy == ["RasMan"]
    assert not report.restarted


def test_services_that_need_telephony_are_stopped_when_that_is_wanted(fake: FakeWindows) -> None:
    fake.service.needed_by = ["Fax", "RasMan"]
    install(fake.windows(), stop_others=True)
    assert fake.log[:3] == ["stop Fax", "stop RasMan", "stop"]
    assert fake.log[-3:] == ["start", "start RasMan", "start Fax"]


def test_a_service_that_hangs_leaves_everything_as_it_was(fake: FakeWindows) -> None:
    fake.service.hangs = True
    fake.service.needed_by = ["Fax"]
    with pytest.raises(TelephonyError, match="does not stop"):
        install(fake.windows(), stop_others=True)
    assert fake.log == ["stop Fax", "stop", "start Fax"]
    assert fake.left_behind() == []


def test_a_dialing_location_is_made_when_there_is_none(fake: FakeWindows) -> None:
    assert install(fake.windows()).location
    locations = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Telephony\Locations"
    assert fake.registry.keys[rf"{locations}\Location1"]["Country"] == 82
    assert fake.registry.keys[locations] == {"CurrentID": 1, "NextID": 2}
    assert not install(fake.windows()).location


def test_only_an_administrator_may_install_or_remove(fake: FakeWindows) -> None:
    for action in (install, uninstall):
        with pytest.raises(TelephonyError, match="Run as administrator"):
            action(fake.windows(administrator=False))
    assert fake.log == []


def test_uninstall_leaves_nothing_behind(fake: FakeWindows) -> None:
    install(fake.windows(), Line(terminal="4000"), "s3cret")
    fake.trace_file.parent.mkdir(parents=True)
    for name in ("tsp.log", "tsp.log.1"):
        fake.trace_file.with_name(name).write_text("dialling")
    fake.log.clear()
    report = uninstall(fake.windows())
    assert fake.log == ["remove 5", "stop", "delete System32", "delete SysWOW64", "start"]
    assert fake.left_behind() == []
    assert not [key for key in fake.registry.keys if key.startswith(r"SOFTWARE\Offhook\TSP")]
    assert not fake.trace_file.parent.exists()
    assert report.was_there


def test_uninstalling_twice_is_fine(fake: FakeWindows) -> None:
    install(fake.windows())
    uninstall(fake.windows())
    fake.log.clear()
    assert not uninstall(fake.windows()).was_there
    assert fake.log == []


def test_a_dll_that_was_deleted_is_put_back_to_remove_itself(fake: FakeWindows) -> None:
    install(fake.windows())
    fake.files.native.unlink()
    fake.log.clear()
    uninstall(fake.windows())
    assert fake.log[:2] == ["put System32", "remove 5"]
    assert fake.left_behind() == []


def test_a_dll_that_was_damaged_is_put_back_to_remove_itself(
    fake: FakeWindows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loads(provider: int) -> None:
        if fake.files.native.read_bytes() != NATIVE:
            raise TelephonyError("the provider could not be loaded")
        removes(provider)

    removes = fake.tapi.remove
    monkeypatch.setattr(fake.tapi, "remove", loads)
    install(fake.windows(), Line(terminal="4000"))
    fake.files.native.write_bytes(b"damaged")
    uninstall(fake.windows())
    assert find_provider(fake.windows()) is None
    assert fake.left_behind() == []


def test_a_provider_that_tapi_keeps_is_told(fake: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    def keeps(provider: int) -> None:
        raise TelephonyError(f"{provider} stays")

    install(fake.windows())
    monkeypatch.setattr(fake.tapi, "remove", keeps)
    for content in (NATIVE, b"an older one, or damaged"):
        fake.files.native.write_bytes(content)
        with pytest.raises(TelephonyError, match="stays"):
            uninstall(fake.windows())


def test_lines_without_a_provider_are_removed_as_well(fake: FakeWindows) -> None:
    add_line(fake.registry, Line(terminal="4000"), None)
    assert uninstall(fake.windows()).was_there
    assert read_lines(fake.registry) == []


def test_the_provider_is_found_whatever_the_path_it_was_added_with(fake: FakeWindows) -> None:
    fake.tapi.listed[9] = r"C:\Windows\System32\OFFHOOK.TSP"
    assert find_provider(fake.windows()) == 9


def test_status_tells_what_is_there(fake: FakeWindows) -> None:
    before = status(fake.windows(administrator=False))
    assert (before.provider, set(before.files.values()), before.lines) == (None, {"missing"}, [])
    install(fake.windows(), Line(terminal="4000"))
    fake.files.other.write_bytes(b"an older one")
    after = status(fake.windows(administrator=False))
    assert after.provider == 5
    assert list(after.files.values()) == ["current", "different"]
    assert [line.terminal for line in after.lines] == ["4000"]


def test_a_package_without_the_dlls_says_so(fake: FakeWindows, tmp_path: Path) -> None:
    (tmp_path / "package" / "x86" / "offhook.tsp").unlink()
    with pytest.raises(TelephonyError, match="make tsp"):
        install(fake.windows())
    assert fake.log == []
