"""`offhook dial` and `offhook drop`."""

import json
import socket
import time
from pathlib import Path
from typing import cast

import pytest

from offhook.call import CallState, Party
from offhook.cli.commands import dial
from offhook.cli.tspsession import TspSession
from offhook.tsp.messages import CallStateNotify
from tests.cli.helpers import Command, PlayedMessenger, Result, a_site, interrupt, said, state, write_config

LOGIN = said("Response%Success%2")
SUCCESS = said("Response%Success")


async def played(folder: Path, answers: tuple[str, ...], *arguments: str) -> tuple[Result, list[str]]:
    """The command's result, and what the Smart Messenger heard, when it answers so."""
    async with PlayedMessenger(*answers) as messenger:
        result = await Command(folder, messenger.environ).run(*arguments)
        return result, messenger.heard


async def test_dial_logs_in_and_dials(tmp_path: Path) -> None:
    result, heard = await played(tmp_path, (LOGIN, SUCCESS), "dial", "+82 (2) 568-3848")
    assert heard == ["Action%Login%%", "Action%Dial%+82 (2) 568-3848"]
    assert (result.code, result.out, result.err) == (0, "calling +82 (2) 568-3848\n", "")


async def test_dial_says_whom_it_calls_and_at_what_number(tmp_path: Path) -> None:
    earlier = state("Proceed", "old")
    begun = state("OffHook", "new").replace("Lee%4001", "%9025683848")
    result, _ = await played(tmp_path, (LOGIN, said("Response%Success", begun)), "dial", "02-568-3848")
    assert result.out == "calling 9025683848\n"
    named = state("OffHook", "new")
    answers = (said("Response%Success%2", earlier), said("Response%Success", named))
    result, _ = await played(tmp_path, answers, "dial", "T4001")
    assert result.out == "calling Lee (4001)\n"


async def test_dial_prints_the_call_as_json_without_waiting_for_it(tmp_path: Path) -> None:
    answers = (LOGIN, said("Response%Success", state("OffHook", "new")))
    result, _ = await played(tmp_path, answers, "dial", "4001", "--json")
    call = json.loads(result.out)
    assert (call["call"], call["state"], call["callee"]) == (
        "new",
        "OffHookState",
        {"name": "Lee", "id": "4001"},
    )


async def test_a_call_that_comes_to_nothing_at_once_is_told_without_waiting(tmp_path: Path) -> None:
    over = state("OnHook", "new", "busy")
    answers = (LOGIN, said("Response%Success", state("OffHook", "new"), over))
    result, _ = await played(tmp_path, answers, "dial", "4001")
    assert (result.code, result.out) == (1, "calling Lee (4001)\n")
    assert result.err == "offhook: no connection: Lee (4001) is busy\n"


async def test_dial_prints_json_also_when_nothing_is_told_of_the_call_yet(tmp_path: Path) -> None:
    result, _ = await played(tmp_path, (LOGIN, SUCCESS), "dial", "4001", "--json")
    assert json.loads(result.out)["address"] == "4001"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Lee", "'Lee' is not a number; did you mean Lee Min-ho (4001)?"),
        ("min", "'min' is not a number; did you mean Lee Min-ho (4001)?"),
        ("Mueler", "'Mueler' is not a number; did you mean Ben Müller (4002)?"),
        ("zoe", "'zoe' is not a number; did you mean Zoë Brontë (+82 2 568 3848)?"),
        ("bronet", "'bronet' is not a number; did you mean Zoë Brontë (+82 2 568 3848)?"),
        ("40a1", "'40a1' is not a number; give the number alone, like 4001 or +82 2 568 3848"),
    ],
)
async def test_a_name_is_not_dialled_but_who_has_it_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "people.vcf").write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë Brontë\nTEL:+82 2 568 3848\nEND:VCARD\n", encoding="utf-8"
    )
    (tmp_path / "offhook.toml").write_text(
        """
        [state]
        dir = "state"
        [[terminal]]
        id = "4001"
        name = "Lee Min-ho"
        password = "first-password"
        [[terminal]]
        id = "4002"
        name = "Ben Müller"
        password = "other-password"
        [[directory.source]]
        type = "vcard"
        file = "people.vcf"
        """,
        encoding="utf-8",
    )
    (tmp_path / "offhook.toml").chmod(0o600)
    if text in ("zoe", "bronet"):  # what is kept on this machine is asked
        assert (await Command(tmp_path).run("search", "zoe")).code == 0
    answers = (LOGIN, said("Response%Fail%invalid-address"))
    result, heard = await played(tmp_path, answers, "dial", text)
    assert (result.code, result.err) == (1, f"offhook: {says}\n")
    assert heard[1] == f"Action%Dial%{text}"


async def test_dial_for_a_terminal_with_the_token_of_the_state_folder(tmp_path: Path) -> None:
    (tmp_path / "tsp.token").write_text("let-me-in\n")
    (tmp_path / "offhook.toml").write_text('[state]\ndir = "."\n')
    _, heard = await played(tmp_path, (LOGIN, SUCCESS), "dial", "4001", "--terminal", "4000")
    assert heard[0] == "Action%Login%4000%let-me-in"


async def test_dial_works_with_a_messenger_that_knows_no_login(tmp_path: Path) -> None:
    result, heard = await played(tmp_path, (said("Response%Fail"), SUCCESS), "dial", "4001")
    assert (result.code, heard[1]) == (0, "Action%Dial%4001")


async def test_a_refused_login_for_a_terminal_dials_nothing(tmp_path: Path) -> None:
    answers = (said("Response%Fail%not-allowed"), SUCCESS)
    result, heard = await played(tmp_path, answers, "dial", "4001", "--terminal", "4009")
    assert result.code == 1
    assert "the login for terminal 4009 was refused (not-allowed)" in result.err
    assert len(heard) == 1


async def test_a_phone_that_the_site_has_not_is_told_with_those_that_it_has(tmp_path: Path) -> None:
    write_config(tmp_path)
    answers = (said("Response%Fail"), SUCCESS)
    result, _ = await played(tmp_path, answers, "dial", "4001", "--terminal", "4009")
    assert (result.code, result.err) == (1, "offhook: there is no phone 4009; phones: 4000, 4001\n")


async def test_a_refused_dial_exits_with_1_and_the_reason(tmp_path: Path) -> None:
    result, _ = await played(tmp_path, (LOGIN, said("Response%Fail%terminal-unavailable")), "dial", "4001")
    assert result.code == 1
    assert result.err == (
        "offhook: calling 4001 was refused (terminal-unavailable); "
        "your own phone is not registered, see: offhook check\n"
    )


async def test_without_the_call_manager_dial_exits_with_3(tmp_path: Path) -> None:
    result, _ = await played(tmp_path, (LOGIN, said("Response%Fail%unavailable")), "dial", "4001")
    assert result.code == 3


async def test_without_a_smart_messenger_dial_exits_with_3(tmp_path: Path) -> None:
    async with PlayedMessenger() as gone:
        environ = gone.environ
    result = await Command(tmp_path, environ).run("dial", "4001")
    assert result.code == 3
    assert "start it with: offhook up" in result.err


async def test_without_the_required_token_dial_names_its_file(tmp_path: Path) -> None:
    async with PlayedMessenger() as messenger:
        environ = messenger.environ | {"OFFHOOK_TSP_REQUIRE_TOKEN": "true"}
        result = await Command(tmp_path, environ).run("dial", "4001")
    assert result.code == 2
    assert "tsp.token: tsp.token_file: does not exist" in result.err


async def test_wait_shows_each_state_and_exits_with_0_after_a_connection(tmp_path: Path) -> None:
    call = [state(name) for name in ("OffHook", "Proceed", "RingBack", "Connected")]
    answers = (LOGIN, said("Response%Success", *call, state("OnHook", "c1", "normal")))
    result, _ = await played(tmp_path, answers, "dial", "4001", "--wait")
    assert result.code == 0
    shown = [line.split(" s  ")[1] for line in result.out.splitlines()]
    assert shown == [
        "ringing your phone",
        "calling  Lee (4001)",
        "rings  Lee (4001)",
        "connected  Lee (4001)",
        "over (call ended)",
    ]


async def test_wait_exits_with_1_and_the_cause_without_a_connection(tmp_path: Path) -> None:
    answers = (LOGIN, said("Response%Success", state("OffHook"), state("OnHook", "c1", "busy")))
    result, _ = await played(tmp_path, answers, "dial", "4001", "--wait")
    assert (result.code, result.err) == (1, "offhook: no connection: Lee (4001) is busy\n")


async def test_wait_does_not_follow_a_call_that_was_there_before(tmp_path: Path) -> None:
    before = said("Response%Success%2", state("Connected", "old"))
    rest = (
        "Response%Success",
        state("OffHook", "new"),
        state("OnHook", "old"),
        state("OnHook", "new", "busy"),
    )
    result, _ = await played(tmp_path, (before, said(*rest)), "dial", "4001", "--wait", "--json")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [(line["call"], line["state"], line["cause"]) for line in lines] == [
        ("new", "OffHookState", None),
        ("new", "OnHookState", "busy"),
    ]


async def test_an_interrupted_wait_drops_the_call(tmp_path: Path) -> None:
    over = said("Response%Success", state("OnHook", "c1", "dropped"))
    async with PlayedMessenger(LOGIN, said("Response%Success", state("OffHook")), over) as messenger:
        process = await Command(tmp_path, messenger.environ).start("dial", "4001", "--wait")
        assert process.stdout is not None
        await process.stdout.readline()
        result = await interrupt(process)
    assert messenger.heard[-1] == "Action%Drop%c1"
    assert result.code == 130
    assert "over (hung up before the answer)" in result.out


async def test_drop_names_the_call(tmp_path: Path) -> None:
    result, heard = await played(tmp_path, (LOGIN, SUCCESS), "drop", "4001")
    assert (result.code, heard[1]) == (0, "Action%Drop%4001")


async def test_drop_without_a_name_is_for_the_newest_call(tmp_path: Path) -> None:
    result, heard = await played(tmp_path, (LOGIN, SUCCESS), "drop")
    assert (result.code, heard[1]) == (0, "Action%Drop%")


async def test_drop_exits_with_1_when_there_is_no_such_call(tmp_path: Path) -> None:
    result, _ = await played(tmp_path, (LOGIN, said("Response%Fail%no-such-call")), "drop")
    assert result.code == 1
    assert "your phone has no call that it made; end another by its number or id" in result.err


async def test_an_address_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    for command in ("dial", "drop"):
        result, heard = await played(tmp_path, (LOGIN, SUCCESS), command, "1" * 65)
        assert (result.code, heard) == (1, [])


async def test_what_follows_the_number_does_not_count_in_its_length(tmp_path: Path) -> None:
    long = "+1 (650) 253-0000|4711^Dr. Friederike von Hohenstein-Schoenberg, Einkauf"
    link = "tel:+1-650-253-0000;ext=4711;isub=12;x-from=" + "sales" * 20
    for command in ("dial", "drop"):
        _, heard = await played(tmp_path, (LOGIN, SUCCESS), command, long)
        assert heard[1] == f"Action%{command.title()}%+1 (650) 253-0000"
        _, heard = await played(tmp_path, (LOGIN, SUCCESS), command, "\n4001\n4002")
        assert heard[1] == f"Action%{command.title()}%4001"
        _, heard = await played(tmp_path, (LOGIN, SUCCESS), command, link)
        assert heard[1] == f"Action%{command.title()}%+16502530000"


async def test_dial_and_drop_with_the_real_thing(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000", "4001"]) as (command, _):
        process = await command.start("dial", "4001", "--wait")
        assert process.stdout is not None
        while b"connected" not in await process.stdout.readline():
            pass
        dropped = await command.run("drop", "4001")
        assert dropped.code == 0, dropped.err
        assert await process.wait() == 0
        called = await command.run("dial", "tel:4001")
        assert called.out == "calling Lee Min-ho (4001)\n"
        assert (await command.run("drop")).code == 0
        unreachable = await command.run("dial", "4009", "--wait")
        assert (unreachable.code, unreachable.err) == (
            1,
            "offhook: no connection: 4009 cannot be reached: nobody has that number, or there is no way to it"
            " just now; see: offhook check\n",
        )


async def test_wait_says_that_a_number_outside_takes_a_trunk(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000"]) as (command, _):
        result = await command.run("dial", "+498912345678", "--wait")
    assert (result.code, result.err) == (
        1,
        "offhook: no connection: +498912345678 cannot be reached: this switch has no way out;"
        " add a [[trunk]] to the configuration\n",
    )


async def test_wait_says_of_a_colleagues_phone_that_it_is_not_registered(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000"]) as (command, _):
        result = await command.run("dial", "4001", "--wait")
    assert (result.code, result.err) == (
        1,
        "offhook: no connection: phone Lee Min-ho (4001) is not registered;"
        " switch it on, see: offhook terminal list\n",
    )


async def test_where_the_call_manager_cannot_be_reached_dial_says_why(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    url = f"wss://127.0.0.1:{port}"
    (tmp_path / "offhook.toml").write_text(
        f'[sscp]\nurl = "{url}"\nuser = "kim"\npassword_file = "password"\n'
    )
    result, _ = await played(tmp_path, (LOGIN, said("Response%Fail%unavailable")), "dial", "4001")
    assert result.code == 3
    assert result.err == (
        f"offhook: calling 4001 was refused (unavailable); the Call Manager at {url} cannot be reached:"
        " nothing listens there; start it, or correct its address and port; see: offhook check\n"
    )


class Quiet:
    """A session in which nothing is told for long after each state."""

    earlier: frozenset[str] = frozenset()

    def __init__(self, *states: CallState) -> None:
        self._left = [
            CallStateNotify("4000", one, "c1", Party("Kim", "4000"), Party("Lee", "4001")) for one in states
        ]

    def quiet_for(self, _limit_s: float) -> bool:
        return True

    def notify(self) -> CallStateNotify:
        return self._left.pop(0)


@pytest.mark.parametrize("as_json", [False, True])
def test_who_waits_for_long_is_told_what_for(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    session = Quiet(*(CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.ON_HOOK))
    dial._Wait(cast(TspSession, session), as_json, time.monotonic()).until_over()
    lines = capsys.readouterr().out.splitlines()
    told = [line.split(" s  ")[-1] for line in lines]
    if as_json:
        assert len(lines) == 4
    else:
        assert told[1] == "your phone rings: lift it, or have it answer by itself (auto-answer)"
        assert told[3].startswith("Lee (4001) says nothing")
        assert len(told) == 6, "ringing may last"
