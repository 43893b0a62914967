"""Every text of the window is there in Korean, and the files that it loads are those of the sources."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtWidgets import QApplication

from offhook.address import NumberError, Reason, clean
from offhook.call import Cause
from offhook.desktop import formatting, translation
from offhook.desktop.refusals import address_text, drop_refusal_text, reason_templates, refusal_text
from offhook.desktop.translation import FOLDER, LANGUAGES
from offhook.errors import CallError, Refusal

SOURCES = FOLDER.parent
BIN = Path(sys.executable).parent
TRANSLATED = [code for code in LANGUAGES if code != "en"]
COMPLETE = ["ko"]
"""The languages that have every text; the others show in English what they have not yet."""
MOST = 0.9
"""The part of the texts without which a language is none."""
REASON_PLACEHOLDERS = ("{part}", "{beside}", "{limit}")


def texts(file: Path) -> set[tuple[str, str]]:
    root = ElementTree.parse(file).getroot()
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in root.findall("context")
        for message in context.findall("message")
    }


@pytest.mark.parametrize("language", COMPLETE)
def test_every_text_of_the_sources_is_in_the_translation(language: str, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    sources = sorted(map(str, [*SOURCES.rglob("*.py"), SOURCES.parent / "call" / "phrases.py"]))
    subprocess.run([BIN / "pyside6-lupdate", *sources, "-ts", fresh, "-silent"], check=True)
    assert texts(fresh) == texts(FOLDER / f"offhook_{language}.ts")


@pytest.mark.parametrize("language", COMPLETE)
def test_no_text_is_left_untranslated(language: str) -> None:
    root = ElementTree.parse(FOLDER / f"offhook_{language}.ts").getroot()
    for message in root.iter("message"):
        found = message.find("translation")
        assert found is not None
        text = "".join(found.itertext()).strip()
        assert text and found.get("type") is None, message.findtext("source")


@pytest.mark.parametrize("language", TRANSLATED)
def test_most_of_a_language_is_there(language: str) -> None:
    root = ElementTree.parse(FOLDER / f"offhook_{language}.ts").getroot()
    found = [message.find("translation") for message in root.iter("message")]
    done = [one for one in found if one is not None and one.get("type") is None]
    assert len(done) >= MOST * len(texts(FOLDER / "offhook_ko.ts"))


def test_a_language_is_added_by_its_file(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "offhook_ko.qm", tmp_path / "offhook_fr.qm")
    assert translation.languages(tmp_path) == {"en": "English", "fr": "français"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_kept(language: str) -> None:
    root = ElementTree.parse(FOLDER / f"offhook_{language}.ts").getroot()
    for message in root.iter("message"):
        source, found = message.findtext("source", ""), message.find("translation")
        assert found is not None
        if found.get("type") is not None and language not in COMPLETE:
            continue
        text = "".join(found.itertext())
        for placeholder in (
            "{number}",
            "{name}",
            "{file}",
            "{reason}",
            "{url}",
            "{state}",
            "{text}",
            "%n",
            *REASON_PLACEHOLDERS,
        ):
            assert (placeholder in source) == (placeholder in text), source


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_loaded_file_is_made_of_the_translation(language: str, tmp_path: Path) -> None:
    made = tmp_path / "made.qm"
    source = FOLDER / f"offhook_{language}.ts"
    subprocess.run([BIN / "pyside6-lrelease", source, "-qm", made, "-silent"], check=True)
    assert made.read_bytes() == (FOLDER / f"offhook_{language}.qm").read_bytes()


def test_the_window_speaks_korean(qapp: QApplication, english_again: None) -> None:
    translation.install(qapp, "ko")
    assert formatting.cause_text(Cause.NO_ANSWER) == "응답 없음"


def test_why_a_phone_did_not_register_is_told_in_korean(qapp: QApplication, english_again: None) -> None:
    assert formatting.problem_text("wrong password, from 10.0.0.7") == "wrong password, from 10.0.0.7"
    translation.install(qapp, "ko")
    assert formatting.problem_text("wrong password, from 10.0.0.7") == "암호 틀림(10.0.0.7)"
    assert formatting.problem_text("something that is new") == "something that is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_reason_for_not_dialling_has_a_sentence_in_each_language(
    qapp: QApplication, english_again: None, language: str
) -> None:
    english = reason_templates()
    translation.install(qapp, language)
    translated = reason_templates()
    for reason in Reason:
        for placeholder in REASON_PLACEHOLDERS:
            assert placeholder not in english[reason] or placeholder in reason.value, reason
        assert translated[reason] not in ("", english[reason]), reason


def test_why_a_text_is_not_dialled_is_told_in_korean(qapp: QApplication, english_again: None) -> None:
    translation.install(qapp, "ko")
    with pytest.raises(NumberError) as caught:
        clean("24.12.2024")
    assert address_text(caught.value) == (
        "걸 수 있는 번호가 아닙니다.\n'24.12.2024': 전화번호가 아니라 날짜입니다"
    )


@pytest.mark.parametrize("cause", Cause)
def test_every_end_of_a_call_is_told_in_the_language_of_the_window(
    qapp: QApplication, english_again: None, cause: Cause
) -> None:
    english = formatting.cause_text(cause)
    translation.install(qapp, "ko")
    assert formatting.cause_text(cause) not in ("", english)


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_of_the_call_manager_is_told_in_the_language_of_the_window(
    qapp: QApplication, english_again: None, refusal: Refusal
) -> None:
    error = CallError(refusal, "what the server says in English")
    english = {refusal_text(error), drop_refusal_text(error)}
    translation.install(qapp, "ko")
    for text in (refusal_text(error), drop_refusal_text(error)):
        assert text not in english and str(error) not in text
