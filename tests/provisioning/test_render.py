"""A template is filled strictly, in a sandbox, and its values stay values."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from offhook.errors import ConfigError
from offhook.provisioning.models import Models
from offhook.provisioning.render import MAX_FILE, Templates
from tests.provisioning.phones import NAME, phone


def rendered(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return Templates(folder).render(name, phone()).decode("utf-8")


def test_a_template_has_the_phone_s_values(tmp_path: Path) -> None:
    assert rendered(tmp_path, "a.cfg", "user={{ phone.user }}\n") == "user=4003\n"


def test_in_xml_values_are_escaped(tmp_path: Path) -> None:
    text = rendered(tmp_path, "a.xml", '<a name="{{ phone.display_name }}">{{ phone.display_name }}</a>')
    element = ElementTree.fromstring(text)
    assert (element.text, element.get("name")) == (NAME, NAME)


def test_elsewhere_they_are_not(tmp_path: Path) -> None:
    assert rendered(tmp_path, "a.cfg", "{{ phone.display_name }}") == NAME


@pytest.mark.parametrize(
    "text, said",
    [
        ("{{ phone.colour }}", "colour"),
        ("{{ colour }}", "colour"),
        ("{% if %}", "line 1"),
        ("{{ phone.__class__.__mro__ }}", "__class__"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{{ phone.display_name | parameter }}", "which this phone cannot read"),
        ("{% for one in range(99999) %}abcdef{% endfor %}", f"more than {MAX_FILE} bytes"),
        ("{% include 'b.cfg' %}", "b.cfg"),
    ],
)
def test_a_template_that_is_wrong_is_told_by_its_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        rendered(tmp_path, "a.cfg", text)
    assert str(tmp_path / "a.cfg") in str(raised.value)
    assert NAME not in str(raised.value)


def test_the_site_s_template_is_taken_instead_of_the_package_s(tmp_path: Path) -> None:
    assert rendered(tmp_path, "linphone.xml", "mine") == "mine"
    assert "<config" in Templates().render("linphone.xml", phone()).decode("utf-8")


@pytest.mark.parametrize(
    "template", sorted({file.template for vendor in Models().vendors.values() for file in vendor.files})
)
def test_every_template_of_the_package_takes_awkward_values(template: str) -> None:
    text = Templates().render(template, phone()).decode("utf-8")
    if template.endswith(".xml"):
        ElementTree.fromstring(text)
    assert text.endswith("\n") and "\n\n\n" not in text


def test_baresip_s_account_is_one_line_whatever_the_name_is() -> None:
    text = Templates().render("baresip-accounts", phone(auto_answer=True)).decode("utf-8")
    assert text.splitlines()[1] == (
        r'"Kim \"Lee\" & <Söhne> 100% #1 김민준" <sip:4003@192.0.2.10:5060;transport=udp>;auth_user=4003'
        ";auth_pass=correct-horse-battery;regint=3600;answermode=manual;sip_autoanswer=yes"
    )
