"""What the first Offhook that kept anything wrote by its own code, today's has whole."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from offhook.call import Cause
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from tests.peers.earlier import earlier

pytestmark = pytest.mark.peer

OLDEST = "4c4b5c80"

WRITES = """
import sys
from pathlib import Path

from offhook.call import Call, CallState, Cause, Direction, Party
from offhook.manager.calllog import CallLog
from offhook.manager.users import UserStore

folder = Path(sys.argv[1])
users = UserStore(folder / "users.sqlite")
for number in range(5):
    users.add(f"user{number}", f"secret of {number}")
    users.set_terminals(f"user{number}", [str(4000 + number)])
    print(users.issue_token(f"user{number}", 1e6))
users.close()
log = CallLog(folder / "calls.sqlite", keep_days=None)
for number in range(1000):
    missed = number % 4 == 1
    log.record(
        Call(
            f"c{number}", str(4000 + number % 5), CallState.ON_HOOK,
            Party("이민호", "4001"), Party("", "4000"),
            1e9 + number * 100, Direction.INBOUND, None if missed else 1e9 + number * 100 + 5,
            1e9 + number * 100 + 60, Cause.NO_ANSWER if missed else Cause.NORMAL,
        )
    )
log.close()
"""


def test_users_tokens_and_calls_of_the_oldest_are_all_there(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    written = subprocess.run(
        [sys.executable, "-c", WRITES, str(state)],
        env=earlier(tmp_path / "old", OLDEST), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert written.returncode == 0, written.stderr
    with closing(SqliteUsers(state / "users.sqlite")) as users:
        for number, token in enumerate(written.stdout.split()):
            by_token = users.verify_token(token)
            assert by_token is not None and by_token.name == f"user{number}"
            assert by_token.may_use(str(4000 + number)) and not by_token.may_use("3999")
            assert users.verify(f"user{number}", f"secret of {number}") == by_token
        assert len(users.list()) == 5
    with closing(SqliteCallLog(state / "calls.sqlite", keep_days=None)) as log:
        calls = log.query(limit=2000)
        assert [call.id for call in calls] == [f"c{number}" for number in reversed(range(1000))]
        assert {call.cause for call in calls} == {Cause.NORMAL, Cause.NO_ANSWER}
        assert {call.caller.name for call in calls} == {"이민호"}
        assert [call.id for call in log.query(limit=2000, missed=True)] == [
            call.id for call in calls if call.cause is Cause.NO_ANSWER
        ]
