"""`offhook update`, with a publisher's server."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.cli.commands.update import install
from offhook.cli.main import main
from offhook.update import Offer
from offhook.windows.setup import SetupChangedError, start_setup
from tests.update.server import SETUP, Publisher, published


@pytest.fixture
async def publisher(tmp_path: Path) -> AsyncIterator[Publisher]:
    async with published(tmp_path) as running:
        running.publish(version="99.0", expires="2999-01-01T00:00:00Z")
        yield running


async def _update(publisher: Publisher, *options: str) -> int:
    settings = publisher.settings()
    file = publisher.folder / "offhook.toml"
    file.write_text(
        f'[update]\nurl = "{settings.url}"\npublic_key = "{settings.public_key}"\n'
        f'ca_file = "{settings.ca_file}"\n[state]\ndir = "{publisher.folder / "state"}"\n'
    )
    return await asyncio.to_thread(main, ["update", "--config", str(file), *options])


async def _offer(publisher: Publisher) -> Offer:
    offer = await publisher.updates().look()
    assert offer is not None
    return offer


async def test_it_says_what_is_newer(publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _update(publisher) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Offhook 99.0 is available; this is 0.1.0",
        "what is new: https://example.org/0.2.0",
    ]
    assert publisher.asked == ["/offhook.txt"]


async def test_it_says_that_nothing_is(publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    publisher.publish(version="0.0.9", expires="2999-01-01T00:00:00Z")
    assert await _update(publisher) == 0
    assert capsys.readouterr().out == "Offhook 0.1.0 is the newest\n"


async def test_elsewhere_than_on_windows_it_only_says(
    publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _update(publisher, "--install", "--yes") == 1
    assert "the setup is not for this computer" in capsys.readouterr().err
    assert publisher.asked == ["/offhook.txt"]


async def test_a_list_that_is_not_signed_is_told(
    publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    publisher.files["/offhook.txt"] = b"offhook-update-1 x\n{}"
    assert await _update(publisher) == 1
    assert "install nothing that it names" in capsys.readouterr().err


def test_without_settings_it_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "offhook.toml"
    file.touch()
    assert main(["update", "--config", str(file)]) == 2
    assert "update.url: is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('url = "https://updates.example/a.txt"', "public_key: is missing while url is set"),
        (f'public_key = "{"A" * 43}="', "url: is missing while public_key is set"),
        (f'url = "http://updates.example"\npublic_key = "{"A" * 43}="', "is not an https:// address"),
        ('url = "https://updates.example"\npublic_key = "short"', "must be an Ed25519 key"),
        (
            f'url = "https://updates.example"\npublic_key = "{" ".join(["A" * 43 + "="] * 5)}"',
            "or up to 4 with a blank between them",
        ),
    ],
)
def test_settings_that_are_wrong_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(f"[update]\n{text}\n")
    assert main(["update", "--config", str(file)]) == 2
    assert said in capsys.readouterr().err


async def test_without_a_yes_nothing_is_fetched(
    publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = await _offer(publisher)
    code = await asyncio.to_thread(install, publisher.updates(), offer, sure=False)
    assert code == 1
    assert "nobody can be asked here: give --yes" in capsys.readouterr().err
    assert publisher.asked == ["/offhook.txt"]


async def test_after_a_yes_the_setup_is_fetched_and_started(publisher: Publisher) -> None:
    offer, started = await _offer(publisher), list[tuple[bytes, str]]()

    def start(file: Path, sha256: str) -> bool:
        started.append((file.read_bytes(), sha256))
        return True

    assert await asyncio.to_thread(install, publisher.updates(), offer, sure=True, start=start) == 0
    assert started == [(SETUP, hashlib.sha256(SETUP).hexdigest())]


async def test_who_refuses_to_be_administrator_is_told(
    publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = await _offer(publisher)
    refused = asyncio.to_thread(install, publisher.updates(), offer, sure=True, start=lambda *_: False)
    assert await refused == 1
    assert "an administrator has to agree" in capsys.readouterr().err


def test_a_setup_that_was_changed_meanwhile_is_not_started(tmp_path: Path) -> None:
    file, started = tmp_path / "setup.exe", list[object]()
    file.write_bytes(b"another one")

    def run(command: object) -> int:
        started.append(command)
        return 0

    with pytest.raises(SetupChangedError):
        start_setup(file, hashlib.sha256(SETUP).hexdigest(), run)
    assert not started
    assert start_setup(file, hashlib.sha256(b"another one").hexdigest(), run)
    assert started == [[str(file)]]
