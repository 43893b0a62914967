"""`python -m bench call_log_size`."""

import pytest

from bench.call_log_size import check_disk, main
from bench.report import TooSmallError


def test_more_calls_than_the_disk_has_room_for_are_refused_before_any_is_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(TooSmallError, match="are free; set TMPDIR, or --calls"):
        check_disk(10**15)
    assert main(["--calls", str(10**15)]) == 1
    assert "TMPDIR" in capsys.readouterr().err
