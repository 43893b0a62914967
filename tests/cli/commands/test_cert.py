"""`offhook cert`: made on one machine, confirmed on another."""

import asyncio
import json
import re
import ssl
import tomllib
from pathlib import Path

import pytest

from offhook.assembly.run import messenger_running, running
from offhook.certificates import SiteFiles, describe_file, issue, pin_of
from offhook.cli.main import main
from offhook.config import load
from tests.cli.helpers import CONFIG, Command, write_config


async def made(folder: Path) -> str:
    """A Call Manager's machine with a certificate of its own; the fingerprint."""
    write_config(folder)
    done = await Command(folder).run("cert", "make", "--host", "localhost")
    assert done.code == 0, done.err
    return re.sub("[^0-9a-f]", "", done.out.partition("fingerprint")[2])


def client_of(folder: Path, port: int) -> Command:
    """Another machine, whose configuration knows the Call Manager's address and a user."""
    folder.mkdir()
    (folder / "kim.password").write_text("kim-password\n")
    (folder / "kim.password").chmod(0o600)
    text = f'url = "wss://localhost:{port}"\nuser = "kim"\npassword_file = "kim.password"\n'
    write_config(folder, CONFIG.replace('[sscp]\nlisten = "127.0.0.1:0"\n', f"[sscp]\n{text}"))
    return Command(folder)


async def test_a_certificate_is_made_set_up_and_shown(tmp_path: Path) -> None:
    fingerprint = await made(tmp_path)
    file = tmp_path / "offhook.toml"
    sscp = tomllib.loads(file.read_text())["sscp"]
    assert sscp["tls_certificate"].endswith("server.pem") and "# at the window" in file.read_text()
    shown = json.loads((await Command(tmp_path).run("cert", "show", "--json")).out)
    assert shown["fingerprint"].replace(" ", "") == fingerprint and len(fingerprint) == 64
    assert "localhost" in shown["server"]["hosts"]
    again = await Command(tmp_path).run("cert", "make")
    assert again.code == 1 and "is configured" in again.err


@pytest.mark.timeout(60)  # eleven programs are started, one after the other
async def test_a_client_is_let_in_after_the_fingerprint_was_compared_and_not_before(tmp_path: Path) -> None:
    fingerprint = await made(tmp_path)
    command = Command(tmp_path)
    (tmp_path / "kim").write_text("kim-password\n")
    await command.run("user", "add", "kim", "--terminal", "4000", "--password-file", "kim")
    async with running(load(tmp_path / "offhook.toml", environ={}), "manager") as system:
        client = client_of(tmp_path / "client", int(system.sscp_url.rpartition(":")[2]))
        before = await client.run("calls")
        assert before.code == 3 and "offhook cert trust" in before.err
        asked = await client.run("cert", "trust")
        assert asked.code == 1 and "--fingerprint" in asked.err and "is not known here yet" in asked.out
        wrong = await client.run("cert", "trust", "--fingerprint", "0" * 64)
        assert wrong.code == 1 and "nothing was trusted" in wrong.err
        right = await client.run("cert", "trust", "--fingerprint", fingerprint)
        assert right.code == 0 and "is trusted from now on" in right.out
        assert (await client.run("calls")).code == 0
        assert "confirmed already" in (await client.run("cert", "trust")).out
        assert (await client.run("cert", "forget")).code == 0
        assert (await client.run("calls")).code == 3


async def test_of_several_call_managers_each_is_trusted_and_forgotten(tmp_path: Path) -> None:
    fingerprint = await made(tmp_path)
    async with running(load(tmp_path / "offhook.toml", environ={}), "manager") as system:
        port = system.sscp_url.rpartition(":")[2]
        several = f"wss://localhost:{port}, wss://127.0.0.1:{port}"
        client = client_of(tmp_path / "client", int(port))
        right = await client.run("cert", "trust", several, "--fingerprint", fingerprint)
        assert (right.code, right.out.count("is trusted from now on")) == (0, 2)
        gone = await client.run("cert", "forget", several)
        assert (gone.code, gone.out.count("is trusted no more")) == (0, 2)


async def test_a_changed_certificate_is_told_in_plain_words_and_locks_out(tmp_path: Path) -> None:
    fingerprint = await made(tmp_path)
    config = load(tmp_path / "offhook.toml", environ={})
    async with running(config, "manager") as system:
        port = int(system.sscp_url.rpartition(":")[2])
        client = client_of(tmp_path / "client", port)
        await client.run("cert", "trust", "--fingerprint", fingerprint)
    for file in (tmp_path / "state" / "tls").iterdir():
        file.unlink()
    text = re.sub("tls_[a-z]+ = .*\n", "", (tmp_path / "offhook.toml").read_text())
    (tmp_path / "offhook.toml").write_text(
        text.replace('[sscp]\nlisten = "127.0.0.1:0"', f'[sscp]\nlisten = "127.0.0.1:{port}"')
    )
    assert (await Command(tmp_path).run("cert", "make", "--host", "localhost")).code == 0
    async with running(load(tmp_path / "offhook.toml", environ={}), "manager"):
        calls, trust = await client.run("calls"), await client.run("cert", "trust")
    assert calls.code == 3 and "somebody pretends to be this Call Manager" in calls.err
    assert trust.code == 1 and "HAS CHANGED since it was confirmed" in trust.out


async def test_a_renewed_certificate_is_shown_by_the_running_call_manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.assembly.tls.FOLLOW_S", 0.02)
    await made(tmp_path)
    config = load(tmp_path / "offhook.toml", environ={})
    files = SiteFiles(tmp_path / "state" / "tls")
    issue(files, clock=lambda: 1_500_000_000.0)
    async with running(config, "manager") as system:
        port = int(system.sscp_url.rpartition(":")[2])
        await until_shown(port, files)
    assert not expired(files)


async def until_shown(port: int, files: SiteFiles) -> None:
    if expired(files) or await served(port) != der(files):
        await asyncio.sleep(0.02)
        await until_shown(port, files)


async def served(port: int) -> bytes:
    return ssl.PEM_cert_to_DER_cert(await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port)))


def der(files: SiteFiles) -> bytes:
    first = files.server.read_text().partition("-----END CERTIFICATE-----\n")
    return ssl.PEM_cert_to_DER_cert(first[0] + first[1])


def expired(files: SiteFiles) -> bool:
    return describe_file(files.server)[0].until < 1_600_000_000


async def test_the_check_tells_of_a_certificate_that_ends_soon(tmp_path: Path) -> None:
    await made(tmp_path)

    async def found() -> dict[str, str]:
        findings = json.loads((await Command(tmp_path).run("check", "--json")).out)
        (finding,) = (one for one in findings if one["what"] == "certificate")
        return {key: finding[key] for key in ("level", "fix")}

    assert await found() == {"level": "OK", "fix": ""}
    issue(SiteFiles(tmp_path / "state" / "tls"), clock=lambda: 1_500_000_000.0)
    assert await found() == {"level": "FAIL", "fix": "renew it: offhook cert renew"}


async def test_the_check_tells_of_a_key_that_does_not_fit_and_of_a_certificate_to_come(
    tmp_path: Path,
) -> None:
    await made(tmp_path)
    files = SiteFiles(tmp_path / "state" / "tls")

    async def found() -> str:
        findings = json.loads((await Command(tmp_path).run("check", "--json")).out)
        (finding,) = (one for one in findings if one["what"] == "certificate")
        assert finding["level"] == "FAIL"
        return str(finding["finding"])

    key = files.server_key.read_bytes()
    issue(files, clock=lambda: 3_000_000_000.0)
    assert "good only from 2065-01-2" in await found()
    files.server_key.write_bytes(key)
    assert "the key is not that of the certificate" in await found()


class Asked:
    """A person at a terminal who answers so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        self.questions: list[str] = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)

        def ask(question: str) -> str:
            self.questions.append(question)
            return answer

        monkeypatch.setattr("builtins.input", ask)


@pytest.mark.parametrize(("answer", "code", "known"), [("yes", 0, True), ("y", 1, False), ("", 1, False)])
async def test_a_person_is_asked_to_compare_the_fingerprint(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
    known: bool,
) -> None:
    fingerprint = await made(tmp_path)
    asked = Asked(monkeypatch, answer)
    async with running(load(tmp_path / "offhook.toml", environ={}), "manager") as system:
        url = system.sscp_url.replace("127.0.0.1", "localhost")
        client = tmp_path / "client"
        client.mkdir()
        arguments = ["cert", "trust", url, "--config", str(write_config(client))]
        assert await asyncio.to_thread(main, arguments) == code
        assert pin_of(client / "state", url).exists() is known
    assert fingerprint in re.sub("[^0-9a-f]", "", capsys.readouterr().out.partition("fingerprint")[2])
    assert asked.questions == ["Is it the same, figure for figure? Type yes: "]


async def test_a_running_smart_messenger_takes_what_is_confirmed(tmp_path: Path) -> None:
    fingerprint = await made(tmp_path)
    (tmp_path / "kim").write_text("kim-password\n")
    await Command(tmp_path).run("user", "add", "kim", "--terminal", "4000", "--password-file", "kim")
    async with running(load(tmp_path / "offhook.toml", environ={}), "manager") as system:
        client = client_of(tmp_path / "client", int(system.sscp_url.rpartition(":")[2]))
        config = load(client.folder / "offhook.toml", environ={})
        async with messenger_running(config) as parts:
            up = asyncio.Event()
            parts.messenger.watch_link(lambda there: up.set() if there else None)
            assert not parts.client.connected
            assert parts.client.problem is not None and "offhook cert trust" in parts.client.problem
            assert (await client.run("cert", "trust", "--fingerprint", fingerprint)).code == 0
            await up.wait()
            assert parts.client.connected
