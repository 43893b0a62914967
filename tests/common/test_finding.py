"""A finding as one line."""

from offhook.common.finding import Finding, Level


def test_a_finding_says_what_to_do_behind_what_was_found() -> None:
    assert str(Finding("phone 4000", "is off", "switch it on", Level.WARN)) == "is off. switch it on"


def test_what_is_well_needs_nothing_done() -> None:
    finding = Finding("phone 4000", "is registered")
    assert str(finding) == "is registered"
    assert finding.level is Level.OK
