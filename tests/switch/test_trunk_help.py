"""Numbers for help, and the ids of terminals."""

from pathlib import Path

import pytest

from offhook.assembly.switches import open_switch
from offhook.config import load
from offhook.errors import ConfigError

FILE = """\
[address]
country = "DE"
extension_lengths = [3]
[[terminal]]
id = "{id}"
password = "x"
[[trunk]]
name = "provider"
server = "127.0.0.1:5070"
user = "4930900"
password = "secret"
"""


def test_no_terminal_takes_the_calls_for_help_that_a_trunk_is_there_for(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(FILE.format(id="112"))
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=r"terminal\[1\]\.id: is 112, a number for help"):
        open_switch(load(file))
    file.write_text(FILE.format(id="113"))
    open_switch(load(file))


@pytest.mark.parametrize("otherwise", ["+49112", "+49110", "+4911", "112"])
def test_nobody_is_sent_on_to_a_number_for_help(tmp_path: Path, otherwise: str) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(f'{FILE.format(id="113")}[[incoming]]\nring = ["113"]\notherwise = "{otherwise}"\n')
    file.chmod(0o600)
    with pytest.raises(ConfigError, match=r"incoming\[1\]\.otherwise: "):
        open_switch(load(file))
