"""What is stored goes from any database to any other, whole, and twice does no harm."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import Party, Privacy
from offhook.errors import ConfigError
from offhook.manager.audit import Entry, Event
from offhook.manager.outbox import Letter
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.audit import read_audit
from offhook.manager.stores.statefiles import StateFiles
from offhook.manager.stores.transfer import TABLES, check, load, write
from tests.manager.helpers import OVER, TALKING
from tests.manager.stores.sites import PostgresSite, Site, SqliteSite

PHONE = ProvisionedPhone(mac="805ec0123456", model="A10", terminal="4003", secret="s3cret-of-a-phone")
CALLS = [
    replace(OVER, connected_party=Party("Park", "4002"), external=True, by_hand=True),
    replace(OVER, id="c2", started=1_764_547_200.5, connected=None, ended=1_764_547_210.0),
    replace(TALKING, id="c3", caller=Party('Ki "m"\u2028', "\u0001", Privacy.WITHHELD), started=1001.0),
]


def filled(site: Site) -> str:
    """Something of everything; a token that is valid."""
    with closing(site.users()) as users:
        users.add("kim", "secret", terminals=["4000"], watches=["*"])
        users.add("root", "toor", administrator=True)
        users.remember_place("kim", "192.0.2.0/24")
        users.keep_settings("kim", '{"theme":"dark"}')
        users.issue_token("kim", 10.0**9)
        token = users.issue_token("kim", 10.0**9, "at my desk")
    with closing(site.phones()) as phones:
        phones.add(PHONE)
    with closing(site.outbox()) as outbox:
        outbox.add([Letter(f"m{n}", "crm", "c1", b"\x00\xff{}", 1.0, 2.0) for n in range(3)])
    with closing(site.calls(keep_days=None)) as log:
        for call in CALLS:
            log.record(call)
        log.keep_missed("4000", 2)
    with closing(site.audit()) as audit:
        audit.record(Event.DIAL, "ok", door="sscp", user="kim", number="4001")
        audit.record(Event.LOGIN, "not-allowed", door="http", user="lee", source="192.0.2.9")
    site.forward('{"forwardings": [["always", "4001", 0.0]], "do_not_disturb": true}')
    return token


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    if request.param == "sqlite":
        return SqliteSite(tmp_path_factory.mktemp("target"))
    return PostgresSite(request.getfixturevalue("another_server"))


def rows_of(site: Site) -> dict[str, list[object]]:
    with closing(site.state()) as store:
        found = {table: [list(row) for row in store.rows(table)] for table in TABLES}
    for table in TABLES.keys() - {"audit", "letters"}:
        found[table].sort(key=repr)
    for value in found["forwardings"]:
        value[1] = json.loads(str(value[1]))
    return found  # type: ignore[return-value]


def test_all_that_is_stored_is_there_afterwards_in_whatever_database(
    site: Site, target: Site, tmp_path: Path
) -> None:
    token = filled(site)
    file = tmp_path / "offhook.state"
    with closing(site.state()) as store:
        counts = write(store, file, secrets=True)
    assert counts == check(file)
    assert set(counts) == set(TABLES)
    with closing(target.state()) as store:
        done = load(store, file)
    assert done == {table: (count, count) for table, count in counts.items()}
    assert rows_of(target) == rows_of(site)
    with closing(target.users()) as users:
        principal = users.verify_token(token)
        assert principal is not None and principal.name == "kim" and users.verify("root", "toor")
    with closing(target.state()) as store:
        again = load(store, file, without=["audit"])
        assert store.holds_audit()
    assert {table: added for table, (added, _) in again.items() if added} == {}
    assert rows_of(target) == rows_of(site)


def test_a_file_is_its_owners_only_has_hashes_alone_and_takes_no_others_place(tmp_path: Path) -> None:
    site, file = SqliteSite(tmp_path), tmp_path / "offhook.state"
    token = filled(site)
    with closing(site.state()) as store:
        assert "phones" not in write(store, file)
        with pytest.raises(FileExistsError):
            write(store, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    for secret in (b'"secret"', b"toor", token.encode(), PHONE.secret.encode()):
        assert secret not in data


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = SqliteSite(tmp_path / "one"), SqliteSite(tmp_path / "two")
    for site, password in ((one, "old"), (two, "new")):
        with closing(site.users()) as users:
            users.add("kim", password)
    with closing(one.state()) as store:
        write(store, tmp_path / "file")
    with closing(two.state()) as store:
        assert load(store, tmp_path / "file") == {"users": (0, 1)}
    with closing(two.users()) as users:
        assert users.verify("kim", "new") is not None


def signed(*lines: str) -> str:
    text = "".join(f"{line}\n" for line in lines)
    counts: dict[str, int] = {}
    for line in lines[1:]:
        table = next(iter(json.loads(line)))
        counts[table] = counts.get(table, 0) + 1
    end = {"end": counts, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return text + json.dumps(end) + "\n"


HEAD = '{"offhook": "state", "version": 1, "made": 1.0}'
KIM = '{"users": ["kim", "hash", 0, "[]", 7, "local", 0, "[]"]}'
PLACE = '{"places": ["kim", "192.0.2.0/24", 5]}'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "line 0: the file ends here"),
        ("nonsense\n", "line 1: this is no line of an export"),
        ("[]\n", "line 1: this is no line of an export"),
        ('{"a": 1}\n', "is no export of an Offhook"),
        ('{"offhook": "state", "version": 3}\n', r"newer Offhook \(version 3\)\. upgrade"),
        (f"{HEAD}\n{KIM}\n", "line 2: the file ends here, and is not whole"),
        (signed(HEAD, KIM).replace("kim", "lee"), "line 3: the file was changed"),
        (signed(HEAD, KIM) + KIM, "line 3: the file was changed"),
        (signed(HEAD, PLACE, KIM), "line 3: users is not expected here"),
        (signed(HEAD, '{"passwords": []}'), "line 2: passwords is not expected"),
        (signed(HEAD, KIM.replace("7", '"7"')), "line 2: this is no row of users"),
        (signed(HEAD, KIM.replace('"[]"', '"{"')), "line 2: this is no row of users"),
        (signed(HEAD, KIM.replace("0", "true")), "line 2: this is no row of users"),
        (signed(HEAD, '{"tokens": ["xx", "kim", 1, 2]}'), "line 2: this is no row of tokens"),
        (signed(HEAD, '{"calls": ["c1"]}'), "line 2: this is no row of calls"),
        (signed(HEAD, '{"audit": [1.5, "dial", "sscp"]}'), "line 2: this is no row of audit"),
        (HEAD + "\n" + "[" * 100_000 + "\n", "line 2: this is no line"),
    ],
)
def test_a_file_that_is_not_whole_or_no_export_is_refused_with_the_line(
    tmp_path: Path, text: str, wrong: str
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    with pytest.raises(ConfigError, match=wrong):
        check(file)


def test_an_export_of_before_entries_had_a_node_is_read(tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    folder.mkdir()
    file.write_text(signed(HEAD, '{"audit": [1.5, "dial", "sscp", "kim", "", "ok", "4000", "1", "c", 0]}'))
    with closing(StateFiles(folder)) as store:
        assert load(store, file) == {"audit": (1, 1)}
    assert list(read_audit(folder)) == [
        Entry(1.5, "dial", "sscp", "kim", "", "ok", "4000", "1", "c", node="")
    ]


@pytest.mark.parametrize(
    "change", [lambda row: [*row[:8], 1e12, *row[9:]], lambda row: [*row[:2], "up", *row[3:]]]
)
def test_a_call_that_nobody_could_read_is_refused(
    tmp_path: Path, change: Callable[[list[object]], list[object]]
) -> None:
    site = SqliteSite(tmp_path)
    with closing(site.calls(keep_days=None)) as log:
        log.record(OVER)
    with closing(StateFiles(tmp_path)) as store:
        (row,) = (list(one) for one in store.rows("calls"))
    (tmp_path / "file").write_text(signed(HEAD, json.dumps({"calls": change(row)})))
    with pytest.raises(ConfigError, match="no row of calls"):
        check(tmp_path / "file")


def test_an_export_that_fails_leaves_no_file(tmp_path: Path) -> None:
    class Broken:
        def rows(self, table: str) -> Iterator[list[object]]:
            raise OSError("the disk is full")

        def add(self, table: str, rows: object) -> int:
            raise AssertionError

    with pytest.raises(OSError, match="full"):
        write(Broken(), tmp_path / "file")
    assert not (tmp_path / "file").exists()
