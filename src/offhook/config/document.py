"""The tables of settings in the documentation, made from the settings themselves.

    make settings

runs this with all pages of `docs/`. What stands between `<!-- settings: tsp switch.pbx -->` (the sections in
it) and `<!-- end -->` is written anew, and the variables of the environment after `<!-- environment -->`.
"""

import re
import sys
from pathlib import Path
from typing import Any

from offhook.config.listen import Listen
from offhook.config.model import ENVIRONMENT, SECTIONS
from offhook.config.setting import Known, settings_of

PAGES = {
    "switch.asterisk": "asterisk.md",
    "switch.pbx": "pbx.md",
    "directory": "directory.md",
    "dial": "security.md",
    "[trunk]": "trunks.md",
    "[incoming]": "trunks.md",
    "media": "media.md",
}
"""Where more is said of a section."""

_BLOCK = re.compile(r"(<!-- (settings|environment)(?:: ([\w\[\]. ]+))? -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def documented(text: str, page: str = "") -> str:
    """The text of a page of the documentation, with its tables made anew."""

    def made(block: re.Match[str]) -> str:
        begin, what, names, _, end = block.groups()
        lines = settings_table(names.split(), page) if what == "settings" else [environment()]
        return f"{begin}\n" + "\n".join(lines) + f"\n\n{end}"

    return _BLOCK.sub(made, text)


def settings_table(names: list[str], page: str = "") -> list[str]:
    """The settings of these sections as lines of Markdown."""
    lines = ["| key | value | default | |", "|---|---|---|---|"]
    for name in names:
        section = SECTIONS[name]
        lines.append(f"| **[{name}]** | | | {_title(section, PAGES.get(name, ''), page)} |")
        variant = name.startswith("[")
        lines += [_row(one) for one in settings_of(section) if variant or not one.setting.only]
    return lines


def environment() -> str:
    """The variables."""
    return ", ".join(f"`{variable}`" for variable in ENVIRONMENT) + "."


def toml(value: Any) -> str:
    """A value as the file has it; "" for one that is not there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Listen):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return f'"{value}"' if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value or "")


def _title(section: type, more: str, page: str) -> str:
    first = (section.__doc__ or "").partition("\n")[0].rstrip(".")
    title = first if first[1:2].isupper() else first[:1].lower() + first[1:]
    return title + (f": [{more}]({more})" if more and more != page else "")


def _row(one: Known) -> str:
    own, keys = one.setting, " or ".join(f"`{name}`" for name in one.keys)
    shown = own.shown
    if shown is None:
        written = toml(one.default) if one.default != {} else ""
        shown = f"`{written}`" if written else ""
    only = f"{', '.join(f'`{one}`' for one in own.only)}: " if own.only and own.only != ("rule",) else ""
    return f"| {keys} | {own.kind.values} | {shown} | {only}{own.help} |".replace("|  |", "| |")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        file = Path(name)
        file.write_text(documented(file.read_text(encoding="utf-8"), file.name), encoding="utf-8")
