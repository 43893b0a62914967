"""`offhook init`: from nothing to a call."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from offhook.cli.firstrun.choices import InitError, Phone, read_country, read_phones, usual_country
from offhook.cli.firstrun.questions import Given, ask, without_asking
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.demo.phone import Phone as SipPhone
from tests.cli.helpers import LIMIT_S, Command, interrupt
from tests.peers.program import free_port


def heard(*answers: str) -> Callable[[str], str]:
    """A person who gives these answers."""
    left = iter(answers)
    return lambda _prompt: next(left)


def test_phones_are_named_one_by_one_or_as_a_row() -> None:
    assert read_phones("4000=Kim, 4001=Lee Min-ho") == (Phone("4000", "Kim"), Phone("4001", "Lee Min-ho"))
    assert [phone.id for phone in read_phones("098-100")] == ["098", "099", "100"]


@pytest.mark.parametrize("text", ["", "40 00", "4009-4000", "1-100000", "4000;4001"])
def test_what_is_no_list_of_phones_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(InitError, match="like 4000"):
        read_phones(text)


def test_the_country_is_that_of_the_language_unless_said_otherwise() -> None:
    assert usual_country({"LANG": "ko_KR.UTF-8"}) == "KR"
    assert usual_country({"LANG": "C.UTF-8"}) == ""
    assert read_country("uk") == "GB"
    with pytest.raises(InitError, match="two letters"):
        read_country("Atlantis")


def test_return_takes_what_stands_in_brackets_and_a_wrong_answer_is_asked_again() -> None:
    said: list[str] = []
    hear = heard("9", "1", "4000=", "nowhere?", "", "2x", "2", "9", "02-568-3848", "")
    choices = ask(Given(country=None), ["10.0.0.5"], hear, said.append)
    assert (choices.host, [one.id for one in choices.phones]) == ("0.0.0.0", ["4000"])
    assert "Type a number from 1 to 3." in said


def test_who_cannot_be_asked_gets_all_addresses_and_two_phones() -> None:
    choices = without_asking(Given(country=""), ["10.0.0.5"])
    assert (choices.host, [one.id for one in choices.phones]) == ("0.0.0.0", ["4000", "4001"])
    assert without_asking(Given(country=""), []).host == "127.0.0.1"


def passwords(text: str) -> list[str]:
    return re.findall(r"password: (\S+)", text)


async def test_without_start_it_only_makes_the_file_for_its_owner_s_eyes(tmp_path: Path) -> None:
    made = await Command(tmp_path).run("init", "--no-start", "--config", "o.toml", "--country", "KR")
    assert made.code == 0, made.err
    file = tmp_path / "o.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    config = load(file, environ={}, secrets=True)
    assert [one.password for one in config.terminals] == passwords(made.out)
    assert config.address.country == "KR"
    if sys.platform == "linux":
        assert "offhook service install --config o.toml" in made.out


async def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text("# mine\n")
    refused = await Command(tmp_path).run("init", "--no-start", "--config", "o.toml")
    assert refused.code == 1
    assert "is there already" in refused.err
    assert (tmp_path / "o.toml").read_text() == "# mine\n"


async def test_show_says_again_what_to_type_and_a_new_password_only_if_asked(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_CONFIG": str(tmp_path / "o.toml")})
    made = await command.run("init", "--no-start", "--config", "o.toml")
    shown = await command.run("terminal", "show", "4001")
    assert passwords(shown.out) == passwords(made.out)[1:]
    anew = await command.run("terminal", "show", "4001", "--new-password")
    assert passwords(anew.out)[0] not in passwords(made.out)
    assert passwords((await command.run("terminal", "show", "4001")).out) == passwords(anew.out)[:1]


LISTEN = "OFFHOOK_{}_LISTEN"


def a_command(folder: Path) -> Command:
    """With ports that nobody has, but for that of SIP."""
    ports = {LISTEN.format(part): f"127.0.0.1:{free_port()}" for part in ("TSP", "SSCP")}
    return Command(folder, ports)


async def test_phones_that_register_are_told_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    port = free_port()
    process = await a_command(tmp_path).start(
        *(
            "init",
            "--listen",
            "127.0.0.1",
            "--port",
            str(port),
            "--config",
            "o.toml",
            "--phones",
            "4000=Kim,4001",
        )
    )
    assert process.stdout is not None
    seen = ""
    async with asyncio.timeout(LIMIT_S):
        while "Waiting for the phones" not in seen:
            seen += (await process.stdout.readline()).decode()
        first, second = passwords(seen)
        here = ("127.0.0.1", port)
        async with SipPhone(here, "4000", first), SipPhone(here, "4001", second):
            while "offhook dial 4001" not in seen:
                seen += (await process.stdout.readline()).decode()
    assert "4000 Kim registered" in seen
    assert (await interrupt(process)).code == 0


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_a_person_answers_the_questions_and_makes_the_first_call(tmp_path: Path) -> None:
    port = free_port()
    ours, theirs = pty.openpty()
    command = a_command(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "offhook.cli.main", "init", "--config", "o.toml"),
        *("--listen", "127.0.0.1", "--port", str(port)),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8", **command.environ},
    )
    os.close(theirs)
    seen = ""

    async def until(text: str) -> None:
        nonlocal seen
        async with asyncio.timeout(LIMIT_S):
            while text not in seen:
                seen += (await asyncio.to_thread(os.read, ours, 4096)).decode()

    async def answer(prompt: str, text: str) -> None:
        await until(prompt)
        os.write(ours, text.encode() + b"\n")

    try:
        await answer("Phones [", "4000=Kim, 4001=Lee")
        await answer("Country", "KR")
        await answer("Area code", "2")
        await answer("outside line", "9")
        await answer("Try a number", "02-568-3848")
        await until("dialled as 9")
        await answer("Try a number", "")
        await until("Waiting for the phones")
        here = ("127.0.0.1", port)
        first, second = passwords(seen)
        answers = Behaviour(answer_after=0.1, auto_answer=False)
        async with SipPhone(here, "4000", first), SipPhone(here, "4001", second, behaviour=answers) as called:
            await answer("Call 4001 from 4000 now?", "")
            await until("connected")
            called.calls[0].hang_up()
            await until("That was it")
    finally:
        process.terminate()
        await process.wait()
        os.close(ours)
