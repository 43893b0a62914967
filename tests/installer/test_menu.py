"""What the setup program puts into the Start menu, and what Windows opens there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installer.windows import Site
from tests.waiting import until
from tests.windows.standin import build_telephon

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]

TEXTS = Path(__file__).parents[2] / "installer"

LANGUAGES = {"en": "english", "ko": "korean", "de": "german"}


def texts(language: str) -> dict[str, str]:
    """What the setup says in this language, by the names of the texts."""
    file = TEXTS / f"{LANGUAGES[language]}.nsh"
    found = re.findall(
        r'^LangString (\w+) \$\{LANG_(\w+)\} "(.+)"$', file.read_text("utf-8-sig"), re.MULTILINE
    )
    assert {written for _, written, _ in found} == {LANGUAGES[language].upper()}
    return {name: text for name, _, text in found}


def entries(language: str) -> set[str]:
    """The names in the Start menu, with all components."""
    return {"Offhook"} | {text for name, text in texts(language).items() if name.startswith("SHORTCUT_")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_setup_is_there_in_each_language(language: str) -> None:
    english, translated = texts("en"), texts(language)
    assert translated.keys() == english.keys()
    for name, text in english.items():
        assert language == "en" or translated[name] != text, name
        assert _parts(translated[name]) == _parts(text), name


def _parts(text: str) -> list[str]:
    """What is not translated."""
    return sorted(re.findall(r"\$\{?\w+\}?|/[A-Z]+=|tel:|callto:|sip:|msiexec /x", text, re.ASCII))


@pytest.fixture
def lines(site: Site, tmp_path: Path) -> Iterator[Site]:
    """A Windows with a page of telephone lines in its Control Panel, which Wine has not."""
    page = site.drive / "windows" / "system32" / "telephon.cpl"
    page.write_bytes(build_telephon(tmp_path).read_bytes())
    yield site
    page.unlink()


async def test_the_settings_of_telephone_lines_are_opened_from_it(lines: Site, small_setup: Path) -> None:
    assert lines.setup(small_setup).code == 0
    (entry,) = lines.drive.rglob("Offhook/Telephone lines' settings.lnk")
    opened = lines.drive / "opened"
    with lines.start(Path("start"), "/wait", "/unix", str(entry)) as start:
        await until(opened.exists)
        start.communicate()
    opened.unlink()


def test_it_has_what_was_chosen_before_and_names_in_the_language_of_now(
    site: Site, older_small_setup: Path, small_setup: Path
) -> None:
    site.setup(older_small_setup, "/LANG=de", "/LINESETTINGS=0")
    assert site.menu() == entries("de") - {texts("de")["SHORTCUT_LINE_SETTINGS"]}
    site.setup(small_setup, "/LANG=ko")
    assert site.menu() == entries("ko") - {texts("ko")["SHORTCUT_LINE_SETTINGS"]}
    site.setup(small_setup, "/LANG=ko", "/LINESETTINGS=1")
    assert site.menu() == entries("ko")
