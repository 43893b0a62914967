"""Whatever is wrong with the configuration is told in the window's language."""

from offhook.desktop.errortexts import form_of
from tests.desktop.errorsources import PUT_IN, sentences


def test_every_sentence_of_the_configuration_is_known() -> None:
    """One that is missing gets a line in desktop/errorforms.py, and is translated."""
    found = {one for one in sentences() if one and one.strip(PUT_IN + " ")}
    assert len(found) > 150
    assert sorted(one for one in found if form_of(one) is None) == []
