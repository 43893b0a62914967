"""Somebody who reads logs, process lists and what a crash leaves."""

import argparse
import asyncio
import logging
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from offhook.call import Dtmf
from offhook.cli.parsers import COMMANDS
from offhook.config import load
from offhook.demo.phone import Phone
from offhook.errors import UnavailableError
from offhook.sscp.commands import Perform, to_message
from offhook.sscp.messages import Login, Logout
from tests.attacks.programs import in_process_list, started
from tests.attacks.site import PASSWORDS, Attacker, attacking, say, write_site
from tests.cli.helpers import interrupt

WRONG = "a-password-typed-wrong"


async def use(ports: dict[str, int], tsp_token: str) -> list[str]:
    """Everything that takes a secret, rightly and wrongly; the secrets that were in it."""
    async with Phone(("127.0.0.1", ports["sip"]), "4000", "phone-4000-password"):
        with pytest.raises(UnavailableError):
            await Phone(("127.0.0.1", ports["sip"]), "4001", WRONG).start()
    async with attacking(f"ws://127.0.0.1:{ports['sscp']}") as client:
        await client.log_in("kim", WRONG)
        await client.ask('{"type": "login", "id": "x", "password": "' + WRONG + '"}')
        token = await a_token(client)
    async with attacking(f"ws://127.0.0.1:{ports['sscp']}") as client:
        assert await client.log_in(token=token) == ""
    reader, writer = await asyncio.open_connection("127.0.0.1", ports["tsp"])
    assert await say(reader, writer, f"Action%Login%4000%{WRONG}") == "Response%Fail"
    assert await say(reader, writer, f"Action%Login%4000%{tsp_token}") == "Response%Success%2"
    writer.close()
    await writer.wait_closed()
    return [token, tsp_token, WRONG, PASSWORDS["kim"], "phone-4000-password", "phone-4001-password"]


async def a_token(client: Attacker) -> str:
    login = {"type": "login", "id": 1, "user": "kim", "password": PASSWORDS["kim"], "keep": True}
    return str((await client.ask(login))["token"])


async def test_secrets_are_absent_from_logs_process_lists_and_the_audit_log(tmp_path: Path) -> None:
    write_site(tmp_path)
    process, ports = await started(tmp_path)
    state = tmp_path / "state"
    local, tsp = ((state / name).read_text().strip() for name in ("local.token", "tsp.token"))
    secrets = [*await use(ports, tsp), local]
    seen = [in_process_list(process.pid, name) for name in ("cmdline", "environ", "comm")]
    ended = await interrupt(process)
    seen += [ended.out, ended.err, (tmp_path / "log").read_text()]
    seen += [file.read_text(errors="replace") for file in state.glob("audit*")]
    seen += [file.read_bytes().decode("latin-1") for file in state.glob("calls.sqlite*")]
    assert "kim" in ended.err, "the log of these logins was looked at"
    assert [secret for secret in secrets if any(secret in text for text in seen)] == []


def options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from options(child)
        else:
            yield action


def test_no_command_takes_a_secret_on_the_command_line() -> None:
    """Everybody on the machine can read it there."""
    taking = []
    for name in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"offhook.cli.commands.{name}").arguments(parser)
        for action in options(parser):
            words = " ".join([*action.option_strings, action.dest])
            if re.search("password|token|secret", words) and action.nargs != 0 and "file" not in words:
                taking.append((name, words))
    assert taking == []


async def test_a_crash_report_shows_no_secret(tmp_path: Path) -> None:
    """A traceback of anything that holds one: whatever is printed of it leaves the secret out."""
    code = """
import sys
from offhook.config import load
from offhook.sip.digest import DigestClient
from offhook.sscp.client import Credentials
from offhook.config import DirectorySourceSettings, TerminalSettings
config = load(sys.argv[1], environ={})
held = [config, Credentials("kim", "top-secret", "top-secret"), TerminalSettings("4000", "", "top-secret"),
    DigestClient("4000", "top-secret"), DirectorySourceSettings("x", "ldap", password="top-secret")]
raise RuntimeError(f"{held!r} {held!s}")
"""
    file = write_site(tmp_path)
    file.write_text(file.read_text().replace("phone-4000-password", "top-secret"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "faulthandler", "-c", code, str(file), stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    assert b"RuntimeError" in err and b"Kim" in err
    assert b"top-secret" not in err


def test_a_message_with_a_secret_prints_without_it(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger().debug(
        "%r %s %r", Login(1, "kim", "top-secret"), Login(1, token="top-secret"), Logout(1, "top-secret")
    )
    tones = Perform(1, Dtmf("c1", "", "4711"))
    logging.getLogger().debug("%r %s %r", tones, to_message(tones), tones.command)
    logging.getLogger().debug("%r", load(write_site(tmp_path), environ={}))
    assert "dtmf" in caplog.text and "4711" not in caplog.text
    assert "kim" in caplog.text and "top-secret" not in caplog.text and "phone-4000" not in caplog.text
