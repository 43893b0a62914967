"""The recipe of the image, and its health check. The image itself is made where there are container tools."""

import asyncio
import json
import re
import shlex
import ssl
from fnmatch import fnmatch
from pathlib import Path

import pytest
import trustme

from installer import healthy
from offhook.config import Listen, MetricsSettings
from offhook.metrics.server import MetricsServer
from tests.peers.program import free_port

pytestmark = pytest.mark.skipif("sys.platform != 'linux'")

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Of the recipe, in their order: the word, and what follows."""
    text = (ROOT / "installer" / "Containerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    found = [line.partition(" ") for line in lines.splitlines() if line.strip()]
    return [(word, " ".join(rest.split())) for word, _, rest in found]


def last(word: str) -> str:
    return [rest for one, rest in instructions() if one == word][-1]


def sent() -> list[str]:
    """The patterns of what is sent to whoever builds."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def test_all_that_it_copies_is_there_and_sent_to_who_builds_it() -> None:
    copied = [
        source
        for word, rest in instructions()
        if word == "COPY" and "--from=" not in rest
        for source in [one for one in shlex.split(rest) if not one.startswith("--")][:-1]
    ]
    assert "src" in copied
    for source in copied:
        assert list(ROOT.glob(source)), source
        assert any(source == one or fnmatch(source, one) for one in sent()), source


def test_the_packages_of_its_python_are_locked() -> None:
    base = re.fullmatch(r"BASE=.*/python:([0-9.]+)-slim", last("ARG"))
    assert base is not None
    assert (ROOT / "installer" / f"debian-{base[1]}.lock").is_file()


def test_it_runs_as_an_account_of_its_own_which_owns_only_configuration_and_state() -> None:
    words = [word for word, _ in instructions()]
    assert last("USER") == "offhook"
    assert words.index("USER") > max(number for number, word in enumerate(words) if word in ("RUN", "COPY"))
    made = last("RUN")
    assert "useradd --system --uid 990" in made
    assert json.loads(last("VOLUME")) == ["/etc/offhook", "/var/lib/offhook"]
    for folder in json.loads(last("VOLUME")):
        assert re.search(rf"0700 .*{folder}", made), folder


def test_its_ports_are_those_that_a_firewall_may_have_to_let_in() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    of_discovery = 5353  # by multicast, which does not come into a network of a container's own
    ports = {int(one) for one in re.findall(r"^\| (\d+) .*\| `", page, re.MULTILINE)} - {of_discovery}
    assert {int(one.partition("/")[0]) for one in last("EXPOSE").split()} == ports


def test_it_is_asked_how_it_is_by_its_own_program_and_ends_by_a_signal() -> None:
    assert json.loads(last("HEALTHCHECK").partition("CMD ")[2]) == ["offhook-healthy"]
    assert any(
        "installer/healthy.py" in rest and rest.endswith("/bin/offhook-healthy") for _, rest in instructions()
    )
    assert last("STOPSIGNAL") == "SIGTERM"
    assert json.loads(last("CMD"))[:2] == ["offhook", "up"]


def configured(folder: Path, text: str) -> Path:
    file = folder / "offhook.toml"
    file.write_text(text)
    return file


async def test_a_call_manager_that_answers_is_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = MetricsServer(MetricsSettings(Listen("127.0.0.1", 0)), lambda: "", lambda: {"log": "full"})
    await server.start()
    try:
        file = configured(tmp_path, f'[metrics]\nlisten = "127.0.0.1:{server.port}"\n')
        assert await asyncio.to_thread(healthy.main, file) == 0
    finally:
        await server.stop()
    assert capsys.readouterr().out == "ok\n"


async def test_it_is_asked_by_tls_where_the_certificate_is_that_of_sessions(tmp_path: Path) -> None:
    pair = tmp_path / "pair.pem"
    issued = trustme.CA().issue_cert("pbx.example")
    issued.private_key_and_cert_chain_pem.write_to_path(str(pair))
    pair.chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    server = MetricsServer(MetricsSettings(Listen("127.0.0.1", 0)), lambda: "", dict, context)
    await server.start()
    try:
        text = f'[metrics]\nlisten = "127.0.0.1:{server.port}"\n[sscp]\ntls_certificate = "{pair}"\n'
        assert await asyncio.to_thread(healthy.main, configured(tmp_path, text)) == 0
    finally:
        await server.stop()


def test_one_that_does_not_answer_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert healthy.main(configured(tmp_path, f'[metrics]\nlisten = "127.0.0.1:{port}"\n')) == 1
    assert f"127.0.0.1:{port} does not answer" in capsys.readouterr().err


def test_nobody_is_restarted_because_it_cannot_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert healthy.main(configured(tmp_path, "")) == 0
    assert capsys.readouterr().out == "not asked: set metrics.listen\n"


def test_a_configuration_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert healthy.main(configured(tmp_path, "[metrics]\nlisten = 1\n")) == 1
    assert "metrics.listen" in capsys.readouterr().err
