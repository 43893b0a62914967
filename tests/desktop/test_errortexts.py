"""What is wrong with what was typed or configured is told in the language of the window."""

import errno
import re
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from PySide6.QtWidgets import QApplication

from offhook.assembly.startable import check_settings
from offhook.cli.desktopfirst import beginning
from offhook.cli.firstrun.choices import MAX_PHONES, InitError, read_country, read_phones
from offhook.config import load
from offhook.desktop import translation
from offhook.desktop.errorforms import FORMS
from offhook.desktop.errortexts import error_text, known_text
from offhook.desktop.firstrun.beginning import Outcome
from offhook.desktop.firstrun.wizard import FirstRunWizard
from offhook.desktop.refusals import refusal_text
from offhook.errors import CallError, ConfigError, OffhookError, Refusal, UnavailableError
from offhook.sscp.problems import connection_problem
from tests.waiting import until

TRANSLATED = [code for code in translation.LANGUAGES if code != "en"]


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest, qapp: QApplication, english_again: None) -> str:
    """The language that the window speaks."""
    translation.install(qapp, request.param)
    return str(request.param)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: read_phones("!"),
        lambda: read_phones(""),
        lambda: read_phones("1-5000"),
        lambda: read_phones(",".join(map(str, range(MAX_PHONES + 1)))),
        lambda: read_country("Atlantis"),
        lambda: beginning(Path(__file__)).make(beginning(Path(__file__)).usual),
    ],
    ids=["no extension", "no phone", "no row", "too many", "no country", "there already"],
)
def test_what_is_wrong_with_a_new_site(language: str, wrong: Callable[[], object]) -> None:
    with pytest.raises(InitError) as caught:
        wrong()
    assert _told(error_text(caught.value), language) != _told(str(caught.value), "en")


def _told(text: str, language: str) -> str:
    """The text, which is no longer English where it should not be."""
    assert language == "en" or not re.search(r"\b(is|are|the|must|take|be|it)\b", text.lower()), text
    return text


PHONE = '[[terminal]]\nid = "4000"\npassword = "a"\n'

WRONG = {
    "no TOML": "[switch\n",
    "no setting": "[tsp]\nlisen = 1\n",
    "nothing like a setting": "[tsp]\nxyz = 1\n",
    "no text": "[address]\narea = 2\n",
    "no area code": '[address]\narea = "x"\n',
    "no outside line": '[address]\noutside_prefix = "x"\n',
    "no address": '[tsp]\nlisten = "here"\n',
    "no port": '[tsp]\nlisten = "127.0.0.1:x"\n',
    "no host": '[tsp]\nlisten = "1.2.3:7700"\n',
    "no number": '[switch]\nno_answer_s = "x"\n',
    "no switch": '[tsp]\nrequire_token = "x"\n',
    "no country": f'[address]\ncountry = "XX"\n{PHONE}',
    "no phone": "[switch.embedded]\n",
    "two of the same": PHONE + PHONE,
    "no Call Manager": '[sscp]\nurl = "pbx"\n',
    "in the clear": '[sscp]\nurl = "ws://pbx.example:7701"\nuser = "kim"\n',
    "open to others": f'[sscp]\nlisten = "0.0.0.0:7701"\n{PHONE}',
    "no provider": PHONE + '[[trunk]]\nname = "provider"\nuser = "kim"\n',
    "no account": PHONE + '[[trunk]]\nname = "provider"\nserver = "sip.provider.example"\n',
    "no number of the provider": PHONE + '[[trunk]]\nname = "p"\nserver = "p.example"\nnumbers = ["x"]\n',
    "nothing would ring": PHONE + "[[incoming]]\n",
    "no member": PHONE + '[[group]]\nname = "sales"\nterminals = ["4711"]\n',
    "no address of a webhook": PHONE + '[[webhook]]\nname = "crm"\nurl = "crm"\nsecret_file = "x"\n',
    "no secret of a webhook": PHONE + '[[webhook]]\nname = "crm"\nurl = "https://crm.example"\n',
    "a webhook in the clear": PHONE
    + '[[webhook]]\nname = "c"\nurl = "http://c.example"\nsecret_file = "x"\n',
    "no event": PHONE + '[[pop]]\nurl = "https://crm.example/"\nevents = ["never"]\n',
    "nothing to open": PHONE + "[[pop]]\n",
    "no place": PHONE + '[[pop]]\nurl = "https://crm.example/{nmbr}"\n',
    "a batch file": PHONE + '[[pop]]\nprogram = ["a.bat"]\n',
    "no LDAP": PHONE + '[[directory.source]]\ntype = "ldap"\nurl = "http://d"\nbase = "dc=x"\n',
    "no base": PHONE + '[[directory.source]]\ntype = "ldap"\nurl = "ldap://d.example"\n',
    "a password in the clear": PHONE
    + '[[directory.source]]\ntype = "ldap"\nurl = "ldap://d.example"\nbase = "dc=x"\nuser = "u"\n'
    + 'password_file = "p"\nstart_tls = false\n',
    "no type": PHONE + '[[directory.source]]\nname = "x"\n',
    "without a token": f'[tsp]\nlisten = "0.0.0.0:7700"\nrequire_token = false\n{PHONE}',
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_configuration(language: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        check_settings(load(file))
    error = caught.value
    told = error_text(error)
    assert told.startswith(f"{file}: ")
    for sentence in filter(None, (error.what, error.fix)):
        assert known_text(sentence) != sentence
        assert known_text(sentence)[1:] in told


@pytest.mark.parametrize("value", ["[" * 5000, "9" * 5000], ids=["nested too deeply", "too many digits"])
def test_why_a_value_cannot_be_read(language: str, value: str, tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(f"a = {value}\n")
    with pytest.raises(ConfigError) as caught:
        load(file)
    reason = caught.value.what.partition(": ")[2]
    assert known_text(reason) != reason
    assert known_text(reason) in error_text(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        *(OSError(number, "no") for number in (errno.ECONNREFUSED, errno.ENETUNREACH, errno.ECONNRESET)),
        socket.gaierror(socket.EAI_AGAIN, "no"),
        socket.gaierror(socket.EAI_NONAME, "no"),
        ssl.SSLError(),
        EOFError(),
    ],
    ids=repr,
)
def test_why_the_call_manager_is_not_reached(language: str, error: Exception) -> None:
    problem = connection_problem(error)
    assert _told(known_text(problem), language) != problem


def test_a_file_that_is_not_there(language: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml")
    assert error_text(caught.value) not in ("", str(caught.value))


def test_every_sentence_has_a_translation(language: str) -> None:
    for form in FORMS:
        names = {name for _, name, *_ in Formatter().parse(form) if name}
        text = form.format(**dict.fromkeys(names, "4711"))
        assert known_text(text) != text
        assert known_text(text).count("4711") == text.count("4711"), form


def test_other_errors_are_told_as_they_are_elsewhere(qapp: QApplication, english_again: None) -> None:
    translation.install(qapp, "ko")
    busy = CallError(Refusal.TERMINAL_BUSY, "busy")
    assert error_text(busy) == refusal_text(busy)
    assert (
        error_text(UnavailableError("no such thing", "check the URL")) == "no such thing; URL을 확인하십시오"
    )
    assert error_text(OffhookError("what nobody has translated")) == "what nobody has translated"


def test_in_english_it_is_what_the_command_line_says() -> None:
    error = ConfigError("offhook.toml", "tsp.listen", "'x' is not a port", "take one from 0 to 65535")
    assert error_text(error) == "offhook.toml: tsp.listen: 'x' is not a port. Take one from 0 to 65535"


async def test_a_page_of_the_wizard_tells_it(qapp: QApplication, english_again: None, tmp_path: Path) -> None:
    translation.install(qapp, "ko")
    wizard = FirstRunWizard(beginning(tmp_path / "offhook.toml"))
    wizard.show()
    try:
        wizard.start.choices[Outcome.MADE].setChecked(True)
        wizard.next()
        wizard.site.country.setText("Atlantis")
        assert "'Atlantis': 국가가 아닙니다" in wizard.site.message.text()
        wizard.site.say("")
        wizard.accept()
        await until(lambda: "'Atlantis': 국가가 아닙니다" in wizard.site.message.text())
        wizard.site.country.setText("KR")
        assert wizard.site.message.text() == ""
        wizard.site.trial.setText("24.12.2024")
        assert "전화번호가 아니라 날짜입니다" in wizard.site.dialled.text()
    finally:
        wizard.close()
        wizard.deleteLater()
